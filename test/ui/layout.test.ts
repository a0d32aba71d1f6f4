import {expect, test} from 'vitest';
import {formLayout} from '../../source/ui/components/form-layout.js';
import {layoutOf} from '../../source/ui/layout.js';
import type {ScreenId} from '../../source/ui/screens/screen.js';
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
