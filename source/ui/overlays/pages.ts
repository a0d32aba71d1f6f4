import {type Line, lineText} from '../../view/line.js';
import {overlayRows} from '../layout.js';
import type {PagesName} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {helpPage} from './help.js';
import {logPage} from './log.js';
import type {Page} from './page.js';
import {planPage} from './plan.js';
import {reportPage} from './report.js';
import {screenPage} from './screen-pages.js';

const pages: Readonly<Record<PagesName, Page>> = {
	help: helpPage,
	policy: screenPage('policy'),
	raw: screenPage('raw'),
	compare: screenPage('compare'),
	log: logPage,
	plan: planPage,
	report: reportPage,
	completion: screenPage('completion'),
	drops: screenPage('drops'),
	rows: screenPage('rows'),
	job: screenPage('job'),
};

/** What the title and the line below it leave of an overlay. */
export const pageRows = (state: State): number => Math.max(1, overlayRows(state) - 2);
export const pageTitle = (state: State, name: PagesName): string => pages[name].title(state);

/** Scrolling changes only the overlay, so the lines are laid out anew only when something else changed. */
const isSameContent = (a: State, b: State): boolean =>
	(Object.keys(a) as (keyof State)[]).every((key) => key === 'overlay' || key === 'flash' || Object.is(a[key], b[key]));

const underOf = ({overlay}: State) => (overlay?.kind === 'pages' ? overlay.under : undefined);

const createLayout = () => {
	let last: {readonly from: State; readonly name: PagesName; readonly lines: readonly Line[]} | undefined;
	return (state: State, name: PagesName): readonly Line[] => {
		if (last?.name !== name || underOf(last.from) !== underOf(state) || !isSameContent(last.from, state))
			last = {from: state, name, lines: pages[name].lines(state, state.size.columns - 2)};
		return last.lines;
	};
};

const layOut = createLayout();

/** The lines of the open overlay; none when a menu or nothing is open. */
export const pageLines = (state: State): readonly Line[] => (state.overlay?.kind === 'pages' ? layOut(state, state.overlay.name) : []);

/** The lines of the open overlay that hold what is searched for. */
export function searchMatches(state: State, query: string): readonly number[] {
	const wanted = query.toLowerCase();
	if (wanted === '') return [];
	return pageLines(state).flatMap((line, index) => (lineText(line).toLowerCase().includes(wanted) ? [index] : []));
}
