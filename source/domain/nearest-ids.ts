import type {Model} from './model.js';

/** Below this two ids have nothing to do with each other. */
const leastLikeness = 0.25;
/** How many candidates get the exact, slow comparison. */
const shortlist = 200;

function pairsOf(text: string): ReadonlySet<string> {
	const pairs = new Set<string>();
	for (let index = 0; index + 1 < text.length; index++) pairs.add(text.slice(index, index + 2));
	return pairs;
}

/** Shared letter pairs, 0 to 1 (Dice). */
function likeness(pairs: ReadonlySet<string>, text: string): number {
	let shared = 0;
	for (let index = 0; index + 1 < text.length; index++) {
		if (pairs.has(text.slice(index, index + 2))) shared++;
	}

	return (2 * shared) / (pairs.size + Math.max(text.length - 1, 1));
}

/** How many letters must be put in, taken out, changed or swapped (optimal string alignment). */
function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, index) => index);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const cost = a[row - 1] === b[column - 1] ? 0 : 1;
			let best = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + cost);
			if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
				best = Math.min(best, beforeLast[column - 2]! + 1);
			}

			current.push(best);
		}

		beforeLast = last;
		last = current;
	}

	return last[b.length]!;
}

/** The ids that look most like a mistyped one, nearest first: for "did you mean". With or without the maker; nothing when nothing is alike. */
export function nearestIds(models: ReadonlyArray<Pick<Model, 'id'>>, id: string, count: number): string[] {
	const wanted = id.trim().toLowerCase().slice(0, 200);
	if (wanted === '') {
		return [];
	}

	const pairs = pairsOf(wanted);
	const isWhole = wanted.includes('/');
	const likely = models
		.map((model) => {
			const text = isWhole ? model.id.toLowerCase() : model.id.toLowerCase().slice(model.id.lastIndexOf('/') + 1);
			return {id: model.id, text, score: likeness(pairs, text)};
		})
		.filter(({score}) => score > leastLikeness)
		.toSorted((a, b) => b.score - a.score)
		.slice(0, shortlist);
	return likely
		.map((candidate) => ({...candidate, distance: editDistance(wanted, candidate.text.slice(0, 200))}))
		.toSorted((a, b) => a.distance - b.distance || b.score - a.score)
		.slice(0, count)
		.map((candidate) => candidate.id);
}
