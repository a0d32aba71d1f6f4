import {z} from 'zod';
import {Failure} from '../../domain/failure.js';

/** Items of a part when nobody says, and at most: more would fill an assistant's memory. */
const usual = 20;
const most = 100;

/** Arguments of every list. */
export const pageInput = {
	limit: z.number().int().min(1).max(most).optional().describe(`At most so many; ${usual} when left out.`),
	cursor: z.string().optional().describe('`next` of the answer before, for the next part.'),
};

export type PageInput = {readonly limit?: number | undefined; readonly cursor?: string | undefined};

/** Where a part begins and how long it is. Throws Failure for a cursor that no answer gave. */
export function readPage({limit = usual, cursor}: PageInput): {readonly from: number; readonly limit: number} {
	if (cursor === undefined) return {from: 0, limit};
	const from = /^from-(\d{1,12})$/.exec(cursor)?.[1];
	if (from === undefined)
		throw new Failure('usage', `"${cursor}" is no cursor.`, {
			next: 'Take `next` of the answer before, or leave it out for the first part.',
		});
	return {from: Number(from), limit};
}

/** The cursor behind a part; null at the end. */
export const nextOf = (total: number, {from, limit}: {readonly from: number; readonly limit: number}): string | null =>
	from + limit < total ? `from-${from + limit}` : null;

/** A part of a list that is there as a whole. */
export function toPage<Item>(all: readonly Item[], input: PageInput) {
	const page = readPage(input);
	return {items: all.slice(page.from, page.from + page.limit), total: all.length, next: nextOf(all.length, page)};
}

/** `20 of 364 models; next: from-20`. */
export function sayPage(shown: number, total: number, next: string | null, noun: string): string {
	return `${shown} of ${total} ${noun}${next === null ? '' : `; cursor for the next part: ${next}`}.`;
}

type Problem = {readonly message: string};

/** Throws Failure for what is wrong with a filter, with the keys that there are. */
export function checkFilter(text: string, problems: readonly Problem[], keys: readonly {readonly key: string}[]): void {
	if (problems.length === 0) return;
	throw new Failure('usage', `The filter "${text}" cannot be read.`, {
		why: problems.map(({message}) => message).join(' '),
		next: `Keys: ${keys.map(({key}) => key).join(' ')}. The resource stillroom://filter-language has all of it.`,
	});
}
