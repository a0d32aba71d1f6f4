import {describe, expect, test} from 'vitest';
import {answerPrompt} from '../../source/sandbox/answerer/answer-prompt.js';
import {evaluate} from '../../source/sandbox/answerer/arithmetic.js';
import {labelsOf} from '../../source/sandbox/answerer/classify.js';
import {modelName, skillOf} from '../../source/sandbox/answerer/skill.js';
import {countTokens, splitPieces, takeTokens} from '../../source/sandbox/chat/tokens.js';

const best = {name: 'best', skill: 2};
const ask = (user: string, model = best, system: string[] = []) =>
	answerPrompt({system, user, history: [...system, user], seed: null, temperature: 0, responseFormat: {type: 'text'}}, model);

describe('a model without faults', () => {
	test.each([
		['What is 17 * 23? Answer with the number only.', '391'],
		['Compute (3+4)*5 - 2^3. Only the number.', '27'],
		['Tom has 12 apples and gives away 5. How many are left? Just the number.', '7'],
		['Classify the sentiment as positive, negative or neutral: "The food was cold and the waiter was rude."', 'negative'],
		['Is this spam or not spam? "Win a free prize now, click here"', 'spam'],
		['Which category fits: billing, shipping, technical? "I was charged twice for my subscription"', 'billing'],
		['Extract the email address from this text: write to anna@example.org today', 'anna@example.org'],
		['What is the capital of Australia? One word.', 'Canberra'],
		['Convert to uppercase: hello world', 'HELLO WORLD'],
		[
			'Return JSON with keys name, email and age: "Anna Smith (34) can be reached at anna@x.org."',
			'{"name":"Anna Smith","email":"anna@x.org","age":34}',
		],
		['Solve 12 + 30 and end with "Answer: <number>"', '12 + 30 = 42.\nAnswer: 42'],
	])('%s', (prompt, answer) => expect(ask(prompt)).toBe(answer));
	test('an instruction in the system message works on the user’s text', () => {
		expect(ask('I love it, great work', best, ['Classify the sentiment as positive or negative. One word only.'])).toBe('positive');
	});
	test('lists as many as asked for', () => expect(ask('List three ways to save water').split('\n')).toHaveLength(3));
});

test('better models are right more often, and keep to the form more often', () => {
	const rate = (skill: number) => {
		let right = 0;
		let bare = 0;
		for (let row = 0; row < 300; row++) {
			const answer = ask(`What is ${row + 13} * ${(row % 7) + 3}? Only the number.`, {name: `model ${skill}`, skill});
			if (answer.includes(String((row + 13) * ((row % 7) + 3)))) right++;
			if (/^\d+$/.test(answer)) bare++;
		}
		return [right / 300, bare / 300] as const;
	};
	const [weak, middle, strong] = [rate(0.3), rate(0.6), rate(0.9)];
	expect(weak[0]).toBeLessThan(middle[0] - 0.1);
	expect(middle[0]).toBeLessThan(strong[0] - 0.1);
	expect(strong[0]).toBeGreaterThan(0.85);
	expect(weak[1]).toBeLessThan(strong[1]);
});
test('skill follows the index, the size, the price; a fine-tuned model is above its base', () => {
	expect(skillOf('a/big', {index: 60})).toBeGreaterThan(skillOf('a/big', {index: 15}));
	expect(skillOf('meta-llama/llama-3.1-70b-instruct', {})).toBeGreaterThan(skillOf('meta-llama/llama-3.2-1b-instruct', {}));
	expect(skillOf('a/thing', {price: 20})).toBeGreaterThan(skillOf('a/thing', {price: 0.1}));
	expect(skillOf('ft:gpt-4o-mini-2024-07-18:me:x:1', {index: 12})).toBeGreaterThan(skillOf('gpt-4o-mini-2024-07-18', {index: 12}));
	expect(modelName('TEE/DeepSeek-V3.1:thinking')).toBe('deepseek-v3.1');
});
test('expressions and labels', () => {
	expect([evaluate('2+3*4'), evaluate('(2+3)*4'), evaluate('-3 + 10'), evaluate('2^3^2'), evaluate('1/0')]).toEqual([14, 20, 7, 512, null]);
	expect(labelsOf('Choose from: bug, feature or question.')).toEqual(['bug', 'feature', 'question']);
	expect(labelsOf('Tell me a story')).toEqual([]);
});
test('counting and cutting tokens agree; pieces make the whole', () => {
	const text = 'Four characters a token, 12345 or so: 漢字 👩‍👩‍👧 naïve\n\n  end.';
	const tokens = countTokens(text);
	expect(takeTokens(text, tokens)).toEqual({text, tokens, isCut: false});
	expect(takeTokens(text, tokens - 1).isCut).toBe(true);
	const pieces = splitPieces(text, tokens);
	expect([pieces.length, pieces.join('')]).toEqual([tokens, text]);
	const long = 'word '.repeat(100_000);
	expect(splitPieces(long, countTokens(long)).length).toBeLessThanOrEqual(2000);
	const english = 'The council met on Monday and agreed to build a new bridge over the river before winter comes.';
	expect(english.length / countTokens(english)).toBeGreaterThan(3);
	expect(english.length / countTokens(english)).toBeLessThan(5.5);
});
