import {existsSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../../source/sandbox/start-sandbox.js';
import {allGroups} from '../../../source/ui/keys/groups.js';
import {tourSteps} from '../../../source/ui/tour/tour-steps.js';
import {mountApp} from '../../helpers/mount-app.js';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({settings: ['jobs=instant']});
});

afterAll(() => sandbox.close());

const key = 'sandbox-key-of-the-tour';
const env = {OPENROUTER_API_KEY: key, NANOGPT_API_KEY: key, OPENAI_API_KEY: key};
const open = (columns: number, rows: number) => mountApp({urls: sandbox.urls, env, columns, rows});

describe('the whole tour', () => {
	test('goes through every step on real requests', {timeout: 60_000}, async () => {
		await using app = await open(80, 24);
		app.store.dispatch({type: 'tour/began'});
		for (const [index, {id}] of tourSteps.entries()) {
			const began = performance.now();
			await app.waitForState(({tour}) => tour?.at === index && (tour.phase === 'done' || tour.phase === 'failed'));
			app.press('space');
		}
		await app.waitForState(({tour}) => tour === null);
	});
});
