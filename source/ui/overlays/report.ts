import {emptyLine, type Line, span, wrapLines} from '../../view/line.js';
import {dashboardWords} from '../dashboard-words.js';
import type {State} from '../state/state.js';
import type {Page} from './page.js';

/** Every message of this run in full, the newest first. */
function saidLines(state: State, width: number): readonly Line[] {
	const {said} = state;
	if (said.length === 0) return [];
	const rows = said.toReversed().map(({at, text, tone}): Line => {
		const time = new Date(at).toISOString().slice(11, 19);
		return [span(`${time} `, 'dim'), span(dashboardWords(state, text), tone)];
	});
	return [[span('Messages', 'strong'), span('  newest first, times in UTC', 'dim')], ...wrapLines(rows, width)];
}

/** What a work that is done has to say, and what the message line said. */
export const reportPage: Page = {
	title: ({report}) => report?.title ?? 'Messages',
	lines(state, width) {
		const {report} = state;
		const said = saidLines(state, width);
		if (report) return [...wrapLines(report.lines, width), ...(said.length > 0 ? [emptyLine, ...said] : [])];
		return said.length > 0 ? said : [[span('Nothing was said yet.', 'dim')]];
	},
};
