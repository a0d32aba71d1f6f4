import {writeFileSync} from 'node:fs';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import {evaluate} from '../../evaluate.js';
import {flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {selectChosen, selectDetail} from './state.js';

const restMilliseconds = 40;

const list: Effect = {
	on: ['app/screen-opened', 'app/refresh-asked', 'evals/began', 'evals/changed'],
	async *run({context, getState}) {
		if (getState().screen !== 'evals') return;
		try {
			yield {type: 'evals/received', evals: (await context.evals()).list()};
		} catch (error) {
			yield {type: 'evals/failed', message: toLine(error)};
		}
	},
};

const readDetail: Effect = {
	on: ['list/moved', 'list/filter-typed', 'list/filter-set', 'list/sorted', 'evals/received'],
	async *run({action, context, getState, signal}) {
		if (getState().screen !== 'evals') return;
		await context.clock.sleep(restMilliseconds, signal);
		const chosen = selectChosen(getState());
		if (signal.aborted || !chosen || (action.type !== 'evals/received' && selectDetail(getState()))) return;
		try {
			const {readEvalRows} = await import('../../../services/evals/read-eval-rows.js');
			yield {type: 'evals/detail-received', detail: {summary: chosen, rows: await readEvalRows(context, chosen.id)}};
		} catch (error) {
			if (!signal.aborted) yield {type: 'evals/failed', message: toLine(error)};
		}
	},
};

async function* resuming({context, getState, signal}: EffectInput): AsyncGenerator<WorkStep> {
	const {definition} = selectChosen(getState())!;
	yield* evaluate(context, {definition, concurrency: 8, maxCostUsd: null, limit: null, retryFailed: true}, signal);
}

const resume: Effect = {
	on: ['evals/resume-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'evals/resume-asked') yield* carryOut(input, 'evaluating', resuming(input));
	},
};

const exported: Effect = {
	on: ['evals/export-asked'],
	async *run({action, context, getState}) {
		const chosen = selectChosen(getState());
		if (action.type !== 'evals/export-asked' || !chosen) return;
		try {
			const {exportEval} = await import('../../../services/evals/export-eval.js');
			const format = /\.promptfoo\.ya?ml$/.test(action.file)
				? 'promptfoo'
				: /\.openai\.json$/.test(action.file)
					? 'openai'
					: /\.csv$/.test(action.file)
						? 'csv'
						: 'json';
			const {text, notes} = await exportEval(context, chosen.id, format);
			writeFileSync(action.file, text, {flag: 'wx'});
			yield flash(`written to ${action.file}${notes.length > 0 ? `; ${notes[0]}` : ''}`, notes.length > 0 ? 'warn' : 'good');
		} catch (error) {
			const isThere = (error as {code?: unknown}).code === 'EEXIST';
			yield flash(isThere ? `${action.file} is there already: choose another name` : toLine(error), 'bad');
		}
	},
};

export const evalsEffects: readonly Effect[] = [list, readDetail, resume, exported];
