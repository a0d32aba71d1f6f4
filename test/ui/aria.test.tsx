import {Writable} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import {expect, test} from 'vitest';
import {OverlayView} from '../../source/ui/components/overlay-view.js';
import {views} from '../../source/ui/screens/views.js';
import {themeOf} from '../../source/ui/theme/theme-of.js';
import {aListing, aModel, aVerdict} from '../helpers/literals.js';
import {afterKeys, makeState} from '../helpers/make-state.js';

const models = ['maker/alpha', 'maker/beta'].map((id) =>
	aModel({
		id,
		key: id,
		listings: {openrouter: aListing({id})},
		verdict: aVerdict({status: id.endsWith('alpha') ? 'allowed' : 'disallowed'}),
	}),
);
const state = makeState(models);

/** What Ink itself writes for a screen reader. */
function aloud(element: React.ReactElement): string {
	let last = '';
	const stdout = Object.assign(
		new Writable({
			write(chunk, _, done) {
				if (String(chunk).trim() !== '') last = String(chunk);
				done();
			},
		}),
		{columns: 120, rows: 36},
	) as unknown as NodeJS.WriteStream;
	const app = render(element, {stdout, debug: true, isScreenReaderEnabled: true, patchConsole: false});
	app.unmount();
	return stripVTControlCharacters(last);
}

test("Ink's own output to screen readers has a table whose rows are words", () => {
	const View = views.models;
	const text = aloud(<View state={state} theme={themeOf(state)} />);
	expect(text).toMatch(/table: /);
	expect(text).toMatch(/chosen: YES, allowed\. maker\/alpha,/);
	expect(text).toMatch(/^NO, restricted\. maker\/beta/m);
	expect(text).not.toContain('In$/M');
});

test('a menu is called a menu, a question a text box', () => {
	const sort = afterKeys(state, 's');
	expect(aloud(<OverlayView state={sort} theme={themeOf(sort)} overlay={sort.overlay!} />)).toMatch(/^menu: /m);
});
