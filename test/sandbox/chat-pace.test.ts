import {expect, test} from 'vitest';
import {readPace, timingOf} from '../../source/sandbox/chat/pace.js';
import {startSandbox} from '../../source/sandbox/start-sandbox.js';
import {chat, readEvents} from './chat.js';

const speed = {firstTokenMilliseconds: 1200, tokensPerSecond: 50};

test('instant waits for nothing, real as the route says, demo in between; slow goes before all', () => {
	expect(timingOf('instant', speed, undefined)).toEqual({first: 0, perToken: 0});
	expect(timingOf('real', speed, undefined)).toEqual({first: 1200, perToken: 20});
	const demo = timingOf('demo', speed, undefined);
	expect(demo.first).toBeGreaterThan(0);
	expect(demo.first).toBeLessThan(1200);
	expect(demo.perToken).toBeLessThan(20);
	expect(timingOf('instant', speed, '5').perToken).toBe(200);
	expect(timingOf('instant', speed, '').perToken).toBe(100);
});
test('the variable is one of the paces', () => {
	expect([readPace(undefined, 'instant'), readPace('', 'instant'), readPace('real', 'instant')]).toEqual(['instant', 'instant', 'real']);
	expect(() => readPace('fast', 'instant')).toThrow('STILLROOM_SANDBOX_PACE is "fast", which is none of instant, demo, real.');
});
test('a paced stream is the instant one, in more writes', async () => {
	const texts: string[] = [];
	const reads: number[] = [];
	for (const pace of ['instant', 'demo'] as const) {
		const sandbox = await startSandbox({pace});
		const response = await fetch(`${sandbox.urls.openrouter}/chat/completions`, {
			method: 'POST',
			headers: {authorization: 'Bearer any'},
			body: JSON.stringify(chat('deepseek/deepseek-v3.2', 'Explain how tides work', {stream: true})),
		});
		let text = '';
		let count = 0;
		const decoder = new TextDecoder();
		for await (const chunk of response.body!) {
			text += decoder.decode(chunk, {stream: true});
			count++;
		}
		texts.push(readEvents({text}).content);
		reads.push(count);
		await sandbox.close();
	}
	expect(texts[1]).toBe(texts[0]);
	expect(texts[0]!.length).toBeGreaterThan(20);
	expect(reads[1]).toBeGreaterThan(4);
});
