import type {Tone} from '../view/cell.js';
import {gather, stillMilliseconds} from './gather.js';
import type {Action} from './state/action.js';
import type {EffectInput} from './state/effects.js';

/** What a work says while it goes on: words for the message line, or what makes them; an action of its own; at its end how it ended. */
export type WorkStep = string | (() => string) | Action | {readonly ended: string; readonly tone?: Tone};

const isWords = (step: WorkStep): step is string | (() => string) => typeof step === 'string' || typeof step === 'function';
const isEnd = (step: WorkStep): step is {readonly ended: string; readonly tone?: Tone} => typeof step === 'object' && 'ended' in step;

/**
 * Carries out long work with its progress in the message line. What it throws is said there; whatever it did before stays. Of progress that
 * comes faster than a screen is worth drawing only the newest is shown, and where nothing may move by itself only every few seconds. `whatStays` is said when it was ended from outside.
 */
export async function* carryOut(
	input: EffectInput,
	title: string,
	steps: AsyncIterable<WorkStep>,
	whatStays = 'what was done stays',
): AsyncGenerator<Action> {
	yield {type: 'work/began', title};
	let end: {readonly ended: string; readonly tone?: Tone} = {ended: ''};
	const {clock} = input.context;
	const rest = input.getState().look.isAnimated ? 0 : stillMilliseconds;
	let saidAt = Number.NEGATIVE_INFINITY;
	try {
		for await (const group of gather(steps, clock, input.signal)) {
			const words = group.findLast(isWords);
			if (words !== undefined && clock.now().getTime() - saidAt >= rest) {
				saidAt = clock.now().getTime();
				yield {type: 'work/went', words: typeof words === 'string' ? words : words()};
			}
			for (const step of group) {
				if (isWords(step)) continue;
				if (isEnd(step)) end = step;
				else yield step;
			}
		}
	} catch (error) {
		end = input.signal.aborted
			? {ended: `${title}: ended; ${whatStays}`, tone: 'warn'}
			: {ended: `${title}: ${toLine(error)}`, tone: 'bad'};
	}
	yield {type: 'work/ended', words: end.ended, tone: end.tone ?? 'good'};
}

/** What happened, why, and what next, as far as the error says it. */
export function toLine(error: unknown): string {
	if (error instanceof Error && 'toLine' in error && typeof error.toLine === 'function') return String(error.toLine());
	return error instanceof Error ? error.message : String(error);
}
