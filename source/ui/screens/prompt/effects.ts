import type {RunEvent} from '../../../domain/run-event.js';
import {planPrompt} from '../../../services/plan-prompt.js';
import {runPrompt} from '../../../services/run-prompt.js';
import {type Action, flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {toRequest} from './state.js';

const settleMilliseconds = 250;
/** Tokens come faster than a screen is worth drawing: what arrives within this time is one change. */
const gatherMilliseconds = 30;

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
			yield {type: 'prompt/planned', index, plan: await planPrompt(context, state.catalogue.models, toRequest(state, run.target), signal)};
		}
	},
};

type Happened = {readonly index: number; readonly event: RunEvent};

/** Joins pieces of the same run that came together. */
function joinPieces(events: readonly Happened[]): readonly Happened[] {
	const joined: Happened[] = [];
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
		let waiting: Happened[] = [];
		let left = requests.length;
		let wake = (): void => {};
		const follow = async (index: number): Promise<void> => {
			try {
				for await (const event of runPrompt(context, state.catalogue.models, requests[index]!, signal)) {
					waiting.push({index, event});
					wake();
				}
			} finally {
				left--;
				wake();
			}
		};
		const work = Promise.all(requests.map((_, index) => follow(index)));
		while (left > 0 || waiting.length > 0) {
			if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
			await context.clock.sleep(gatherMilliseconds, signal);
			const events = joinPieces(waiting);
			waiting = [];
			const at = context.clock.now().getTime();
			for (const {index, event} of events) yield {type: 'prompt/happened', index, event, at};
		}
		yield {type: 'prompt/ended'};
		await work;
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

export const promptEffects: readonly Effect[] = [plan, send, editor];
