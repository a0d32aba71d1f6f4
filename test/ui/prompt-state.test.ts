import {describe, expect, test} from 'vitest';
import type {Action} from '../../source/ui/state/action.js';
import type {State} from '../../source/ui/state/state.js';
import {makeState, after as reduced} from '../helpers/make-state.js';

const opened: Action = {type: 'prompt/opened', targets: [{gateway: 'openrouter', modelId: 'a/teacher', only: null}]};
const off: Action = {type: 'prompt/enforcement-set', enforcement: 'off', override: 'to compare styles'};
const held = ({screens: {prompt}}: State) => [prompt.enforcement, prompt.override];

describe('enforcement that was switched off for one prompt', () => {
	const state = reduced(makeState([]), opened, off);

	test('stays off while the same prompt is edited and sent', () => {
		expect(held(state)).toEqual(['off', 'to compare styles']);
		expect(held(reduced(state, {type: 'prompt/typed', text: 'more'}, {type: 'prompt/sent'}, {type: 'prompt/ended'}))).toEqual([
			'off',
			'to compare styles',
		]);
	});

	test.each<[string, Action]>([
		['another model', {type: 'prompt/opened', targets: [{gateway: 'openrouter', modelId: 'b/other', only: null}]}],
		['an alternative', {type: 'prompt/retried', modelId: 'b/other'}],
		['another service', {type: 'prompt/gateway-set', gateway: 'nanogpt'}],
	])('is on again for %s: the confirmation and its reason were not given for that', (_, action) => {
		expect(held(reduced(state, action))).toEqual(['auto', null]);
	});
});
