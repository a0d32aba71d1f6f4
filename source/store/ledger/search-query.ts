import {hash} from 'node:crypto';
import type {Completion} from '../../domain/completion.js';
import type {CompletionCriteria} from '../../domain/ledger.js';

/** Scripts written without blanks between words: each character is indexed as a word, and looked for as a phrase. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;

/** Characters of one text that the index reads; the rest of a very long answer is kept but not found. */
const indexedLength = 262_144;

/** A text as the index reads it. */
export function toIndexedText(text: string): string {
	return text.slice(0, indexedLength).replaceAll(unspaced, ' $& ');
}

/** Begins each word that stands for a property: a private character that the tokenizer takes for a letter and that no keyboard types. */
const facetMark = '\uE000';

const words = new Map<string, string>();

/** One word for one property, which no tokenizer splits and no text contains by chance. */
function facet(kind: string, value: string): string {
	const key = `${kind}\0${value}`;
	let word = words.get(key);
	if (word === undefined) {
		word = `${facetMark}${hash('sha1', key, 'hex').slice(0, 14)}`;
		if (words.size > 20_000) words.clear();
		words.set(key, word);
	}
	return word;
}

/** The word under which every completion that names this text is found. */
export function textFacet(textHash: string): string {
	return `${facetMark}h${textHash.slice('sha256:'.length, 'sha256:'.length + 14)}`;
}

/** Everything that a completion can be filtered by, as words. */
export function toFacets(completion: Completion): string {
	const {model, servedModel, provider, grade, dataset, task, tags, messagesHash, textHash, reasoningHash} = completion;
	return [
		facet('gateway', completion.gateway),
		facet('model', model),
		servedModel !== null && servedModel !== model && facet('model', servedModel),
		provider !== null && facet('provider', provider),
		facet('status', completion.status),
		grade !== null && facet('grade', grade),
		facet('verdict', completion.verdict),
		facet('level', completion.level),
		facet('proof', completion.proof),
		facet('mark', completion.mark),
		facet('warnings', completion.warnings.length > 0 ? 'some' : 'none'),
		dataset !== null && facet('dataset', dataset),
		task !== null && facet('task', task),
		...Object.entries(tags).map(([name, value]) => facet('tag', `${name}=${value}`)),
		textFacet(messagesHash),
		textHash !== null && textFacet(textHash),
		reasoningHash !== null && textFacet(reasoningHash),
	]
		.filter(Boolean)
		.join(' ');
}

/** The names in the ledger that contain a part, whatever the case; null when every name does. */
export type FindNames = (kind: 'model' | 'provider', part: string) => readonly string[] | null;

/** The properties asked for as an expression of the index: `all` when none is asked for, `none` when nothing can match. */
export function toFacetExpression(criteria: CompletionCriteria, findNames: FindNames): 'all' | 'none' | {readonly expression: string} {
	const asked: (readonly string[])[] = [];
	const ask = (kind: string, values: readonly string[] | undefined) => {
		if (values?.length) asked.push(values.map((value) => facet(kind, value)));
	};
	for (const kind of ['model', 'provider'] as const) {
		const part = criteria[kind];
		const names = part ? findNames(kind, part) : null;
		if (names?.length === 0) return 'none';
		ask(kind, names ?? undefined);
	}
	ask('gateway', criteria.gateways);
	ask('status', criteria.statuses);
	ask('grade', criteria.grades);
	ask('verdict', criteria.verdicts);
	ask('level', criteria.levels);
	ask('proof', criteria.proofs);
	ask('mark', criteria.marks);
	if (criteria.hasWarnings !== undefined) ask('warnings', [criteria.hasWarnings ? 'some' : 'none']);
	if (criteria.dataset !== undefined) ask('dataset', [criteria.dataset]);
	if (criteria.task !== undefined) ask('task', [criteria.task]);
	for (const [name, value] of Object.entries(criteria.tags ?? {})) ask('tag', [`${name}=${value}`]);
	if (asked.length === 0) return 'all';
	return {expression: asked.map((names) => `{facets} : (${names.join(' OR ')})`).join(' AND ')};
}

/** What was typed, as an expression of the index; never a syntax error, whatever was typed. */
export type TypedText = {
	/** Null when nothing but punctuation was typed. */
	readonly expression: string | null;
	/** The expression without the last word, and that word as the index writes it, when it may be unfinished; else null. */
	readonly unfinished: {readonly rest: string | null; readonly beginning: string} | null;
};

/** `word`, `"a phrase"`, `begin*`. Words of both texts, all of which must be there. */
export function parseTypedText(text: string): TypedText {
	const terms = [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)]
		.map((match) => ({
			words: (match[1] ?? match[0]).replaceAll(unspaced, ' $& ').replaceAll(/["\0]/g, ' ').trim(),
			isQuoted: match[0].startsWith('"'),
		}))
		.filter(({words}) => /[\p{L}\p{N}]/u.test(words));
	const expressions = terms.map(({words, isQuoted}) => `{prompt answer} : "${words}"${!isQuoted && words.endsWith('*') ? ' *' : ''}`);
	const join = (parts: readonly string[]) => (parts.length > 0 ? parts.join(' AND ') : null);
	const last = terms.at(-1);
	const isUnfinished = last && !last.isQuoted && text.endsWith(last.words) && /^[\p{L}\p{N}]{2,}$/u.test(last.words);
	return {
		expression: join(expressions),
		unfinished: isUnfinished ? {rest: join(expressions.slice(0, -1)), beginning: foldWord(last.words)} : null,
	};
}

/** As the tokenizer writes a word: without case and diacritics. */
function foldWord(word: string): string {
	return word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Any of these words, and the rest of what was typed. */
export function toCompletedExpression(rest: string | null, completions: readonly string[]): string {
	const any = `{prompt answer} : (${completions.map((word) => `"${word.replaceAll('"', '')}"`).join(' OR ')})`;
	return rest === null ? any : `${rest} AND ${any}`;
}
