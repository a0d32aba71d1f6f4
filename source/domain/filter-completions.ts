import {completionKeys} from './filter/completion-keys.js';
import type {FilterKeyInfo, FilterProblem, FilterTerm} from './filter/filter.js';
import {describeKeys} from './filter/help.js';
import {parseFilterWith} from './filter/parse.js';
import type {CompletionCriteria} from './ledger.js';

/** The keys that completions have, for help, errors and documentation. */
export const completionFilterKeys: readonly FilterKeyInfo[] = describeKeys(completionKeys);

export type ParsedCompletionFilter = {readonly criteria: CompletionCriteria; readonly problems: readonly FilterProblem[]};

/** Keys whose values are one name, not a choice. */
const singleKeys = new Set(['model', 'provider', 'dataset', 'task', 'since', 'until']);

/**
 * Reads a filter over the ledger: the same language as for models, as far as an index over a million completions can answer it: words and
 * phrases of the texts, and keys; no negation but of flags, no expressions. `now` makes ages (`since:7d`) times. Problems name their
 * place, and the rest still filters. Never throws.
 */
export function parseCompletionFilter(text: string, now: Date): ParsedCompletionFilter {
	const {filter, problems: found} = parseFilterWith(text, completionKeys);
	const problems: FilterProblem[] = [...found];
	const seen = new Set<string>();
	const words: string[] = [];
	let criteria: CompletionCriteria = {};
	for (const term of filter.terms) {
		const read = readTerm(term, criteria, seen, now);
		if ('problem' in read) problems.push({message: read.problem, start: term.start, end: term.end});
		else if ('word' in read) words.push(read.word);
		else criteria = read.criteria;
	}
	return {criteria: words.length === 0 ? criteria : {...criteria, text: words.join(' ')}, problems};
}

type Read = {readonly problem: string} | {readonly word: string} | {readonly criteria: CompletionCriteria};

function readTerm(term: FilterTerm, before: CompletionCriteria, seen: Set<string>, now: Date): Read {
	if (term.kind === 'flag') return {criteria: {...before, hasWarnings: !term.negated}};
	if (term.negated) return {problem: 'the ledger finds what is there, not what is missing: leave the "!" out'};
	if (term.kind === 'regex') return {problem: 'the ledger takes words and "phrases", no expressions'};
	if ('text' in term) return {word: term.kind === 'word' ? term.text : `"${term.text}"`};
	if (term.kind === 'number') return {problem: `${term.key} cannot be compared here`};
	const {key, values} = term;
	if (key === 'tag') return readTags(values, before);
	if (seen.has(key))
		return {problem: `${key} stands here twice${singleKeys.has(key) ? '' : `: join its values with a comma, as in ${key}:a,b`}`};
	seen.add(key);
	if (singleKeys.has(key) && values.length > 1) return {problem: `${key} takes one value here`};
	return readKey(key, values, before, now);
}

const verdicts: Readonly<Record<string, string>> = {yes: 'allowed', no: 'disallowed', '?': 'unknown'};

function readKey(key: string, values: readonly string[], before: CompletionCriteria, now: Date): Read {
	const set = (change: Readonly<Record<string, unknown>>): Read => ({criteria: {...before, ...change}});
	switch (key) {
		case 'gateway':
			return set({gateways: values});
		case 'status':
			return set({statuses: values});
		case 'grade':
			return set({grades: values.map((value) => value.toUpperCase())});
		case 'policy':
			return set({verdicts: values.map((value) => verdicts[value])});
		case 'level':
			return set({levels: values});
		case 'proof':
			return set({proofs: values});
		case 'mark':
			return set({marks: values});
		case 'since':
		case 'until': {
			const time = readTime(values[0]!, now);
			return time === null
				? {problem: `"${values[0]}" is no time: write 2026-11-01, 2026-11-01T09:30Z, or an age such as 30min, 12h, 7d`}
				: set({[key]: time});
		}
		default:
			return set({[key]: values[0]});
	}
}

function readTags(values: readonly string[], before: CompletionCriteria): Read {
	const tags: Record<string, string> = {...before.tags};
	for (const value of values) {
		const at = value.indexOf('=');
		if (at < 1) return {problem: `tag needs a name and a value, as in tag:split=train`};
		const [name, wanted] = [value.slice(0, at), value.slice(at + 1)];
		if (Object.hasOwn(tags, name) && tags[name] !== wanted) return {problem: `the tag ${name} cannot have two values`};
		tags[name] = wanted;
	}
	return {criteria: {...before, tags}};
}

const unitMilliseconds: Readonly<Record<string, number>> = {s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000};

/** A date or time in UTC where no zone is given, or an age before `now`, as ISO 8601; null when it is neither. */
function readTime(text: string, now: Date): string | null {
	const age = /^(\d{1,6})(s|min|h|d|w)$/.exec(text);
	if (age !== null) return new Date(now.getTime() - Number(age[1]) * unitMilliseconds[age[2]!]!).toISOString();
	const date = /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
	if (date === null) return null;
	const time = new Date(`${date[1]}T${date[2] ?? '00:00'}${(date[3] ?? 'Z').toUpperCase()}`);
	// A day that no month has is moved to the next one by Date.
	return Number.isNaN(time.getTime()) || (date[2] === undefined && !time.toISOString().startsWith(date[1]!)) ? null : time.toISOString();
}

/** The language and the keys of completions as plain text. */
export function formatCompletionFilterHelp(): string {
	const rows: ReadonlyArray<readonly [string, string]> = [
		['copper still', 'words of the prompt and the answer, all of them'],
		['"pot still"', 'this text as it stands'],
		...completionKeys.keys.map(({example, help}) => [example, help] as const),
	];
	const width = Math.max(...rows.map(([example]) => example.length));
	return rows.map(([example, help]) => `${example.padEnd(width)}  ${help}`).join('\n');
}
