import type {AnswerDiff} from '../domain/answer-diff.js';
import type {CompletionRecord} from '../domain/completion-record.js';
import type {Dataset, DatasetDrop, DatasetRow, DropStep} from '../domain/dataset.js';
import type {CheckReport} from '../domain/dataset-check.js';
import type {DriftEvent, DriftReport} from '../domain/drift.js';
import type {EvalDefinition, EvalResult, EvalRow} from '../domain/evaluation.js';
import type {ImportReport} from '../domain/import-report.js';
import type {JobCheckpoint, JobLink, JobMetrics, TuningJob, TuningService} from '../domain/job.js';
import type {JobDetail, JobRow} from '../domain/job-row.js';
import type {FacetCount, VerifyReport} from '../domain/ledger.js';
import type {PackManifest} from '../domain/pack-manifest.js';
import type {PackReport} from '../domain/pack-report.js';
import type {RoutePin} from '../domain/route.js';
import type {Refusal, RunEvent} from '../domain/run-event.js';
import type {Gateway, Party, Service} from '../domain/service.js';
import type {KeyPlace, KeyTest} from '../domain/service-key.js';
import type {BackfillEvent} from '../services/backfill.js';
import type {RemoveEvent, RemoveProgress} from '../services/completions/change-remote.js';
import type {DuplicateGroup} from '../services/completions/find-duplicates.js';
import type {SyncEvent, SyncProgress} from '../services/completions/sync-event.js';
import type {TunerSetup} from '../services/context.js';
import type {DatasetEvent, DatasetPlan} from '../services/dataset/dataset-event.js';
import type {EvalEvent} from '../services/evals/eval-event.js';
import type {EvalJson} from '../services/evals/export-eval.js';
import type {EvalPlan} from '../services/evals/plan-eval.js';
import type {GenerateEvent} from '../services/generate-event.js';
import type {JobPlan, JobsEvent} from '../services/jobs/job-event.js';
import type {EvalSummaryJson, ModelDetailJson, ModelJson, RouteJson} from '../view/json.js';
import type {AnswerJson, CompletionJson, CompletionTextsJson, PlanJson, RunJson} from '../view/run-json.js';
import type {KeyRow, TourRow} from './command.js';
import type {McpOutputs} from './mcp/results.js';
import type {SettingState} from './setting-states.js';

/** The whole job as `generate --json` writes it. */
export type GenerateSummary = {
	/** Rows times repeats. */
	readonly total: number;
	/** Finished by this start. */
	readonly done: number;
	/** Failed, by this start or before and not asked again. */
	readonly failed: number;
	/** Finished before, so not sent again. */
	readonly skipped: number;
	/** Not sent, or sent without an end. */
	readonly left: number;
	/** USD for the job as a whole, earlier starts included. */
	readonly costUsd: number;
	readonly seconds: number;
	/** Null when nothing is left. */
	readonly stoppedBy: 'budget' | 'refused' | 'interrupted' | null;
	/** Why it ended early; null when it did not. */
	readonly problem: Refusal | null;
};

/** A sync as `completions sync --json` writes it. */
export type SyncSummary = Pick<SyncProgress, 'listed' | 'added' | 'changed' | 'vanished' | 'skipped' | 'isFull' | 'seconds'> & {
	/** Why it ended: `limit` and `interrupted` go on at the next sync. */
	readonly reason: Extract<SyncEvent, {type: 'stopped'}>['reason'];
	/** What went wrong, in one line; null when nothing did. */
	readonly problem: string | null;
};

/** What `ask --dry-run` writes: what would be sent. */
export type PlanOutput = PlanJson & {
	/** Where the body would be posted to. */
	readonly url: string;
};

/** An event of one prompt as `ask --ndjson` writes it; with `--also` it says whose. */
export type AskLine = (
	| {readonly type: 'planned'; readonly plan: PlanJson}
	| {readonly type: 'finished'; readonly answer: AnswerJson}
	| Exclude<RunEvent, {type: 'planned' | 'finished'}>
) & {
	/** With `--also`: place of the model among those asked, from 0. */
	readonly index?: number;
	/** With `--also`: the model as it was asked for. */
	readonly model?: string;
};

/** What a bulk job writes with `generate --ndjson`, the summary last. */
export type GenerateLine =
	| (Omit<Extract<GenerateEvent, {type: 'planned'}>, 'plan'> & {readonly plan: PlanJson})
	| Extract<GenerateEvent, {type: 'invalid' | 'row'}>
	| ({readonly type: 'stopped'} & GenerateSummary);

/** Which completions one command changed. */
export type CurationOutput = {
	/** What `completions undo` takes back; null when nothing changed. */
	readonly batch: string | null;
	/** How many completions changed. */
	readonly changed: number;
	/** How many were so already. */
	readonly unchanged: number;
	/** Ids of the completions that changed. */
	readonly runs: readonly string[];
};

export type UndoOutput = {
	/** The change that taking it back is: taking that back again does it again. */
	readonly batch: string;
	/** How many completions changed. */
	readonly changed: number;
	/** What was taken back. */
	readonly what: readonly ('rating' | 'mark' | 'tags' | 'note' | 'edit')[];
	/** Ids of the completions that changed. */
	readonly runs: readonly string[];
};

/** What deleting a copy would do. */
export type DeletePlanLine = {
	/** Id of the completion. */
	readonly run: string;
	/** OpenAI's id of the copy; null when none would be deleted. */
	readonly remoteId: string | null;
	/** Why nothing would be deleted; null when it would. */
	readonly reason: string | null;
};

export type DatasetCheckOutput = CheckReport & {
	/** How many chosen completions are not in it, by the step that left them out. */
	readonly dropped: Readonly<Record<DropStep, number>>;
	/** At most ten of each step. */
	readonly drops: readonly DatasetDrop[];
};

export type FileCheckOutput = CheckReport & {
	/** The report of the validation file; null when none was named. */
	readonly validation: CheckReport | null;
};

export type PackOutput = {
	/** Absolute. */
	readonly folder: string;
	/** `sha256:…` of `manifest.json`. */
	readonly manifestHash: string;
	/** Bytes of all files together. */
	readonly bytes: number;
	readonly manifest: PackManifest;
};

export type JobOutput = {
	readonly job: TuningJob;
};

export type JobCreatedOutput = {
	readonly job: TuningJob;
	readonly link: JobLink;
	/** The answer was lost, and the job was found at the service: there is one, not two. */
	readonly isFoundAgain: boolean;
};

/** A job as `jobs list --json` has it, with all that is known of it. */
export type JobShowOutput = JobRow & Omit<JobDetail, 'row'>;

export type EvalRunOutput = {
	/** Id of the evaluation, for `--extend`. */
	readonly id: string;
	readonly reason: Extract<EvalEvent, {type: 'stopped'}>['reason'];
	/** Why it ended early, in one sentence; null when it did not. */
	readonly message: string | null;
	readonly result: EvalResult;
};

/** A difference with the labels of the two candidates. */
export type LabelledDifference = EvalResult['differences'][number] & {
	readonly oneLabel: string | null;
	readonly otherLabel: string | null;
};

export type EvalImportOutput = {
	/** The files that were written; null where there was nothing to write. */
	readonly files: {readonly set: string | null; readonly graders: string | null; readonly prompt: string | null};
	/** Rows of the test set. */
	readonly rows: number;
	/** How many graders could be read. */
	readonly graders: number;
	/** The command line that runs it. */
	readonly command: string;
	/** What could not be carried over, in sentences. */
	readonly notes: readonly string[];
};

export type LedgerVerifyOutput = VerifyReport & {
	/** File of the ledger. */
	readonly path: string;
};

export type InfoOutput = {
	/** Of stillroom. */
	readonly version: string;
	/** Version of Node. */
	readonly node: string;
	/** Operating system and processor, such as `linux x64`. */
	readonly platform: string;
	/** Folder of the data. */
	readonly home: string;
	/** Path of the settings file, which need not exist. */
	readonly settings: string;
	/** Does it work on the embedded server? */
	readonly isSandbox: boolean;
	/** Address of each service, without credentials. */
	readonly baseUrls: Readonly<Record<Service, string>>;
	/** Is there a key for the service? The key itself is never printed. */
	readonly keys: Readonly<Record<Service, boolean>>;
	/** Tuning services and what each still needs. */
	readonly tuners: Readonly<Record<TuningService, TunerSetup>>;
	/** ISO 8601 when each catalogue was saved; null where nothing is saved. */
	readonly saved: Readonly<Record<Gateway, string | null>>;
	/** Models in the saved catalogues. */
	readonly models: number;
	/** What is wrong with settings or saved files, in sentences. */
	readonly problems: readonly string[];
};

/** What is known of a service's key; the key itself is nowhere in it. */
export type KeyOutput = {
	/** The service. */
	readonly service: Party;
	/** Is there a key? */
	readonly isSet: boolean;
	/** Where it is; null when there is none. */
	readonly place: KeyPlace | null;
	/** The variable or the file that holds it, or where the keyring has it; null when there is none. */
	readonly where: string | null;
	/** Where another one is kept that does not count, because the environment has one; null when nowhere. */
	readonly covered: 'keyring' | 'file' | null;
	/** What it is good for. */
	readonly unlocks: string;
	/** Variables that the service needs besides its key. */
	readonly missing: readonly string[];
	/** Where the service hands out keys; null where everybody has a page of their own. */
	readonly page: string | null;
	/** What the service said of it; null when it was not asked. */
	readonly test: KeyTest | null;
};

/** What `setup SERVICE` did. */
export type SetupOutput = {
	/** The service. */
	readonly service: Party;
	/** `unchanged` where the service refused the key, none was given, or there was none to remove. */
	readonly action: 'kept' | 'removed' | 'unchanged';
	/** Where the key is, or was; null when nowhere. */
	readonly place: 'keyring' | 'file' | null;
	/** The file, or where the keyring has it; null when it is not kept. */
	readonly where: string | null;
	/** What else has to be known, such as why it is not in the keyring; null when nothing. */
	readonly note: string | null;
	/** What the service said of it; null when it was not asked. */
	readonly test: KeyTest | null;
};

/** A schema in the list of `schema --json`. */
export type SchemaRow = {
	/** What `stillroom schema NAME` takes. */
	readonly name: string;
	/** What it describes, in one sentence. */
	readonly description: string;
	/** Every command that writes so, with the flags that it takes. */
	readonly commands: readonly string[];
	/** True where each line of the output is described, not all of it. */
	readonly isLine: boolean;
};

/**
 * Every shape that a command writes as JSON, by the name of its schema; `.line` is one line of NDJSON. `npm run schemas` makes schemas/ of it:
 * comments become descriptions. Field names are an interface: add, never rename.
 */
export type Outputs = McpOutputs & {
	/** Every setting with its value, its default, and where the value comes from. */
	readonly 'config-print': readonly SettingState[];
	/** Models with their verdicts, prices and limits. */
	readonly models: readonly ModelJson[];
	/** A model with its verdict, prices and limits. */
	readonly 'models.line': ModelJson;
	/** One model with every layer of its verdict and each gateway's own row. */
	readonly model: ModelDetailJson;
	/** The routes of a model at both gateways. */
	readonly routes: readonly RouteJson[];
	/** A route of a model. */
	readonly 'routes.line': RouteJson;
	/** The part of a request that pins it to the routes recorded as allowed. */
	readonly 'routes.pin': Pick<RoutePin, 'model' | 'provider'>;
	/** A prompt and what became of it. */
	readonly ask: AnswerJson;
	/** The same prompt to several models, in the order in which they were named. */
	readonly 'ask.also': readonly AnswerJson[];
	/** What happens to a prompt, event by event. */
	readonly 'ask.line': AskLine;
	/** What would be sent, decided without sending. */
	readonly 'ask.dry-run': PlanOutput;
	/** What would be sent to each of several models. */
	readonly 'ask.dry-run-also': readonly PlanOutput[];
	/** A bulk job in numbers. */
	readonly generate: GenerateSummary;
	/** What happens to a bulk job, row by row, the summary last. */
	readonly 'generate.line': GenerateLine;
	/** A sync in numbers. */
	readonly 'completions-sync': SyncSummary;
	/** What happens to a sync, the summary last. */
	readonly 'completions-sync.line': Exclude<SyncEvent, {type: 'stopped'}> | ({readonly type: 'stopped'} & SyncSummary);
	/** What an import found: what may be used, and why not the rest. */
	readonly 'completions-import': ImportReport & {
		/** Why it ended early, in one line; null when it did not. */
		readonly failure: string | null;
	};
	/** Completions of the ledger. */
	readonly completions: readonly CompletionJson[];
	/** A completion of the ledger. */
	readonly 'completions.line': CompletionJson;
	/** Completions with their texts whole. */
	readonly 'completions.texts': readonly CompletionTextsJson[];
	/** A completion with its texts whole. */
	readonly 'completions.texts-line': CompletionTextsJson;
	/** How many completions have which value, the commonest first. */
	readonly 'completions.facets': readonly FacetCount[];
	/** A value and how many completions have it. */
	readonly 'completions.facets-line': FacetCount;
	/** One completion whole: the provenance record, its texts, what was said of it. */
	readonly 'completions-show': RunJson;
	/** What a rating, mark, tag, note or edit changed. */
	readonly curation: CurationOutput;
	/** What was taken back. */
	readonly 'completions-undo': UndoOutput;
	/** Two answers compared word by word. */
	readonly 'completions-diff': AnswerDiff;
	/** Groups of completions that are the same or nearly so. */
	readonly 'completions-duplicates': readonly DuplicateGroup[];
	/** A group of completions that are the same or nearly so. */
	readonly 'completions-duplicates.line': DuplicateGroup;
	/** The metadata that the service keeps with its copy, by key. */
	readonly 'completions-metadata': Readonly<Record<string, string>>;
	/** How many copies were deleted at the service. */
	readonly 'completions-delete': RemoveProgress;
	/** What became of one copy at the service. */
	readonly 'completions-delete.line': Extract<RemoveEvent, {type: 'row'}>;
	/** What deleting copies would do. */
	readonly 'completions-delete.dry-run': readonly DeletePlanLine[];
	/** What deleting a copy would do. */
	readonly 'completions-delete.dry-run-line': DeletePlanLine;
	/** The data set that was frozen, and why the gate refused rows. */
	readonly 'dataset-create': Dataset & Pick<DatasetPlan, 'refusals' | 'notices'>;
	/** What would be frozen. */
	readonly 'dataset-create.dry-run': DatasetPlan;
	/** What happens while a data set is frozen. */
	readonly 'dataset-create.line': DatasetEvent;
	/** Frozen data sets, newest first. */
	readonly datasets: readonly Dataset[];
	/** A frozen data set. */
	readonly dataset: Dataset;
	/** The rows of a data set in order of its files. */
	readonly 'dataset.rows': readonly DatasetRow[];
	/** A row of a data set. */
	readonly 'dataset.rows-line': DatasetRow;
	/** Chosen completions that are not in a data set, and why. */
	readonly 'dataset.drops': readonly DatasetDrop[];
	/** A chosen completion that is not in a data set, and why. */
	readonly 'dataset.drops-line': DatasetDrop;
	/** What was found in a frozen data set: rules, tokens, cost, what was dropped. */
	readonly 'dataset-check': DatasetCheckOutput;
	/** The pack that was written. */
	readonly 'dataset-pack': PackOutput;
	/** What was found in a training file. */
	readonly check: FileCheckOutput;
	/** What was found in a pack. */
	readonly verify: PackReport;
	/** The job that was created and what it was made from. */
	readonly 'jobs-create': JobCreatedOutput;
	/** What a job would take and cost, and what speaks against it. */
	readonly 'jobs-plan': JobPlan;
	/** Fine-tuning jobs of all services that are set up, newest first. */
	readonly jobs: readonly JobRow[];
	/** A fine-tuning job. */
	readonly 'jobs.line': JobRow;
	/** A fine-tuning job with its events, curve and checkpoints. */
	readonly job: JobShowOutput;
	/** A job as it stands after it was cancelled, paused or resumed. */
	readonly 'jobs-change': JobOutput;
	/** What happens to jobs while they are followed. */
	readonly 'jobs-follow.line': JobsEvent;
	/** The models that a job kept on its way. */
	readonly 'jobs-checkpoints': readonly JobCheckpoint[];
	/** A model that a job kept on its way. */
	readonly 'jobs-checkpoints.line': JobCheckpoint;
	/** The curve of a job, step by step. */
	readonly 'jobs-result': readonly JobMetrics[];
	/** An evaluation that came to its end, or was stopped. */
	readonly 'evals-run': EvalRunOutput;
	/** What an evaluation would send and cost at most. */
	readonly 'evals-run.dry-run': {readonly definition: EvalDefinition; readonly plan: EvalPlan};
	/** What happens to an evaluation, sample by sample, the result last. */
	readonly 'evals-run.line': Exclude<EvalEvent, {type: 'progress'}>;
	/** Evaluations, newest first. */
	readonly evals: readonly EvalSummaryJson[];
	/** An evaluation in the list. */
	readonly 'evals.line': EvalSummaryJson;
	/** An evaluation with the runs of the ledger behind every number. */
	readonly eval: EvalJson;
	/** Items with the answers side by side, those on which they differ most first. */
	readonly 'eval.rows': readonly EvalRow[];
	/** An item with the answers side by side. */
	readonly 'eval.rows-line': EvalRow;
	/** Paired differences between the candidates of one evaluation. */
	readonly 'evals-compare': readonly LabelledDifference[];
	/** Results of several evaluations. */
	readonly 'evals-compare.several': ReadonlyArray<
		{readonly id: string; readonly name: string} & Pick<EvalResult, 'candidates' | 'differences'>
	>;
	/** The files that were written of another program's evaluation, and the command that runs them. */
	readonly 'evals-import': EvalImportOutput;
	/** What was found in the ledger. */
	readonly 'ledger-verify': LedgerVerifyOutput;
	/** The provenance of a completion, to hand to others: no text, only hashes. */
	readonly 'ledger-export.line': CompletionRecord;
	/** How many look-ups named a provider. */
	readonly 'ledger-backfill': Omit<Extract<BackfillEvent, {type: 'progress'}>, 'type'>;
	/** What one look-up found. */
	readonly 'ledger-backfill.line': Extract<BackfillEvent, {type: 'row'}>;
	/** Completions that were collected under a policy that has changed since. */
	readonly drift: DriftReport;
	/** A completion whose policy changed; the report is the last line. */
	readonly 'drift.line': Extract<DriftEvent, {type: 'row' | 'report'}>;
	/** Which services have a key, and where it comes from; no key is in it. */
	readonly keys: readonly KeyOutput[];
	/** A service and whether it has a key. */
	readonly 'keys.line': KeyOutput;
	/** What became of one key. */
	readonly setup: SetupOutput;
	/** The keys of the dashboard. */
	readonly bindings: readonly KeyRow[];
	/** A key of the dashboard. */
	readonly 'bindings.line': KeyRow;
	/** The steps of the guided tour. */
	readonly tour: readonly TourRow[];
	/** Which version runs, on what, with which services and saved data. */
	readonly info: InfoOutput;
	/** The base URLs of the sandbox. */
	readonly sandbox: Readonly<Record<Service, string>> & Readonly<Partial<Record<Exclude<TuningService, 'openai'>, string>>>;
	/** The schemas that there are. */
	readonly schema: readonly SchemaRow[];
	/** A schema and who writes so. */
	readonly 'schema.line': SchemaRow;
};

/** The name of a schema: of a file in schemas/, without its ending. */
export type OutputName = keyof Outputs;

/** A shape of output and the flags that ask for it, such as `--json --rows`; none where it is always written. */
export type OutputRecord = {readonly flags: string; readonly schema: OutputName};

/** The outputs of a list: an array, or an item a line. */
export function listOutputs(array: OutputName, line: OutputName): readonly OutputRecord[] {
	return [
		{flags: '--json', schema: array},
		{flags: '--ndjson', schema: line},
	];
}
