import {open} from 'node:fs/promises';
import {type BakeOffEvent, markPick, runBakeOff} from '../../../services/bake-off.js';
import {generateCompletions} from '../../../services/generate.js';
import {readPromptRows} from '../../../services/generate-rows.js';
import {planPrompt} from '../../../services/plan-prompt.js';
import {gather, stillMilliseconds} from '../../gather.js';
import {type Action, flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {selectRun, toRequest} from './state.js';

const settleMilliseconds = 250;
/** Requests of a bulk job under way at most; the service's answers slow it down further. */
const bulkConcurrency = 16;

/** A fresh plan whenever something that goes into it changed and the hands rest. */
const plan: Effect = {
	on: [
		'prompt/opened',
		'prompt/enforcement-set',
		'prompt/parameters-set',
		'prompt/gateway-set',
		'prompt/retried',
		'prompt/field-left',
		'prompt/typed',
		'prompt/edited',
		'prompt/text-set',
		'prompt/variable-set',
		'overlay/opened',
	],
	async *run({action, context, getState, signal}) {
		if (action.type === 'overlay/opened' && action.overlay.name !== 'plan') return;
		await context.clock.sleep(action.type === 'prompt/typed' || action.type === 'prompt/edited' ? settleMilliseconds : 0, signal);
		for (const [index, run] of getState().screens.prompt.runs.entries()) {
			if (signal.aborted) return;
			const state = getState();
			const plan = await planPrompt(context, state.catalogue.models, toRequest(state, run.target), signal);
			// A plan that comes late belongs to what stood here before.
			if (signal.aborted) return;
			yield {type: 'prompt/planned', index, plan};
		}
	},
};

/** Joins pieces of the same run that came together. */
function joinPieces(events: readonly BakeOffEvent[]): readonly BakeOffEvent[] {
	const joined: BakeOffEvent[] = [];
	for (const next of events) {
		const at = joined.findLastIndex(({index}) => index === next.index);
		const last = joined[at];
		if (last && (next.event.type === 'text' || next.event.type === 'reasoning') && last.event.type === next.event.type) {
			joined[at] = {index: next.index, event: {type: next.event.type, text: last.event.text + next.event.text}};
		} else joined.push(next);
	}
	return joined;
}

/** Sends to every target at once; the effect ends when the last answer is in the ledger. Starting it again for an abort ends the requests. */
const send: Effect = {
	on: ['prompt/send-asked', 'prompt/abort-asked'],
	async *run({action, context, getState, signal}: EffectInput): AsyncIterable<Action> {
		if (action.type === 'prompt/abort-asked') return;
		const state = getState();
		const requests = state.screens.prompt.runs.map(({target}) => toRequest(state, target));
		yield {type: 'prompt/sent'};
		const pause = state.look.isAnimated ? undefined : stillMilliseconds;
		for await (const events of gather(runBakeOff(context, state.catalogue.models, requests, signal), context.clock, signal, pause)) {
			const at = context.clock.now().getTime();
			for (const {index, event} of joinPieces(events)) yield {type: 'prompt/happened', index, event, at};
		}
		yield {type: 'prompt/ended'};
	},
};

const pick: Effect = {
	on: ['prompt/pick-asked'],
	async *run({context, getState}) {
		const {runs, column} = getState().screens.prompt;
		const winnerId = runs[column]?.ledgerId;
		if (!winnerId) return;
		await markPick(context, {
			winnerId,
			loserIds: runs.flatMap(({answer}) => (answer && answer.ledgerId !== winnerId ? [answer.ledgerId] : [])),
		});
		yield {type: 'prompt/picked', ledgerId: winnerId};
		yield flash('picked: recorded in the ledger, the others as rejected', 'good');
	},
};

async function* readRows(file: string) {
	const handle = await open(file);
	yield* readPromptRows(handle.readLines());
}

/** Many prompts from a file to the target of this screen; each answer goes into the ledger, so a second start sends only what is missing. */
const generate: Effect = {
	on: ['prompt/bulk-asked', 'prompt/abort-asked'],
	async *run({action, context, getState, signal}: EffectInput): AsyncIterable<Action> {
		if (action.type !== 'prompt/bulk-asked') return;
		const state = getState();
		const run = selectRun(state);
		if (!run) return;
		const request = toRequest(state, run.target);
		const template = {...request, messages: request.messages.filter(({role}) => role === 'system')};
		const rows = () => readRows(action.file);
		yield {type: 'prompt/bulk-started', file: action.file};
		const events = generateCompletions(
			context,
			state.catalogue.models,
			{
				rows,
				template,
				concurrency: bulkConcurrency,
				maxCostUsd: action.maxCostUsd,
				repeat: 1,
				retryFailed: action.isRetrying,
				skipInvalid: false,
			},
			signal,
		);
		try {
			for await (const event of events) if (event.type !== 'row') yield {type: 'prompt/bulk-happened', event};
		} catch (error) {
			yield flash(`${action.file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'bad');
		} finally {
			yield {type: 'prompt/ended'};
		}
	},
};

const editor: Effect = {
	on: ['prompt/editor-asked'],
	async *run({getState, terminal}) {
		const {field, [field]: text} = getState().screens.prompt;
		const edited = await terminal.edit(text.text);
		if (typeof edited === 'string') yield {type: 'prompt/text-set', texts: {[field]: edited}};
		else yield flash(edited.problem, 'warn');
	},
};

export const promptEffects: readonly Effect[] = [plan, send, pick, generate, editor];
