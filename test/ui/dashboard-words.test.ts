import {expect, test} from 'vitest';
import {messageLine} from '../../source/ui/components/foot.js';
import {dashboardWords} from '../../source/ui/dashboard-words.js';
import {flash} from '../../source/ui/state/action.js';
import {lineText} from '../../source/view/line.js';
import {makeState, after as reduced} from '../helpers/make-state.js';

const start = makeState([]);

test.each([
	['Check the data set: stillroom dataset check.', 'Check the data set: c on Datasets.'],
	['stillroom completions sync reads what there is.', 'F on Completions reads what there is.'],
	['List what there is: stillroom completions list', 'List what there is: screen 4'],
	[
		'Freeze a version for it: stillroom dataset create tour --for own --base Qwen/Qwen3-8B --release internal.',
		'Freeze a version for it: n on Datasets.',
	],
	['Choose another folder with --out.', 'Choose another folder.'],
	['set it up, or try it with --sandbox.', 'set it up, or go over to the sandbox with B.'],
	[
		'Check the ledger (stillroom ledger verify), then freeze a new version.',
		'Check the ledger (on the command line stillroom ledger verify), then freeze a new version.',
	],
	['Create it with --new.', 'Create it with --new (on the command line).'],
	['nothing of that kind', 'nothing of that kind'],
])('%s', (text, words) => {
	expect(dashboardWords(start, text)).toBe(words);
});

test('the message line says keys as they are after rebinding', () => {
	const state = reduced({...start, keys: {'datasets.check': ['ctrl+k']}}, flash('Check it: stillroom dataset check.', 'bad'));
	expect(lineText(messageLine(state))).toBe(' Check it: ctrl+k on Datasets.');
});
