import type {Draw} from './draw.js';
import {phrase, type Task} from './task.js';

const words: readonly (readonly [RegExp, string])[] = [
	[/\bmultiplied by\b|\btimes\b|×|·|(?<=\d)\s*x\s*(?=[\d(-])/gi, '*'],
	[/\bdivided by\b|÷/gi, '/'],
	[/\bplus\b/gi, '+'],
	[/\bminus\b|−|–/gi, '-'],
	[/\*\*/g, '^'],
];

const expression = /[-(]*\s*\d[\d,]*(?:\.\d+)?\s*\)*(?:\s*[-+*/^%]\s*[-(]*\s*\d[\d,]*(?:\.\d+)?\s*\)*)+/;
const rank: Readonly<Record<string, number>> = {'+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3};

function apply(operator: string, one: number, two: number): number {
	if (operator === '+') return one + two;
	if (operator === '-') return one - two;
	if (operator === '*') return one * two;
	if (operator === '/') return one / two;
	return operator === '%' ? one % two : one ** two;
}

/** Value of an expression of numbers, + - * / % ^ and brackets; null when it is none. */
export function evaluate(text: string): number | null {
	const tokens = text.replaceAll(',', '').match(/\d+(?:\.\d+)?|[-+*/^%()]/g) ?? [];
	const values: number[] = [];
	const operators: string[] = [];
	const reduce = () => {
		const operator = operators.pop()!;
		const two = values.pop();
		const one = values.pop();
		values.push(one === undefined || two === undefined ? Number.NaN : apply(operator, one, two));
	};
	let expectsValue = true;
	for (const token of tokens) {
		if (/^\d/.test(token)) {
			values.push(Number(token));
			expectsValue = false;
		} else if (token === '(') operators.push(token);
		else if (token === ')') {
			while (operators.length > 0 && operators.at(-1) !== '(') reduce();
			operators.pop();
			expectsValue = false;
		} else {
			if (expectsValue) values.push(0);
			while (operators.length > 0 && operators.at(-1) !== '(' && rank[operators.at(-1)!]! >= rank[token]! && token !== '^') reduce();
			operators.push(token);
			expectsValue = true;
		}
	}
	while (operators.length > 0) reduce();
	const [value] = values;
	return values.length === 1 && Number.isFinite(value) ? value! : null;
}

const format = (value: number) => String(Number(value.toFixed(4)));

/** A plausible slip: a carry, a digit, a sign. */
function slip(value: number, draw: Draw): number {
	const size = Math.abs(value);
	return draw.pick(
		[value + 1, value - 1, value + (size >= 20 ? 10 : 2), value - (size >= 20 ? 10 : 2), size >= 100 ? value + 100 : value + 3],
		'slip',
	);
}

/** `What is 17 * 23?`, and small stories whose numbers are to be added, subtracted, multiplied or divided. */
export const doArithmetic: Task = (prompt, draw) => {
	const {user} = prompt;
	if (!/\d/.test(user)) return null;
	let text = user;
	for (const [pattern, operator] of words) text = text.replace(pattern, operator);
	text = text.replace(/\d{4}-\d\d-\d\d|\d+\/\d+\/\d+|\d[\d ]*-\d+-\d+/g, ' ');
	const found = expression.exec(text)?.[0].trim();
	const isAsked = /what(?:'s| is| does)|calculate|compute|evaluate|solve|how much|result|=|\bsum\b/i.test(user);
	if (found && (isAsked || found.length > user.length * 0.5)) {
		const balanced = found.replace(/^\)+/, '');
		const open = (balanced.match(/\(/g)?.length ?? 0) - (balanced.match(/\)/g)?.length ?? 0);
		const value = evaluate(open > 0 ? balanced + ')'.repeat(open) : balanced);
		if (value !== null) {
			const answer = format(draw.isRight('arithmetic') ? value : slip(value, draw));
			return phrase(answer, `${balanced.replaceAll('*', '×')} = ${answer}.`, prompt, draw);
		}
	}
	return solveStory(prompt, draw);
};

const solveStory: Task = (prompt, draw) => {
	const {user} = prompt;
	if (!/how (?:many|much|far|long|old)/i.test(user)) return null;
	const numbers = [...user.matchAll(/(?<![\w.])\d[\d,]*(?:\.\d+)?/g)].map(([text]) => Number(text.replaceAll(',', '')));
	if (numbers.length < 2 || numbers.length > 6) return null;
	const [first = 0, ...rest] = numbers;
	let value = first + rest.reduce((sum, number) => sum + number, 0);
	if (/\bleft\b|remain|fewer|gave away|lost|sold|spent|eats?\b|\bate\b/i.test(user))
		value = first - rest.reduce((sum, number) => sum + number, 0);
	else if (/equally|shared?|split|divided/i.test(user)) value = first / (rest[0] || 1);
	else if (/\beach\b|\bper\b|every|an hour|times as/i.test(user)) value = numbers.reduce((product, number) => product * number, 1);
	const answer = format(draw.isRight('story') ? value : slip(value, draw));
	return phrase(answer, `That makes ${answer}.`, prompt, draw);
};
