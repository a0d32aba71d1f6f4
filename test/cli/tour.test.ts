import {expect, test} from 'vitest';
import {runStillroom} from '../helpers/run-stillroom.js';

type Step = {readonly step: number; readonly id: string; readonly title: string; readonly text: string; readonly keys: readonly string[]};

test('the steps are printed as text, with the keys that they press', async () => {
	const {code, stdout, stderr} = await runStillroom(['tour', '--list']);
	expect([code, stderr]).toEqual([0, '']);
	expect(stdout).toMatch(/^ 1 {2}Which models may teach$/m);
	expect(stdout).toMatch(/^ {4}Keys: \/ "policy:yes \S+" enter$/m);
	expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('and as JSON, in their order', async () => {
	const {stdout} = await runStillroom(['tour', '--json']);
	const steps = JSON.parse(stdout) as readonly Step[];
	expect(steps.map(({step}) => step)).toEqual(steps.map((_, index) => index + 1));
	expect(steps.map(({id}) => id)).toEqual(
		expect.arrayContaining(['teacher', 'evidence', 'refusal', 'gate', 'pack', 'train', 'evaluate', 'end']),
	);
	expect(steps.every(({text}) => text.length > 40)).toBe(true);
});

test('without a terminal it says what can be had instead', async () => {
	const {code, stdout, stderr} = await runStillroom(['tour']);
	expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('stillroom tour --list')]);
});
