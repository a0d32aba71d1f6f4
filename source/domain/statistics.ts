import type {Interval} from './evaluation.js';

const resamples = 2000;
/** Of both ends together: 95 % lie between. */
const outside = 0.05;
/** Longer lists are resampled by fewer draws, and the spread is shrunk to their length. */
const longList = 1000;
const fewerDraws = 500;

/** The share of a sorted list below which `share` of it lies, between the neighbours as NumPy does it; NaN for an empty list. */
function percentileOfSorted(sorted: ArrayLike<number>, share: number): number {
	if (sorted.length === 0) return Number.NaN;
	const place = share * (sorted.length - 1);
	const low = sorted[Math.floor(place)]!;
	return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

/** The value below which this share (0 to 1) of the values lies, between neighbours linear; null for none. */
export function percentile(values: readonly number[], share: number): number | null {
	return values.length === 0 ? null : percentileOfSorted(Float64Array.from(values).sort(), share);
}

export function median(values: readonly number[]): number | null {
	return percentile(values, 0.5);
}

export function mean(values: ArrayLike<number>): number | null {
	let sum = 0;
	for (let index = 0; index < values.length; index++) sum += values[index]!;
	return values.length === 0 ? null : sum / values.length;
}

/**
 * The mean with its 95 % percentile bootstrap interval (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13); null for no
 * values. 2,000 resamples, the same for the same seed. More than 1,000 values are resampled by 500 draws, and the distances from the mean shrunk
 * by the square root of draws over values (Bickel, Götze & van Zwet 1997), which is the same but for what is lost in the noise of the resamples.
 * Values of two kinds only, such as pass and fail, need no drawing: see `proportionInterval`.
 */
export function meanInterval(values: ArrayLike<number>, seed = 1): Interval | null {
	const count = values.length;
	if (count === 0) return null;
	const kinds = new Set<number>();
	for (let index = 0; index < count && kinds.size <= 2; index++) kinds.add(values[index]!);
	if (kinds.size <= 2)
		return intervalOfTwo(
			values,
			[...kinds].sort((a, b) => a - b),
		);
	const center = mean(values)!;
	const draws = count > longList ? fewerDraws : count;
	const means = drawMeans(Float64Array.from(values), draws, seed);
	const shrink = Math.sqrt(draws / count);
	const limit = (share: number) => center + (percentileOfSorted(means, share) - center) * shrink;
	return {value: center, low: limit(outside / 2), high: limit(1 - outside / 2), count};
}

/** Draws are those of xorshift32 (Marsaglia 2003, https://doi.org/10.18637/jss.v008.i14), written out because this is where the time goes. */
function drawMeans(values: Float64Array, draws: number, seed: number): Float64Array {
	// Two streams, because each step of one has to wait for the last.
	let [even, odd] = [(seed ^ 0x9e37_79b9) | 0 || 1, (seed ^ 0x85eb_ca6b) | 0 || 1];
	const scale = values.length / 2 ** 32;
	const means = new Float64Array(resamples);
	for (let index = 0; index < resamples; index++) {
		let sum = 0;
		for (let drawn = 1; drawn < draws; drawn += 2) {
			even ^= even << 13;
			even ^= even >>> 17;
			even ^= even << 5;
			odd ^= odd << 13;
			odd ^= odd >>> 17;
			odd ^= odd << 5;
			sum += values[((even >>> 0) * scale) | 0]! + values[((odd >>> 0) * scale) | 0]!;
		}
		if (draws % 2 === 1) {
			even ^= even << 13;
			even ^= even >>> 17;
			even ^= even << 5;
			sum += values[((even >>> 0) * scale) | 0]!;
		}
		means[index] = sum / draws;
	}
	return means.sort();
}

function intervalOfTwo(values: ArrayLike<number>, kinds: readonly number[]): Interval {
	const [low, high] = [kinds[0]!, kinds.at(-1)!];
	let hits = 0;
	for (let index = 0; index < values.length; index++) if (values[index] === high) hits++;
	const share = proportionInterval(hits, values.length)!;
	const scale = (part: number) => low + part * (high - low);
	return {value: scale(share.value), low: scale(share.low), high: scale(share.high), count: share.count};
}

/**
 * A share with its 95 % percentile bootstrap interval; null where there is nothing to count. Resampled shares of n items follow the binomial
 * distribution, so its percentiles are what endless resampling would come to: exact, and nothing is drawn.
 */
export function proportionInterval(hits: number, count: number): Interval | null {
	if (count === 0) return null;
	const value = hits / count;
	if (hits === 0 || hits === count) return {value, low: value, high: value, count};
	return {
		value,
		low: binomialQuantile(count, value, outside / 2) / count,
		high: binomialQuantile(count, value, 1 - outside / 2) / count,
		count,
	};
}

/** The least number of hits that at most as many are this likely. Summed where it matters: nothing beyond ten standard deviations does. */
function binomialQuantile(count: number, chance: number, share: number): number {
	const reach = Math.ceil(10 * Math.sqrt(count * chance * (1 - chance)) + 10);
	const middle = Math.round(count * chance);
	const [first, last] = [Math.max(0, middle - reach), Math.min(count, middle + reach)];
	const odds = chance / (1 - chance);
	// Relative to the likeliest, so that nothing becomes too small to count.
	const weights = new Float64Array(last - first + 1);
	weights[middle - first] = 1;
	for (let hits = middle + 1; hits <= last; hits++) weights[hits - first] = weights[hits - 1 - first]! * ((count - hits + 1) / hits) * odds;
	for (let hits = middle - 1; hits >= first; hits--)
		weights[hits - first] = (weights[hits + 1 - first]! * ((hits + 1) / (count - hits))) / odds;
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let sum = 0;
	for (let hits = first; hits <= last; hits++) {
		sum += weights[hits - first]!;
		if (sum >= share * total) return hits;
	}
	return last;
}

/**
 * Mean of the differences one - other over the same items, with its 95 % interval: the items are resampled, each with both its values. Throws
 * RangeError where the lists are not of one length.
 */
export function pairedInterval(one: ArrayLike<number>, other: ArrayLike<number>, seed = 1): Interval | null {
	if (one.length !== other.length) throw new RangeError(`${one.length} values cannot be paired with ${other.length}.`);
	const differences = Float64Array.from(one);
	for (let index = 0; index < differences.length; index++) differences[index]! -= other[index]!;
	return meanInterval(differences, seed);
}

/**
 * Exact McNemar test (the sign test of the pairs that differ): how likely so uneven a split is, or a more uneven one, where neither of two is
 * better. 1 where no pair differs. Source: McNemar 1947, https://doi.org/10.1007/BF02295996
 */
export function mcNemar(onlyOnePasses: number, onlyOtherPasses: number): number {
	const [fewer, pairs] = [Math.min(onlyOnePasses, onlyOtherPasses), onlyOnePasses + onlyOtherPasses];
	// Summed as logarithms: 2^-pairs is nothing from 1,075 pairs on.
	let log = -pairs * Math.LN2;
	let sum = Math.exp(log);
	for (let hits = 1; hits <= fewer; hits++) {
		log += Math.log((pairs - hits + 1) / hits);
		sum += Math.exp(log);
	}
	return Math.min(1, 2 * sum);
}

/** What a judge said of one sample at two times. */
export type RepeatedGrade = {readonly label: string | null; readonly score: number | null; readonly seed?: number | null};

/**
 * Share of samples on which a judge agrees with itself: the same label, or scores within a tenth of the range. Null where nothing was repeated.
 * What could not be graded at one of the times is left out. `otherSeed` counts those that were asked for by two different seeds.
 */
export function selfAgreement(
	pairs: readonly (readonly [RepeatedGrade, RepeatedGrade])[],
	range: readonly [number, number] = [0, 1],
): {readonly repeated: number; readonly agreement: number | null; readonly otherSeed: number} {
	// A little more, so that 0.3 and 0.4 are a tenth apart in binary fractions too.
	const tolerance = Math.abs(range[1] - range[0]) * (0.1 + 1e-9);
	let [repeated, agreed, otherSeed] = [0, 0, 0];
	for (const [first, second] of pairs) {
		const hasLabels = first.label !== null && second.label !== null;
		if (!hasLabels && (first.score === null || second.score === null)) continue;
		repeated++;
		if (typeof first.seed === 'number' && typeof second.seed === 'number' && first.seed !== second.seed) otherSeed++;
		if (hasLabels ? first.label === second.label : Math.abs(first.score! - second.score!) <= tolerance) agreed++;
	}
	return {repeated, agreement: repeated === 0 ? null : agreed / repeated, otherSeed};
}
