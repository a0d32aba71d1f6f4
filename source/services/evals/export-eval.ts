import {type CsvRecord, csvLines} from '../../domain/csv.js';
import type {CandidateResult, EvalDefinition, EvalResult, EvalSample, EvalSummary} from '../../domain/evaluation.js';
import type {Context} from '../context.js';
import {findEval} from './find-eval.js';
import {sayModelTarget} from './model-target.js';
import {writeOpenaiEval} from './openai-evals.js';
import {sayPrompt, withTexts} from './read-eval-rows.js';
import {isSamplePassed} from './summarise-eval.js';

export type EvalFormat = 'promptfoo' | 'openai' | 'csv' | 'json';

export const evalFormats: readonly EvalFormat[] = ['promptfoo', 'openai', 'csv', 'json'];

/** Every answer of an evaluation with its grades, as flat records, and the names of their fields in order. */
export async function readCsvRecords(
	context: Context,
	ref: string,
): Promise<{readonly header: readonly string[]; readonly rows: readonly CsvRecord[]}> {
	const [store, ledger] = await Promise.all([context.evals(), context.ledger()]);
	const {definition} = await findEval(context, ref);
	const items = new Map(store.items(definition.id).map((item) => [item.key, item]));
	const rows = store.samples(definition.id).map((sample): CsvRecord => {
		const item = items.get(sample.key);
		const text = withTexts(ledger, [sample])[0]?.text ?? null;
		return {
			...describe(definition, sample),
			prompt: item === undefined ? null : sayPrompt(item),
			reference: item?.reference ?? null,
			answer: text,
		};
	});
	const graders = definition.graders.flatMap(({name}) => [
		`${name}.passed`,
		`${name}.score`,
		`${name}.label`,
		`${name}.detail`,
		`${name}.run`,
		`${name}.error`,
	]);
	const header = [
		'evaluation',
		'item',
		'candidate',
		'role',
		'model',
		'run',
		'passed',
		...graders,
		'costUsd',
		'latencyMilliseconds',
		'promptTokens',
		'completionTokens',
		'error',
		'prompt',
		'reference',
		'answer',
	];
	return {header, rows};
}

function describe(definition: EvalDefinition, sample: EvalSample): CsvRecord {
	const candidate = definition.candidates[sample.candidate]!;
	const grades = definition.graders.flatMap(({name}) => {
		const grade = sample.grades.find(({grader}) => grader === name);
		return [
			[`${name}.passed`, grade?.isPassed ?? null],
			[`${name}.score`, grade?.score ?? null],
			[`${name}.label`, grade?.label ?? null],
			[`${name}.detail`, grade?.detail ?? null],
			[`${name}.run`, grade?.run ?? null],
			[`${name}.error`, grade?.error ?? null],
		] as const;
	});
	return {
		evaluation: definition.id,
		item: sample.key,
		candidate: candidate.label,
		role: candidate.role,
		model: sayModelTarget(candidate.target),
		run: sample.run,
		passed: sample.error === null ? isSamplePassed(definition, sample) : null,
		...Object.fromEntries(grades),
		costUsd: sample.costUsd,
		latencyMilliseconds: sample.latencyMilliseconds,
		promptTokens: sample.promptTokens,
		completionTokens: sample.completionTokens,
		error: sample.error,
	};
}

/** An evaluation as `stillroom evals show --json` writes it. */
export type EvalJson = Omit<EvalSummary, 'result'> & {
	/** What the ledger holds of the result; null while it was not told. */
	readonly resultsHash: string | null;
	/** Null while nothing was summed up. */
	readonly result:
		| (Omit<EvalResult, 'definition' | 'candidates'> & {
				readonly candidates: ReadonlyArray<
					CandidateResult & {
						/** Ids of the answers in the ledger that its numbers are made of. */
						readonly runs: readonly string[];
					}
				>;
		  })
		| null;
	/** Every answer with its grades, in order of items and candidates. */
	readonly answers: ReadonlyArray<
		Omit<EvalSample, 'evaluation' | 'text'> & {
			/** Of the candidate. */
			readonly label: string | null;
		}
	>;
};

/**
 * An evaluation with where every number comes from: for each candidate the runs that its numbers are made of, and every sample with its grades and
 * the runs of the judges. Throws Failure when there is none.
 */
export async function readEvalJson(context: Context, ref: string): Promise<EvalJson> {
	const store = await context.evals();
	const {definition, result, ...summary} = await findEval(context, ref);
	const samples = store.samples(definition.id);
	return {
		...summary,
		definition,
		resultsHash: store.resultHash(definition.id),
		result: result === null ? null : withRuns(result, samples),
		answers: samples.map(({evaluation: _, text: __, candidate, ...sample}) => ({
			...sample,
			candidate,
			label: definition.candidates[candidate]?.label ?? null,
		})),
	};
}

/** The result with the runs that each candidate's numbers are made of, and without the definition, which stands beside it. */
function withRuns({definition: _, ...result}: EvalResult, samples: readonly EvalSample[]): EvalJson['result'] {
	return {
		...result,
		candidates: result.candidates.map((candidate) => ({
			...candidate,
			runs: samples.flatMap((sample) => (sample.candidate === candidate.candidate && sample.error === null ? (sample.run ?? []) : [])),
		})),
	};
}

/** The evaluation in the form of another program, or its results; with what could not be carried over. Throws Failure when there is none. */
export async function exportEval(
	context: Context,
	ref: string,
	format: EvalFormat,
): Promise<{readonly text: string; readonly notes: readonly string[]}> {
	if (format === 'csv') {
		const {header, rows} = await readCsvRecords(context, ref);
		return {text: `${[...csvLines(header, rows)].join('\n')}\n`, notes: []};
	}
	if (format === 'json') return {text: `${JSON.stringify(await readEvalJson(context, ref), null, 2)}\n`, notes: []};
	const store = await context.evals();
	const {definition} = await findEval(context, ref);
	const items = store.items(definition.id);
	if (format === 'openai') {
		const {value, notes} = writeOpenaiEval(definition, items);
		return {text: `${JSON.stringify(value, null, 2)}\n`, notes};
	}
	const {writePromptfoo} = await import('./promptfoo.js');
	return writePromptfoo(definition, items);
}
