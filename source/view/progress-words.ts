import {formatBytes} from './check-lines.js';
import {formatNumber} from './format.js';
import {widthOf} from './width.js';

/** What long work counts: its name for one and for many. Bytes are told in the sizes that they have. */
const nouns = {
	answer: ['answer', 'answers'],
	byte: ['byte', 'bytes'],
	completion: ['completion', 'completions'],
	copy: ['copy', 'copies'],
	entry: ['entry', 'entries'],
	model: ['model', 'models'],
	row: ['row', 'rows'],
} as const satisfies Readonly<Record<string, readonly [one: string, many: string]>>;

export type ProgressUnit = keyof typeof nouns;

/** How far long work is. */
export type ProgressFacts = {
	readonly done: number;
	/** Null where it is not known before the end. */
	readonly total: number | null;
	/** What is done to them: `packed`. Comes first. */
	readonly verb?: string;
	/** Which part of the work is done, 0 to 1, where that is known of something else, such as the bytes of a file: then the remaining time is told by it. */
	readonly share?: number | null;
	/** Of the work a second. */
	readonly sharePerSecond?: number | null;
	readonly unit: ProgressUnit;
	/** Units a second, smoothed; null where it cannot be told yet. */
	readonly perSecond: number | null;
	/** Stands in the place of rate and remaining time, such as why the work waits. */
	readonly instead?: string | null;
	/** What else there is to say; it comes last, as what may be cut. */
	readonly more?: readonly string[];
};

/** So long a rate is looked back for: long enough to be steady, short enough to notice that a service has become slow. */
const windowSeconds = 10;
/** Before this time nothing is said of a rate: the first rows come in a heap, or late. */
const leastSeconds = 1;
/** Samples closer than this are one. */
const sampleSeconds = 0.25;

type Sample = {readonly seconds: number; readonly done: number};

/** The last seconds of a work. */
export type Pace = {readonly samples: readonly Sample[]; readonly newest: Sample};

/** The pace after one more look at the work, at `seconds` of any clock. What was done before the first look does not count; where less is done than before, another step began. */
export function nextPace(pace: Pace | null, sample: Sample): Pace {
	if (pace === null || sample.done < pace.newest.done) return {samples: [sample], newest: sample};
	const last = pace.samples.at(-1)!;
	if (sample.seconds - last.seconds < sampleSeconds) return {samples: pace.samples, newest: sample};
	const from = sample.seconds - windowSeconds;
	// The newest of those that lie before the window stays, as its beginning.
	const first = Math.max(
		0,
		pace.samples.findLastIndex(({seconds}) => seconds <= from),
	);
	return {samples: [...pace.samples.slice(first), sample], newest: sample};
}

/** Units a second over the last ten seconds; null before a second has gone by, and where nothing was done. */
export function paceRate({samples, newest}: Pace): number | null {
	const first = samples[0]!;
	const seconds = newest.seconds - first.seconds;
	const done = newest.done - first.done;
	return seconds < leastSeconds || done <= 0 ? null : done / seconds;
}

/** `45 s`, `12 min`, `3 h 20 min`, `4 d 3 h`. Never less than it is by half. */
export function sayDuration(seconds: number): string {
	const whole = Math.round(seconds);
	if (whole < 100) return `${whole} s`;
	const minutes = Math.round(whole / 60);
	if (minutes < 100) return `${minutes} min`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const digits = (rate: number): string => (rate >= 9.95 ? formatNumber(Math.round(rate)) : rate.toFixed(1).replace(/\.0$/, ''));

/** `210 rows/s`, `14 answers/min`, `1.20 MB/s`: in the span in which there is at least one. */
export function sayRate(perSecond: number, unit: ProgressUnit): string {
	if (unit === 'byte') return `${formatBytes(perSecond < 1000 ? Math.round(perSecond) : perSecond)}/s`;
	const many = nouns[unit][1];
	if (perSecond >= 1) return `${digits(perSecond)} ${many}/s`;
	if (perSecond * 60 >= 1) return `${digits(perSecond * 60)} ${many}/min`;
	return `${digits(perSecond * 3600)} ${many}/h`;
}

function sayCount(done: number, total: number | null, unit: ProgressUnit): string {
	if (unit === 'byte') return total === null ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`;
	const [one, many] = nouns[unit];
	const of = total === null ? '' : ` of ${formatNumber(total)}`;
	return `${formatNumber(done)}${of} ${(total ?? done) === 1 ? one : many}`;
}

/** The remaining time in words, rounded up to a second; empty where nothing is left or it cannot be told. */
export function sayLeft({done, total, perSecond}: Pick<ProgressFacts, 'done' | 'total' | 'perSecond'>): string {
	if (total === null || perSecond === null || perSecond <= 0 || done >= total) return '';
	return `${sayDuration(Math.max(1, Math.ceil((total - done) / perSecond)))} left`;
}

/** Long work in one line: `1,204 of 2,407 rows · 210 rows/s · 6 s left`, then what else there is to say. */
export function progressWords({
	done,
	total,
	unit,
	verb,
	perSecond,
	share = null,
	sharePerSecond = null,
	instead,
	more = [],
}: ProgressFacts): string {
	const speed = perSecond === null || perSecond <= 0 ? '' : sayRate(perSecond, unit);
	const left = share === null ? sayLeft({done, total, perSecond}) : sayLeft({done: share, total: 1, perSecond: sharePerSecond});
	const percent = share === null || total !== null ? '' : `${Math.floor(share * 100)}%`;
	const count = sayCount(done, total, unit);
	return [verb ? `${verb} ${count}` : count, percent, ...(instead ? [instead] : [speed, left]), ...more]
		.filter((part) => part !== '')
		.join(' · ');
}

/** The title of a work before its words: `checking 12 of 30 rows`, but `freezing: judging 12 of 30 rows`. */
export const workTitle = (title: string, words: string): string => (/^\p{L}/u.test(words) ? `${title}:` : title);

/** The words of `progressWords` in so many cells: parts are left out from the end, the first one never. */
export function fitProgress(words: string, width: number): string {
	const parts = words.split(' · ');
	while (parts.length > 1 && widthOf(parts.join(' · ')) > width) parts.pop();
	return parts.join(' · ');
}

/** Takes how far the work is, and returns what makes the words. */
export type ProgressTeller = (
	facts: Omit<ProgressFacts, 'unit' | 'perSecond' | 'sharePerSecond'> & {readonly unit?: ProgressUnit},
) => () => string;

/**
 * Tells of one work, however often it reports: each call looks at the clock (`now`, in milliseconds), and what it returns makes the words, for
 * whoever shows them.
 */
export function createProgressWords(unit: ProgressUnit, now: () => number = () => performance.now()): ProgressTeller {
	let pace: Pace | null = null;
	let sharePace: Pace | null = null;
	return (facts) => {
		const seconds = now() / 1000;
		pace = nextPace(pace, {seconds, done: facts.done});
		if (facts.share !== undefined && facts.share !== null) sharePace = nextPace(sharePace, {seconds, done: facts.share});
		const perSecond = paceRate(pace);
		const sharePerSecond = sharePace && paceRate(sharePace);
		return () => progressWords({unit, ...facts, perSecond, sharePerSecond});
	};
}
