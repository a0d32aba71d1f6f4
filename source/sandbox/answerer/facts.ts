import {phrase, type Task} from './task.js';

const capitals: Readonly<Record<string, string>> = {
	argentina: 'Buenos Aires',
	australia: 'Canberra',
	austria: 'Vienna',
	belgium: 'Brussels',
	brazil: 'Brasília',
	canada: 'Ottawa',
	chile: 'Santiago',
	china: 'Beijing',
	denmark: 'Copenhagen',
	egypt: 'Cairo',
	finland: 'Helsinki',
	france: 'Paris',
	germany: 'Berlin',
	greece: 'Athens',
	hungary: 'Budapest',
	india: 'New Delhi',
	indonesia: 'Jakarta',
	ireland: 'Dublin',
	italy: 'Rome',
	japan: 'Tokyo',
	kenya: 'Nairobi',
	mexico: 'Mexico City',
	morocco: 'Rabat',
	netherlands: 'Amsterdam',
	norway: 'Oslo',
	peru: 'Lima',
	poland: 'Warsaw',
	portugal: 'Lisbon',
	spain: 'Madrid',
	sweden: 'Stockholm',
	switzerland: 'Bern',
	thailand: 'Bangkok',
	turkey: 'Ankara',
	ukraine: 'Kyiv',
	vietnam: 'Hanoi',
};
const cities = Object.values(capitals) as [string, ...string[]];
const famous: Readonly<Record<string, string>> = {
	australia: 'Sydney',
	brazil: 'Rio de Janeiro',
	canada: 'Toronto',
	switzerland: 'Zurich',
	turkey: 'Istanbul',
	morocco: 'Casablanca',
	vietnam: 'Ho Chi Minh City',
	india: 'Mumbai',
	china: 'Shanghai',
};

/** Capitals of countries; the weaker say the best-known city, or another capital. */
export const tellFact: Task = (prompt, draw) => {
	const country = /capital (?:city )?of (?:the )?(\p{L}+)/iu.exec(prompt.user)?.[1]?.toLowerCase();
	const right = country === undefined ? undefined : capitals[country];
	if (country === undefined || right === undefined) return null;
	const answer = draw.isRight('fact') ? right : (famous[country] ?? draw.pick(cities, 'fact'));
	return phrase(answer, `The capital of ${country.charAt(0).toUpperCase()}${country.slice(1)} is ${answer}.`, prompt, draw);
};

/** How many words, letters or sentences a text has. */
export const countThings: Task = (prompt, draw) => {
	const asked =
		/how many (words|letters|characters|sentences|vowels|times does the letter|(?:letter )?["'“]?(\p{L})["'”]?(?:'s|s)? (?:are|is) (?:there )?in)/iu.exec(
			prompt.user,
		);
	if (!asked) return null;
	const text = /in (?:the (?:word|sentence|text|phrase) )?["'“]?([^"'”?]+)["'”]?\??$/i.exec(prompt.user)?.[1] ?? prompt.subject;
	const letter = asked[2] ?? /letter ["'“]?(\p{L})/iu.exec(prompt.user)?.[1];
	const what = asked[1]!.toLowerCase();
	let count: number;
	if (letter) count = [...text.toLowerCase()].filter((sign) => sign === letter.toLowerCase()).length;
	else if (what === 'words') count = text.trim().split(/\s+/).length;
	else if (what === 'sentences') count = text.split(/[.!?]+/).filter((part) => part.trim() !== '').length;
	else if (what === 'vowels') count = text.match(/[aeiou]/gi)?.length ?? 0;
	else count = what === 'letters' ? (text.match(/\p{L}/gu)?.length ?? 0) : text.length;
	const answer = String(draw.isRight('count') ? count : Math.max(0, count + draw.pick([1, -1, 2], 'count')));
	return phrase(answer, `There are ${answer}.`, prompt, draw);
};
