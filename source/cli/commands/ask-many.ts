import {cleanText} from '../../domain/clean-text.js';
import {exitCodes} from '../../domain/failure.js';
import type {Model} from '../../domain/model.js';
import type {PromptRequest} from '../../domain/prompt.js';
import {runBakeOff} from '../../services/bake-off.js';
import {formatCount} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import {type RunSummary, toAnswerJson, toEventJson} from '../../view/run-json.js';
import type {Session} from '../command.js';
import {openProgress} from '../progress.js';
import {type AskFormat, sayEnd} from './ask-one.js';
import {advanceSummary, sayPlan, summaryExit} from './ask-words.js';

/** Sends the same prompt to several models at once. Answers are written one after the other, in the order of the models. */
export async function askMany(
	session: Session,
	models: readonly Model[],
	requests: readonly PromptRequest[],
	{format, isQuiet}: {readonly format: AskFormat; readonly isQuiet: boolean},
): Promise<number> {
	const {output, signal} = session;
	const context = await session.context();
	const paint = await session.paint();
	const progress = openProgress(session, {quiet: isQuiet});
	const tell = createProgressWords('answer');
	const summaries: RunSummary[] = requests.map(({modelId}) => ({modelId, plan: null, ledgerId: null, answer: null, refusal: null}));
	const isOver = ({answer, refusal}: RunSummary) => answer !== null || refusal !== null;
	let written = 0;
	/** Every answer that stands next in the order and is complete. */
	const writeReady = async () => {
		for (; written < summaries.length && isOver(summaries[written]!); written++) {
			const summary = summaries[written]!;
			progress.clear();
			if (format === 'text') {
				const text = summary.answer?.text ?? `(no answer: ${summary.refusal?.message ?? 'stopped'})`;
				const shown = output.columns === null ? text : cleanText(text, {isOneLine: false});
				await output.write(
					`${written === 0 ? '' : '\n'}${paint(`## ${summary.modelId}`, 'strong')}\n\n${shown}${shown.endsWith('\n') ? '' : '\n'}`,
				);
			}
			sayEnd(session, summary, context.clock.now());
		}
	};
	for await (const {index, event} of runBakeOff(context, models, requests, signal)) {
		const summary = advanceSummary(summaries[index]!, event);
		summaries[index] = summary;
		if (format === 'ndjson') await output.write(`${JSON.stringify({index, model: summary.modelId, ...toEventJson(event, summary)})}\n`);
		if (event.type === 'planned' && event.plan.refusal === null) {
			progress.clear();
			sayPlan(session, event.plan, summary.modelId);
		}
		progress.show(tell({done: summaries.filter(isOver).length, total: summaries.length}));
		if (isOver(summary)) await writeReady();
	}
	await writeReady();
	progress.clear();
	if (signal.aborted)
		session.diagnostics.note(
			`Stopped: ${summaries.filter(({answer}) => answer?.outcome === 'finished').length} of ${formatCount(summaries.length, 'answer')} came to their end; what came of the others is in the ledger.`,
		);
	if (format === 'json') await output.write(`${JSON.stringify(summaries.map(toAnswerJson), null, 2)}\n`);
	const codes = summaries.map(summaryExit);
	if (codes.every((code) => code === codes[0])) return codes[0]!;
	return codes.some((code) => code === 0) ? exitCodes.partial : codes.find((code) => code !== 0)!;
}
