import {expect, test} from 'vitest';
import {formLayout} from '../../source/ui/components/form-layout.js';
import {formLines} from '../../source/ui/components/form-lines.js';
import {layoutOf} from '../../source/ui/layout.js';
import {draftFields, emptyForm} from '../../source/ui/screens/draft/draft-form.js';
import type {ScreenId} from '../../source/ui/screens/screen.js';
import {lineText} from '../../source/view/line.js';
import {makeState} from '../helpers/make-state.js';

const sized = (columns: number, rows: number) => ({...makeState([]), size: {columns, rows}});

test.each<readonly [ScreenId, number]>(
	(['completions', 'datasets', 'jobs', 'evals'] as const).flatMap((screen) => [15, 24, 36, 50].map((rows) => [screen, rows] as const)),
)('p on %s makes the preview larger in %i rows, and leaves some of the list', (screen, rows) => {
	const state = {...sized(80, rows), screen};
	const [closed, open] = [layoutOf({...state, isPreviewOpen: false}), layoutOf({...state, isPreviewOpen: true})];
	expect(open.stripRows).toBeGreaterThan(closed.stripRows);
	expect(open.listRows).toBeGreaterThanOrEqual(3);
});

test('a form shows its last line rather than saying that one more is below', () => {
	const shown = (count: number) => formLayout({...sized(80, 24), screen: 'distil'}, count).formHeight;
	const most = shown(100);
	expect(shown(most + 1)).toBe(most + 1);
	expect(shown(most + 2)).toBe(most);
});

test.each([60, 80, 120])('a form says at %i columns what a chosen value means, whole or not at all', (width) => {
	const lines = formLines(draftFields, emptyForm, 0, width, 12).map((content) => lineText(content).trimEnd());
	const meanings = draftFields.flatMap(({choices}) => (choices ?? []).map(({help}) => help));
	for (const text of lines) expect(text).not.toContain('…');
	for (const text of lines.slice(1)) expect(text).toMatch(/^ {2}[a-z ]{2,14} +\S/);
	const [trainedAt] = lines.filter((text) => text.includes('trained at'));
	expect(trainedAt).toContain(width === 60 ? 'own' : 'own        machines of your own, or only exported');
	const words = lines.slice(1).flatMap((text) => (/^ {2}[a-z ]{15}\S+ {2,}(\S.*?)(?: {2,}\d+ more below)?$/.exec(text) ?? []).slice(1));
	expect(words.filter((word) => !meanings.includes(word) && !/more below|needed|!/.test(word))).toEqual([]);
});
