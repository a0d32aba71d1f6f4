import type {Completion} from '../domain/completion.js';
import {Failure} from '../domain/failure.js';
import type {CompletionCriteria} from '../domain/ledger.js';
import {asFailure} from './as-failure.js';
import type {Context} from './context.js';

export type BackfillEvent =
	| {
			readonly type: 'row';
			readonly id: string;
			readonly state: 'proven' | 'missing' | 'failed';
			readonly provider: string | null;
			readonly message: string | null;
	  }
	| {
			readonly type: 'progress';
			readonly done: number;
			readonly total: number;
			readonly proven: number;
			readonly missing: number;
			readonly failed: number;
	  }
	/** Nothing more was asked: the service refuses or cannot be reached. */
	| {readonly type: 'stopped'; readonly failure: Failure};

/** Look-ups at the same time; each is a plain GET. */
const atOnce = 4;

/** A failure that would only repeat itself for the next row. */
const isFinal = ({kind}: Failure) => kind === 'auth' || kind === 'unreachable' || kind === 'interrupted';

/**
 * Asks OpenRouter who served the answers whose route is not proven (`GET /generation`) and records what it says. A row without a generation
 * (yet) stays as it is and is asked for again next time. Never throws for the service; ends early with `stopped`.
 */
export async function* backfillRuns(
	context: Context,
	signal: AbortSignal,
	{id, limit = Number.POSITIVE_INFINITY}: {readonly id?: string; readonly limit?: number} = {},
): AsyncGenerator<BackfillEvent> {
	const ledger = await context.ledger();
	const chat = await context.chat('openrouter');
	const rows =
		id === undefined
			? listUnproven(ledger.list, limit)
			: [ledger.readCompletion(id)].filter((row) => row !== null && isUnproven(row)).map((row) => row!);
	const count = {done: 0, proven: 0, missing: 0, failed: 0};
	for (let start = 0; start < rows.length; start += atOnce) {
		const answers = await Promise.all(rows.slice(start, start + atOnce).map((row) => lookUp(row)));
		for (const answer of answers) {
			count.done++;
			count[answer.state]++;
			yield {
				type: 'row',
				id: answer.id,
				state: answer.state,
				provider: answer.provider,
				message: answer.failure?.toLine() ?? answer.message,
			};
		}
		yield {type: 'progress', total: rows.length, ...count};
		const final = answers.find(({failure}) => failure !== null && isFinal(failure))?.failure;
		if (final || signal.aborted) {
			yield {type: 'stopped', failure: final ?? new Failure('interrupted', 'Stopped.')};
			return;
		}
	}

	async function lookUp(row: Completion) {
		const nothing = {id: row.id, provider: null, message: null, failure: null};
		try {
			const found = await chat.fetchGeneration!(row.responseId!, signal);
			if (found === null || found.servedProvider === null)
				return {...nothing, state: 'missing', message: 'OpenRouter has no record of this generation (yet).'} as const;
			await ledger.append({kind: 'run-backfilled', run: row.id, askedAt: context.clock.now().toISOString(), proof: 'generation', ...found});
			return {...nothing, state: 'proven', provider: found.servedProvider} as const;
		} catch (error) {
			return {...nothing, state: 'failed', failure: asFailure(error, 'openrouter')} as const;
		}
	}
}

function isUnproven({gateway, proof, responseId, status}: Completion): boolean {
	return gateway === 'openrouter' && proof === 'none' && responseId !== null && status !== 'unfinished';
}

/** All of them before the first is asked for: what a look-up proves leaves the list. */
function listUnproven(
	list: (
		criteria: CompletionCriteria,
		page?: {readonly limit?: number; readonly after?: string | null},
	) => {readonly rows: readonly Completion[]; readonly next: string | null},
	limit: number,
): readonly Completion[] {
	const found: Completion[] = [];
	let after: string | null = null;
	do {
		const page = list({gateways: ['openrouter'], proofs: ['none'], statuses: ['finished', 'aborted', 'failed']}, {limit: 500, after});
		found.push(...page.rows.filter(isUnproven));
		after = page.next;
	} while (after !== null && found.length < limit);
	return found.slice(0, limit);
}
