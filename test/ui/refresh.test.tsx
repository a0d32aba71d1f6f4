import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {mountApp} from '../helpers/mount-app.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test('a service is called fresh only when its rows are listed', async () => {
	await using app = await mountApp({urls: sandbox.urls, isStarted: false});
	const wrong: string[] = [];
	app.store.subscribe(() => {
		const {services, catalogue} = app.store.getState();
		for (const gateway of ['openrouter', 'nanogpt'] as const)
			if (services[gateway].state === 'fresh' && !catalogue.models.some(({listings}) => listings[gateway])) wrong.push(gateway);
	});
	app.store.dispatch({type: 'app/started'});
	await app.waitForState(({services}) => services.openrouter.state === 'fresh' && services.nanogpt.state === 'fresh');
	expect(wrong).toEqual([]);
});

test('a refresh keeps the cursor on its model and says afterwards that it is fresh', async () => {
	await using app = await mountApp({urls: sandbox.urls});
	await app.waitForState(({services}) => services.openrouter.state === 'fresh' && services.nanogpt.state === 'fresh');
	app.press('j', 'j', 'j');
	await app.waitForState(({screens}) => screens.models.list.cursorIndex === 3);
	const {cursorId} = app.store.getState().screens.models.list;
	const {models} = app.store.getState().catalogue;
	app.press('r');
	await app.waitForState((state) => state.catalogue.models !== models && state.services.nanogpt.state === 'fresh');
	expect(app.store.getState().screens.models.list.cursorId).toBe(cursorId);
	expect(app.text()).toContain(`>  `);
});
