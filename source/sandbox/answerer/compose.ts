import type {Draw} from './draw.js';
import type {Prompt, Task} from './task.js';
import {capitalize, keywordsOf, readCount} from './text.js';

const openers = [
	'Start with',
	'Look after',
	'Keep an eye on',
	'Take time for',
	'Ask about',
	'Write down',
	'Compare',
	'Practise',
	'Plan for',
	'Review',
] as const;
const fillers = [
	'the basics',
	'the small steps',
	'the first attempt',
	'the people involved',
	'the schedule',
	'what it costs',
	'what can go wrong',
	'the result',
	'the next time',
	'the details',
] as const;

export const greet: Task = ({user}, draw) => {
	if (!/^\s*(?:hi|hello|hey|good (?:morning|evening|day)|ping|test)\b[\s!.,]*(?:there|everyone)?[\s!.?]*$/i.test(user)) return null;
	return draw.pick(
		['Hello! What can I do for you?', 'Hi there. How can I help?', 'Good to hear from you. What is on your mind?'],
		'greeting',
	);
};

/** `List three ways to …`: as many as were asked for, or one fewer. */
export const writeList: Task = ({user}, draw) => {
	const asked = /(?:list|give(?: me)?|name|suggest|write|tell me)\s+(?:\w+\s+)?(\d+|two|three|four|five|six|seven|eight|nine|ten)\b/i.exec(
		user,
	);
	const count = readCount(asked?.[1]);
	if (!asked || count === null || /words?\b|sentences?\b|lines?\b/i.test(user.slice(asked.index, asked.index + asked[0].length + 12)))
		return null;
	const topics = keywordsOf(user, 3);
	const topic = topics.at(-1) ?? 'it';
	const most = Math.min(draw.isRight('list') ? count : Math.max(1, count - 1), 30);
	return Array.from({length: most}, (_, index) => {
		const start = openers[(index + Math.floor(draw.ofPrompt('list') * 10)) % 10];
		const rest = fillers[(index * 3 + topic.length) % 10];
		return `${index + 1}. ${start} ${rest}${index % 3 === 0 ? ` of ${topic}` : ''}.`;
	}).join('\n');
};

export const writePoem: Task = ({user}, draw) => {
	if (!/haiku|poem|limerick|verse|rhyme/i.test(user)) return null;
	const [topic = 'quiet evening'] = keywordsOf(user.replace(/haiku|poem|limerick|verse|rhyme/gi, ''), 1);
	const first = draw.pick([`${capitalize(topic)} in the dawn`, `The ${topic} at rest`, `Small ${topic}, first light`], 'poem 1');
	const second = draw.pick(['slow water carries the sky', 'the street still holds last night’s rain', 'somebody opens a door'], 'poem 2');
	const third = draw.pick(['and nothing hurries', 'the wind turns a page', 'then the day begins'], 'poem 3');
	return draw.isRight('poem') ? `${first},\n${second},\n${third}.` : `${first} and it is very nice,\n${second},\nthe ${topic} is nice.`;
};

/** Anything else: a short explanation around the prompt's own words; better models keep to the topic and to the length. */
export function explain({user, instructions}: Prompt, draw: Draw): string {
	const [one = 'the question', two, three] = keywordsOf(user, 3);
	const topic = capitalize(one);
	const pair = two ? `${one} and ${two}` : one;
	const start = draw.pick(
		[
			`${topic} is best understood by what it does.`,
			`In short, ${pair} can be told by purpose and by use.`,
			`The main thing about ${pair} is the use that is made of it.`,
		],
		'start',
	);
	const middle = three
		? `With ${two} in view, the part of ${three} becomes clear.`
		: `What matters is the context in which ${one} comes up.`;
	const end = draw.pick(
		[
			'A small example is the quickest way to see it.',
			'The details depend on the case at hand.',
			'It pays to try it out before relying on it.',
		],
		'end',
	);
	if (/one sentence|single sentence|briefly|one line/i.test(instructions) && draw.isNeat) return start;
	if (draw.isRight('explain')) return `${start} ${middle} ${end}`;
	return draw.pick(
		[`${start} ${start}`, `That is a good question! ${topic} is something that many people ask about. ${end}`, `${end} ${topic}.`],
		'weak',
	);
}
