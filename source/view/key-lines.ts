import {type Party, partyNames} from '../domain/service.js';
import {type KeptKey, type KeyState, type KeyTest, keyPages, keyUnlocks} from '../domain/service-key.js';
import type {Cell} from './cell.js';
import {emptyLine, type Line, labelled, paragraph, span} from './line.js';

/** A service with what is known of its key, and what the service said when it was asked; null when it was not. */
export type KeyRow = {readonly state: KeyState; readonly test: KeyTest | null; readonly isTesting?: boolean};

/** How a key stands, in one word or two. */
export function keyStateCell({state, test, isTesting}: KeyRow): Cell {
	if (isTesting) return span('testing …', 'accent');
	if (state.place === null) return span('not set', 'dim');
	if (test?.verdict === 'works') return span('works', 'good');
	if (test?.verdict === 'refused') return span('refused', 'bad');
	return test === null ? span('set', 'good') : span('set, not tested', 'warn');
}

/** Where the key comes from, in a few words. */
export function keyPlaceWords({place, where}: KeyState): string {
	if (place === null) return '-';
	if (place === 'environment') return `environment ${where}`;
	return place === 'sandbox' ? 'sandbox' : place;
}

/** The same, whole: with the file, and what it covers. */
export function keySourceSentence({place, where, covered}: KeyState): string {
	const covers = covered === null ? '' : `; it wins over the one in the ${covered}`;
	if (place === 'environment') return `the environment variable ${where}${covers}`;
	if (place === 'keyring') return `the keyring of the operating system (${where})`;
	return place === 'file' ? `the file ${where}` : (where ?? 'nowhere yet');
}

/** What a service said of a key. */
export function keyTestSentence(test: KeyTest): string {
	if (test.verdict === 'works') return `works${test.says.length === 0 ? '' : `: ${test.says.join(', ')}`}`;
	return [test.verdict === 'refused' ? 'refused:' : 'not tested:', test.message, test.next].filter(Boolean).join(' ');
}

/** Where a key was put, as a sentence. */
export function keptSentence(party: Party, {place, where, note}: KeptKey): string {
	const to = place === 'keyring' ? 'in the keyring of the operating system' : `in the file ${where}, which only you can read`;
	return [`The key of ${partyNames[party]} is kept ${to}.`, note].filter(Boolean).join(' ');
}

const verdictTones = {works: 'good', refused: 'bad', 'not-tested': 'warn'} as const;

/** All that is known of one service's key, in `width` cells. */
export function keyDetail(row: KeyRow, width: number): readonly Line[] {
	const {state, test} = row;
	const {party, missing} = state;
	const page = keyPages[party];
	return [
		[span(partyNames[party], 'strong'), span('  '), keyStateCell(row)],
		...labelled('Unlocks', keyUnlocks[party], {width}),
		...labelled('Key from', keySourceSentence(state), {width}),
		...(test === null ? [] : labelled('Test', keyTestSentence(test), {width, tone: verdictTones[test.verdict]})),
		...(missing.length === 0
			? []
			: labelled('Needs', `also ${missing.join(' and ')}, or its address in the settings`, {width, tone: 'warn'})),
		...(page === null ? [] : labelled('Made at', page, {width, tone: 'accent'})),
		emptyLine,
		...paragraph('Keys go to their service and to nobody else; they are never shown, logged or put into the ledger.', width, 'dim'),
	];
}
