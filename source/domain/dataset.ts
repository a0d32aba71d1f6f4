import type {CompletionCriteria} from './ledger.js';

/** Where a data set will be trained, on what, and how the result is released. The gate judges every row against this. */
export type Destination = {
	/** `own`: on machines of one's own, or exported only. */
	readonly tuner: TunerId;
	/** Base model as the tuner names it. */
	readonly baseModel: string;
	/**
	 * `internal`: weights and answers stay inside the organisation; `service`: others use the student through a product or an API; `weights`: the
	 * student's weights are given to others.
	 */
	readonly release: Release;
	/** What the student will be called; null while that is open. */
	readonly studentName: string | null;
};

export type TunerId = 'openai' | 'azure' | 'nebius' | 'together' | 'fireworks' | 'own';
export type Release = 'internal' | 'service' | 'weights';

export const tunerIds: readonly TunerId[] = ['openai', 'azure', 'nebius', 'together', 'fireworks', 'own'];
export const releases: readonly Release[] = ['internal', 'service', 'weights'];

/**
 * How much the gate asks for; named on everything that is written.
 *
 * - `route`: the route that served is known and its terms are recorded as allowing, and so is everything above it.
 * - `model`: the model's layers allow and no layer disallows; the route's terms may be unrecorded.
 */
export type GateLevel = 'route' | 'model';

/** What becomes of a completion on its way into a training file. */
export type Shape = {
	/** `preference`: pairs of a better and a worse answer to one prompt, from comparisons and ratings. */
	readonly kind: 'supervised' | 'preference';
	/** The system prompt: as it was, another one, or none. */
	readonly system: {readonly mode: 'keep'} | {readonly mode: 'replace'; readonly text: string} | {readonly mode: 'remove'};
	/** `last`: only the last answer is trained on, earlier ones get `weight: 0`. */
	readonly turns: 'last' | 'all';
	/** Carry the tools of the request along. */
	readonly tools: 'keep' | 'drop';
	/** `keep` puts the reasoning before the answer, between `<think>` and `</think>`. */
	readonly reasoning: 'drop' | 'keep';
	/** Longer rows are left out; null leaves none out. */
	readonly maxTokensPerRow: number | null;
	/** `near` also drops rows whose prompt and answer are nearly those of an earlier row. */
	readonly dedup: 'none' | 'exact' | 'near';
	/** At most so many rows for each value of a tag; null does not balance. */
	readonly balance: {readonly tag: string; readonly rows: number} | null;
	/** Share of rows that go into the validation file, 0 to 0.5; near duplicates always stay on one side. */
	readonly validationShare: number;
	readonly seed: number;
};

export const defaultShape: Shape = {
	kind: 'supervised',
	system: {mode: 'keep'},
	turns: 'last',
	tools: 'keep',
	reasoning: 'drop',
	maxTokensPerRow: null,
	dedup: 'exact',
	balance: null,
	validationShare: 0.1,
	seed: 1,
};

/** A frozen, versioned selection: everything that is needed to make the same files again. */
export type Dataset = {
	readonly name: string;
	/** 1 for the first. */
	readonly version: number;
	/** ISO 8601. */
	readonly createdAt: string;
	readonly note: string | null;
	readonly destination: Destination;
	readonly level: GateLevel;
	readonly shape: Shape;
	/** How the rows were chosen: the filter as typed, and how many were marked by hand instead. */
	readonly selection: {readonly filter: string | null; readonly criteria: CompletionCriteria | null; readonly chosen: number};
	/** Why rows that the gate refused are in all the same; null when none are. */
	readonly override: {readonly reason: string} | null;
	/** The end of the ledger when it was frozen: rows are read as they were then. */
	readonly ledgerHead: {readonly count: number; readonly hash: string};
	/** Name and version of the program that froze it, and of the register the gate read. */
	readonly tool: string;
	readonly registerDate: string;
	readonly counts: DatasetCounts;
	/** Over the rows' own hashes in order: see `hashRows`. */
	readonly rowsHash: string;
	/** The tokenizer that counted: `o200k_base`. */
	readonly tokenizer: string;
	/** What the licences and terms of the rows ask for, with how the destination stands to each. */
	readonly duties: readonly DutyCheck[];
	/** Rows by teacher, route and verdict: what the card shows. */
	readonly teachers: readonly TeacherCount[];
};

export type DatasetCounts = {
	/** Completions that were chosen. */
	readonly chosen: number;
	readonly train: number;
	readonly valid: number;
	/** Rows that are in although the gate refused them. */
	readonly overridden: number;
	readonly dropped: Readonly<Record<DropStep, number>>;
	readonly trainTokens: number;
	readonly validTokens: number;
};

/** Why a chosen completion is not in the data set, in the order in which it is decided. */
export type DropStep = 'unusable' | 'rejected' | 'gate' | 'duplicate' | 'near-duplicate' | 'too-long' | 'balance' | 'no-pair';

export const dropSteps: readonly DropStep[] = [
	'unusable',
	'rejected',
	'gate',
	'duplicate',
	'near-duplicate',
	'too-long',
	'balance',
	'no-pair',
];

export type DatasetDrop = {
	readonly run: string;
	readonly step: DropStep;
	/** One sentence; for `gate` the reasons, each with its source. */
	readonly reason: string;
	readonly sourceUrl: string | null;
};

export type DatasetRow = {
	/** 0 for the first of its part. */
	readonly position: number;
	readonly part: DatasetPart;
	/** Id and number of the completion in the ledger. */
	readonly run: string;
	readonly seq: number;
	/** The worse answer of a preference pair; null in supervised rows. */
	readonly otherRun: string | null;
	readonly otherSeq: number | null;
	/** Content hash of the line in the training file, without its line end. */
	readonly rowHash: string;
	readonly tokens: number;
	readonly isOverridden: boolean;
};

export type DatasetPart = 'train' | 'valid';

export type TeacherCount = {
	readonly model: string;
	readonly gateway: string;
	readonly provider: string | null;
	/** `passed`, or `overridden` where the gate refused. */
	readonly gate: 'passed' | 'overridden';
	readonly grade: string | null;
	readonly rows: number;
};

/** An obligation and how the destination stands to it. `open`: a person has to see to it. */
export type DutyCheck = {
	readonly kind: string;
	readonly text: string;
	readonly sourceUrl: string | null;
	/** How many rows bring it along; 0 for a duty of the base model, which holds however many there are. */
	readonly rows: number;
	/** Whose duty it is where it does not come with the rows: that of the base model's licence. */
	readonly of?: 'base';
	readonly state: 'met' | 'open' | 'violated' | 'not-applicable';
	/** Why, in one sentence. */
	readonly because: string;
};

/** A name that is safe as a folder and in a file: letters, digits, dots, dashes and underscores, not more than 64. */
export function isDatasetName(name: string): boolean {
	return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name);
}

/** Reads `triage` or `triage@3`; null when it is neither. */
export function parseDatasetRef(text: string): {readonly name: string; readonly version: number | null} | null {
	const match = /^(.+?)(?:@v?(\d+))?$/.exec(text);
	if (!match || !isDatasetName(match[1]!)) return null;
	return {name: match[1]!, version: match[2] === undefined ? null : Number(match[2])};
}
