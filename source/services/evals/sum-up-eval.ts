import {toJson} from '../../domain/canonical-json.js';
import type {EvalDefinition, EvalResult} from '../../domain/evaluation.js';
import {hashEvaluation} from './hash-evaluation.js';
import type {EvalWork} from './plan-eval.js';
import {summariseEval} from './summarise-eval.js';

/**
 * The definition without the candidates at its end that answered nothing, such as a model that is not there: an evaluation that has answers of others
 * must not wait for them for ever. The same when nobody answered.
 */
export function leaveOutUnanswered(definition: EvalDefinition, {store, allItems, plan}: EvalWork): EvalDefinition {
	const answered = new Set(store.samples(definition.id).map(({candidate}) => candidate));
	const count = Math.max(-1, ...answered) + 1;
	if (count === 0 || count === definition.candidates.length) return definition;
	const shorter = {...definition, candidates: definition.candidates.slice(0, count)};
	store.define(shorter, allItems, (plan.samples / definition.candidates.length) * count);
	return shorter;
}

/** Share of answers that pass, for each candidate. */
export function createPassing(count: number) {
	const counts = Array.from({length: count}, () => ({passed: 0, judged: 0}));
	return {
		add(candidate: number, isPassed: boolean | null): void {
			const place = counts[candidate];
			if (place === undefined || isPassed === null) return;
			place.judged++;
			if (isPassed) place.passed++;
		},
		shares: () => counts.map(({passed, judged}) => (judged === 0 ? null : passed / judged)),
	};
}

/** The result over everything that is there; when nothing is missing, the ledger is told, once for each result. */
export async function sumUpEval(definition: EvalDefinition, {store, ledger, plan}: EvalWork): Promise<EvalResult> {
	const samples = store.samples(definition.id);
	const isComplete = samples.length >= plan.items * definition.candidates.length;
	const result: EvalResult = {...summariseEval(definition, samples), isComplete};
	const hash = hashEvaluation(result, samples);
	if (!isComplete || store.resultHash(definition.id) === hash) {
		store.saveResult(definition.id, result, null);
		return result;
	}
	const graded = samples.flatMap(({grades}) => grades);
	await ledger.append({
		kind: 'evaluation-finished',
		evaluation: definition.id,
		definition: toJson(definition),
		counts: {
			items: result.items,
			candidates: definition.candidates.length,
			samples: samples.length,
			failed: samples.filter(({error}) => error !== null).length,
			grades: graded.length,
			grade_errors: graded.filter(({error}) => error !== null).length,
		},
		resultsHash: hash,
	});
	store.saveResult(definition.id, result, hash);
	return result;
}
