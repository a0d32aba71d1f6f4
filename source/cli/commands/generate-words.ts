import type {GenerateProgress} from '../../services/generate-event.js';
import {formatUsd} from '../../view/format.js';
import type {GenerateSummary} from '../outputs.js';

/** `45 s`, `12 min`, `3 h 20 min`. */
export function formatSeconds(seconds: number): string {
	const whole = Math.round(seconds);
	if (whole < 100) return `${whole} s`;
	const minutes = Math.round(whole / 60);
	return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const barWidth = 20;

/** A bar of plain characters, so that every terminal and every log can show it. */
function bar(share: number): string {
	const filled = Math.floor(Math.min(1, share) * barWidth);
	return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}

const formatRate = (rate: number) => (rate >= 10 ? Math.round(rate).toString() : rate.toFixed(1));

/** Done, speed, cost so far and at the end, time left, and what slows it down. */
export function progressLine(progress: GenerateProgress): string {
	const {done, failed, total, rowsPerSecond, costUsd, projectedCostUsd, secondsLeft, pausedSeconds, inFlight} = progress;
	return [
		`${bar(total === 0 ? 0 : (done + failed) / total)} ${done + failed}/${total}`,
		...(failed > 0 ? [`${failed} failed`] : []),
		`${formatRate(rowsPerSecond)}/s`,
		`${formatUsd(costUsd)}${projectedCostUsd === null ? '' : ` of about ${formatUsd(projectedCostUsd)}`}`,
		...(secondsLeft === null ? [] : [`${formatSeconds(secondsLeft)} left`]),
		pausedSeconds > 0 ? `paused ${pausedSeconds} s: the service is limiting requests` : `${inFlight} under way`,
	].join(' · ');
}

const endings = {
	budget: 'Stopped before exceeding the budget',
	refused: 'Stopped',
	interrupted: 'Interrupted',
} as const;

/** The end in one line. */
export function summaryLine({total, done, failed, skipped, left, costUsd, seconds, stoppedBy}: GenerateSummary): string {
	const speed = seconds > 0 && done > 0 ? ` (${formatRate(done / seconds)}/s)` : '';
	return [
		`${stoppedBy === null ? 'Done' : endings[stoppedBy]}: ${done} of ${total} answered now${speed}`,
		...(skipped > 0 ? [`${skipped} were there already`] : []),
		...(failed > 0 ? [`${failed} failed: --retry-failed sends them again`] : []),
		...(left > 0 ? [`${left} left: the same command goes on`] : []),
		`${formatUsd(costUsd)} in all`,
		formatSeconds(seconds),
	].join(' · ');
}
