import type {Draw} from './draw.js';
import type {Task} from './task.js';
import {capitalize, firstWords, keywordsOf, readCount, sentencesOf} from './text.js';

/** The sentences that share the most telling words with the whole, in their own order. */
function centralSentences(text: string, most: number): string[] {
	const sentences = sentencesOf(text.slice(0, 8000));
	const telling = new Set(keywordsOf(text, 12));
	const scored = sentences.map((sentence, index) => {
		const words = sentence.toLowerCase().match(/[\p{L}\d'’-]+/gu) ?? [];
		return {
			sentence,
			index,
			score: words.filter((word) => telling.has(word)).length / Math.sqrt(words.length + 4) + (index === 0 ? 0.4 : 0),
		};
	});
	return scored
		.sort((one, two) => two.score - one.score)
		.slice(0, most)
		.sort((one, two) => one.index - two.index)
		.map((entry) => entry.sentence);
}

export const summarise: Task = ({instructions, subject}, draw) => {
	if (!/summar|\btl;?dr|in (?:one|a single) sentence|condense|shorten|key points|main (?:point|idea)/i.test(instructions)) return null;
	const count =
		readCount(/(\w+)(?: short| brief)? (?:sentences?|bullet|points?|key points)/i.exec(instructions)?.[1]) ??
		(/one sentence|a sentence|tl;?dr/i.test(instructions) ? 1 : 2);
	const limit = readCount(/(?:at most|up to|under|in|max(?:imum)?(?: of)?|no more than|fewer than)\s+(\d+) words/i.exec(instructions)?.[1]);
	// The weaker take what comes first, and more of it than was asked for.
	const chosen = draw.isRight('summary')
		? centralSentences(subject, count)
		: sentencesOf(subject).slice(0, draw.isNeat ? count : count + 2);
	if (/bullet|key points/i.test(instructions)) return chosen.map((sentence) => `- ${sentence}`).join('\n');
	const text = chosen.join(' ');
	const kept = limit !== null && draw.isNeat ? firstWords(text, limit) : text;
	return draw.isNeat ? kept : `Here is a summary: ${kept}`;
};

export const writeTitle: Task = ({instructions, subject}, draw) => {
	if (
		!/\b(?:title|headline|subject line|name) (?:for|of|that|to)\b|give (?:it|this|the \w+) a (?:title|headline)|headline/i.test(
			instructions,
		)
	)
		return null;
	const words = keywordsOf(subject, draw.isRight('title') ? 4 : 2);
	if (words.length === 0) return null;
	const title = words.map(capitalize).join(' ');
	return draw.isNeat ? title : `Title: "${title}"`;
};

const formal: readonly (readonly [RegExp, string])[] = [
	[/\bcan't\b|\bcan’t\b/gi, 'cannot'],
	[/\bwon't\b|\bwon’t\b/gi, 'will not'],
	[/n['’]t\b/gi, ' not'],
	[/\bI['’]m\b/g, 'I am'],
	[/['’]re\b/gi, ' are'],
	[/['’]ve\b/gi, ' have'],
	[/['’]ll\b/gi, ' will'],
	[/\bit['’]s\b/gi, 'it is'],
	[/\bhey\b|\bhi\b/gi, 'Dear Sir or Madam'],
	[/\bgonna\b/gi, 'going to'],
	[/\bwanna\b/gi, 'want to'],
	[/\bthanks\b/gi, 'thank you'],
	[/\basap\b/gi, 'as soon as possible'],
	[/\bkids\b/gi, 'children'],
	[/\bget\b/gi, 'receive'],
	[/\bbuy\b/gi, 'purchase'],
	[/\bhelp\b/gi, 'assist'],
	[/!+/g, '.'],
];
const spelling: readonly (readonly [RegExp, string])[] = [
	[/\bteh\b/g, 'the'],
	[/\brecieve/g, 'receive'],
	[/\bdefinately\b/g, 'definitely'],
	[/\bseperate/g, 'separate'],
	[/\boccured\b/g, 'occurred'],
	[/\bthier\b/g, 'their'],
	[/\buntill\b/g, 'until'],
	[/\bwich\b/g, 'which'],
	[/\balot\b/g, 'a lot'],
	[/\bdont\b/g, "don't"],
	[/\bi\b/g, 'I'],
	[/\b(\w+) \1\b/g, '$1'],
	[/ +([,.!?])/g, '$1'],
	[/(^|[.!?]\s+)(\p{Ll})/gu, '$1$2'],
];
const simple: readonly (readonly [RegExp, string])[] = [
	[/\butili[sz]e/gi, 'use'],
	[/\bapproximately\b/gi, 'about'],
	[/\bcommence/gi, 'start'],
	[/\bterminate/gi, 'end'],
	[/\bpurchase/gi, 'buy'],
	[/\bassist(?:ance)?\b/gi, 'help'],
	[/\bsubsequently\b/gi, 'then'],
	[/\bin order to\b/gi, 'to'],
	[/\bdue to the fact that\b/gi, 'because'],
	[/\bnumerous\b/gi, 'many'],
];

/** The weaker do half of the changes. */
function change(text: string, changes: typeof formal, isRight: boolean): string {
	let changed = text;
	for (const [pattern, replacement] of isRight ? changes : changes.filter((_, index) => index % 2 === 0))
		changed = changed.replace(pattern, replacement);
	return sentencesOf(changed).map(capitalize).join(' ');
}

/** Changes that are the same for every text. */
const mechanical: readonly (readonly [asked: RegExp, change: (text: string) => string])[] = [
	[/upper ?case|all caps|capital letters/i, (text) => text.toUpperCase()],
	[/lower ?case/i, (text) => text.toLowerCase()],
	[/title case/i, (text) => text.replace(/\b\p{Ll}/gu, (letter) => letter.toUpperCase())],
	[/reverse the (?:order of the )?words|words (?:in|backwards|reversed)/i, (text) => text.split(/\s+/).reverse().join(' ')],
	[/reverse|backwards/i, (text) => [...text].reverse().join('')],
	[
		/sort .*alphabetical|alphabetical order/i,
		(text) =>
			text
				.split(/,\s*|\n+|\s+/)
				.filter(Boolean)
				.sort((one, two) => one.localeCompare(two))
				.join(', '),
	],
];

export const rewrite: Task = ({instructions, subject}, draw: Draw) => {
	if (
		!/rewrite|rephrase|reword|paraphrase|make (?:it|this|the)|correct|fix|proofread|convert|upper ?case|lower ?case|title case|reverse|alphabetical|more (?:formal|polite)|simplif|translate/i.test(
			instructions,
		)
	)
		return null;
	const isRight = draw.isRight('rewrite');
	const exact = mechanical.find(([asked]) => asked.test(instructions));
	let answer: string;
	if (exact) {
		answer = exact[1](subject);
		if (!isRight) answer = answer.slice(0, -1) + (answer.at(-1) === answer.at(-2) ? '' : (answer.at(-2) ?? ''));
	} else if (/formal|polite|professional/i.test(instructions)) answer = change(subject, formal, isRight);
	else if (/correct|fix|proofread|spelling|grammar/i.test(instructions)) answer = change(subject, spelling, isRight);
	else if (/simpl|plain|child|easier/i.test(instructions)) answer = change(subject, simple, isRight);
	// The sandbox knows no other language: it says which one it was, and leaves the words.
	else if (/translate/i.test(instructions)) answer = `[${/(?:to|into) (\p{L}+)/iu.exec(instructions)?.[1] ?? 'translated'}] ${subject}`;
	else answer = change(subject, [...simple, ...formal], isRight);
	return draw.isNeat ? answer : `Here you go: ${answer}`;
};
