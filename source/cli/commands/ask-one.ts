import {cleanText} from '../../domain/clean-text.js';
import type {Model} from '../../domain/model.js';
import type {PromptRequest} from '../../domain/prompt.js';
import {runPrompt} from '../../services/run-prompt.js';
import {evidenceText} from '../../view/evidence-text.js';
import {type RunSummary, toAnswerJson, toEventJson} from '../../view/run-json.js';
import type {Session} from '../command.js';
import {advanceSummary, sayPlan, sayRefusal, summaryExit} from './ask-words.js';

export type AskFormat = 'text' | 'json' | 'ndjson';

/**
 * Joins pieces of text again where a character was cut in half between two of them: writing half a surrogate pair would lose it.
 * With `isClean` what could steer a terminal is taken out.
 */
export function createPieces({isClean}: {readonly isClean: boolean}) {
	let half = '';
	let last = '';
	return {
		next(piece: string): string {
			const joined = half + piece;
			half = /[\uD800-\uDBFF]$/.test(joined) ? joined.slice(-1) : '';
			const whole = half === '' ? joined : joined.slice(0, -1);
			const text = isClean ? cleanText(whole, {isOneLine: false}) : whole;
			last = text.at(-1) ?? last;
			return text;
		},
		/** What is left at the end, and for a terminal the line break that the answer did not bring. */
		end(): string {
			const rest = isClean && half !== '' ? '\uFFFD' : half;
			half = '';
			return isClean && (rest !== '' || (last !== '' && last !== '\n')) ? `${rest}\n` : rest;
		},
	};
}

/** The end of a run, for a person: loud warnings, what is wrong with the answer, one line of evidence. */
export function sayEnd(session: Session, {plan, answer, refusal, modelId}: RunSummary, now: Date): void {
	const {diagnostics} = session;
	if (refusal !== null) sayRefusal(session, refusal, modelId);
	if (answer === null || plan === null) return;
	for (const warning of answer.evidence.warnings) diagnostics.warn(cleanText(warning));
	if (answer.outcome === 'aborted') diagnostics.note(`Stopped: the partial answer is kept in the ledger (${answer.ledgerId}).`);
	if (answer.problem !== null) sayRefusal(session, answer.problem);
	diagnostics.note(evidenceText(answer, plan, now));
}

/** Sends one prompt: the answer to stdout as it comes, or its events, or one object at the end. Returns the exit code. */
export async function askOne(
	session: Session,
	models: readonly Model[],
	request: PromptRequest,
	{format, isReasoningShown}: {readonly format: AskFormat; readonly isReasoningShown: boolean},
): Promise<number> {
	const {output, io, signal} = session;
	const context = await session.context();
	const isText = format === 'text';
	const pieces = createPieces({isClean: output.columns !== null});
	const thoughts = createPieces({isClean: true});
	let isThinking = false;
	const endThoughts = () => {
		if (isThinking) io.stderr.write(thoughts.end());
		isThinking = false;
	};
	let summary: RunSummary = {modelId: request.modelId, plan: null, ledgerId: null, answer: null, refusal: null};
	for await (const event of runPrompt(context, models, request, signal)) {
		summary = advanceSummary(summary, event);
		if (format === 'ndjson') await output.write(`${JSON.stringify(toEventJson(event, summary))}\n`);
		if (event.type === 'planned' && event.plan.refusal === null) sayPlan(session, event.plan, request.modelId);
		else if (event.type === 'reasoning' && isReasoningShown) {
			isThinking = true;
			io.stderr.write(thoughts.next(event.text));
		} else if (event.type === 'text') {
			endThoughts();
			if (isText) await output.write(pieces.next(event.text));
		}
	}
	endThoughts();
	if (isText) await output.write(pieces.end());
	if (format === 'json') await output.write(`${JSON.stringify(toAnswerJson(summary), null, 2)}\n`);
	sayEnd(session, summary, context.clock.now());
	return summaryExit(summary);
}
