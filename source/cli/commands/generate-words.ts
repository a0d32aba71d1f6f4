import type {GenerateProgress} from '../../services/generate-event.js';
import {formatUsd} from '../../view/format.js';
import {progressWords, sayDuration, sayRate} from '../../view/progress-words.js';
import type {GenerateSummary} from '../outputs.js';

const barWidth = 20;

/** A bar of plain characters, so that every terminal and every log can show it. */
function bar(share: number): string {
	const filled = Math.floor(Math.min(1, share) * barWidth);
	return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}

/** Done, speed, time left, cost so far and at the end, and what slows it down. */
export function progressLine(progress: GenerateProgress): string {
	const {done, failed, total, rowsPerSecond, costUsd, projectedCostUsd, pausedSeconds, inFlight} = progress;
	const words = progressWords({
		done: done + failed,
		total,
		unit: 'answer',
		perSecond: rowsPerSecond,
		instead: pausedSeconds > 0 ? `paused ${pausedSeconds} s: the service is limiting requests` : null,
		more: [
			...(failed > 0 ? [`${failed} failed`] : []),
			`${formatUsd(costUsd)}${projectedCostUsd === null ? '' : ` of about ${formatUsd(projectedCostUsd)}`}`,
			...(pausedSeconds > 0 ? [] : [`${inFlight} under way`]),
		],
	});
	return `${bar(total === 0 ? 0 : (done + failed) / total)} ${words}`;
}

const endings = {
	budget: 'Stopped before exceeding the budget',
	refused: 'Stopped',
	interrupted: 'Interrupted',
} as const;

/** The end in one line. */
export function summaryLine({total, done, failed, skipped, left, costUsd, seconds, stoppedBy}: GenerateSummary): string {
	const speed = seconds > 0 && done > 0 ? ` (${sayRate(done / seconds, 'answer')})` : '';
	return [
		`${stoppedBy === null ? 'Done' : endings[stoppedBy]}: ${done} of ${total} answered now${speed}`,
		...(skipped > 0 ? [`${skipped} were there already`] : []),
		...(failed > 0 ? [`${failed} failed: --retry-failed sends them again`] : []),
		...(left > 0 ? [`${left} left: the same command goes on`] : []),
		`${formatUsd(costUsd)} in all`,
		sayDuration(seconds),
	].join(' · ');
}
