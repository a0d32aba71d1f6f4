import {cleanText} from '../../domain/clean-text.js';
import {exitCodes} from '../../domain/failure.js';
import type {PlannedRoute} from '../../domain/prompt.js';
import type {PromptPlan, Refusal, RunEvent} from '../../domain/run-event.js';
import {serviceNames} from '../../domain/service.js';
import type {Column} from '../../view/cell.js';
import {verdictWords} from '../../view/evidence-text.js';
import {formatUsd} from '../../view/format.js';
import {type Paint, plainTable} from '../../view/plain-table.js';
import {type RunSummary, toPlanJson} from '../../view/run-json.js';
import type {Session} from '../command.js';
import type {PlanOutput} from '../outputs.js';

export const refusalExit = ({kind}: Refusal): number => exitCodes[kind];

/** What happened, why, what to do, and where to go instead, on stderr. */
export function sayRefusal({diagnostics}: Session, {message, why, next, alternatives}: Refusal, modelId: string | null = null): void {
	const instead = alternatives.map(({modelId: id, note}) => `  instead: ${id}  ${note}`);
	const of = modelId === null || message.includes(modelId) ? '' : `${modelId}: `;
	diagnostics.write(
		[`stillroom: ${of}${message}`, ...[why, next].filter((line) => line !== null).map((line) => `  ${line}`), ...instead].join('\n'),
	);
}

/** Enforcement, cost bound and warnings before anything leaves. */
export function sayPlan({diagnostics}: Session, {enforcement, costBoundUsd, gateway}: PromptPlan, modelId: string): void {
	const bound = costBoundUsd === null ? 'cost bound not known' : `at most ${formatUsd(costBoundUsd)}`;
	diagnostics.note(`${modelId} at ${serviceNames[gateway]} · ${enforcement.words} · ${bound}`);
	for (const warning of enforcement.warnings) diagnostics.warn(warning);
}

/** What a run has come to so far. */
export function advanceSummary(summary: RunSummary, event: RunEvent): RunSummary {
	switch (event.type) {
		case 'planned':
			return {...summary, plan: event.plan};
		case 'started':
			return {...summary, ledgerId: event.ledgerId};
		case 'refused':
			return {...summary, refusal: event.refusal, ledgerId: event.ledgerId};
		case 'finished':
			return {...summary, answer: event.answer};
		default:
			return summary;
	}
}

/** A flaw of a finished answer is said, not an error, unless the ledger could not keep it. */
export function summaryExit({answer, refusal}: RunSummary): number {
	if (refusal !== null) return refusalExit(refusal);
	if (answer === null || answer.outcome === 'aborted') return exitCodes.interrupted;
	if (answer.outcome === 'finished' && answer.problem?.code !== 'ledger') return 0;
	return answer.problem === null ? exitCodes.failed : refusalExit(answer.problem);
}

export function toPlanOutput(plan: PromptPlan, url: string): PlanOutput {
	return {url, ...toPlanJson(plan)};
}

const routeColumns: ReadonlyArray<Column<PlannedRoute>> = [
	{id: 'left', title: 'Left', width: 4, cell: ({isLeft}) => (isLeft ? {text: 'yes', tone: 'good'} : {text: 'no', tone: 'dim'})},
	{id: 'provider', title: 'Provider', width: 16, cell: ({provider}) => ({text: provider, tone: 'plain'})},
	{id: 'tag', title: 'Tag', width: 20, dropOrder: 1, cell: ({tag}) => ({text: tag, tone: 'dim'})},
	{id: 'reason', title: 'Why', width: 40, isFlexible: true, cell: ({reason}) => ({text: reason, tone: 'plain'})},
];

/** The dry run for a person: where, how it is held, the exact body, the routes. */
export function* planLines(
	plan: PromptPlan,
	url: string,
	{paint, width, now}: {readonly paint: Paint; readonly width: number | null; readonly now: Date},
): Generator<string> {
	const bound = plan.costBoundUsd === null ? 'not known' : `at most ${formatUsd(plan.costBoundUsd)}`;
	yield paint(plan.refusal === null ? 'Nothing was sent. It would be:' : 'Nothing was sent, and it would not be.', 'strong');
	yield `POST ${url}`;
	const body = JSON.stringify(plan.body, null, 2);
	// On a terminal the body must not steer it; JSON escapes all but a few of the characters that could.
	yield width === null ? body : cleanText(body, {isOneLine: false});
	yield `${paint('enforcement', 'dim')}  ${plan.enforcement.words}`;
	yield `${paint('policy', 'dim')}       ${verdictWords(plan.verdict, now)}`;
	yield `${paint('cost', 'dim')}         ${bound} (about ${plan.promptTokens} prompt tokens)`;
	if (plan.routes.length > 0) {
		const left = plan.routes.filter(({isLeft}) => isLeft).length;
		yield `${paint('routes', 'dim')}       ${left} of ${plan.routes.length} remain`;
		const sorted = [...plan.routes].sort((a, b) => Number(b.isLeft) - Number(a.isLeft));
		yield* plainTable(routeColumns, sorted, {width, paint});
	}
}
