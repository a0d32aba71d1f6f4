import {emptyLine, firstLines, type Line, lineWidth, span, truncateLine, wrapLines} from '../view/line.js';
import {footLines} from './components/foot.js';
import {filterLine, titleLine} from './components/head.js';
import {headLine, placeColumns, rowLine} from './components/table-lines.js';
import {layoutOf} from './layout.js';
import {modelsFrame} from './screens/models/models-frame.js';
import {whyEmpty} from './screens/models/why-empty.js';
import type {State} from './state/state.js';
import {paintLine} from './theme/paint.js';
import type {Theme} from './theme/theme.js';

/** Two blocks side by side. */
function beside(left: Line, leftWidth: number, right: Line): Line {
	const short = truncateLine(left, leftWidth);
	return right.length === 0 ? short : [...short, span(' '.repeat(Math.max(0, leftWidth - lineWidth(short) + 2))), ...right];
}

function bodyLines(state: State, theme: Theme): readonly string[] {
	const {layout, isEmpty, columns, window, chosen, marks, sort, strip, ...frame} = modelsFrame(
		state,
		state.screens.models.list.filter.text,
	);
	const detail = firstLines(frame.detail, layout.listRows + 1, layout.detailColumns);
	const paint = (line: Line): string => paintLine(theme, line, layout.columns);
	if (isEmpty) return [emptyLine, ...wrapLines(whyEmpty(state), layout.columns - 4).map((line): Line => [span('  '), ...line])].map(paint);
	const placed = placeColumns(columns, layout.listColumns);
	const rows = [
		paint(beside(headLine(placed, sort), layout.listColumns, detail[0] ?? [])),
		...window.map((model, index) => {
			const isChosen = index === chosen;
			const row = rowLine(model, placed, {isChosen, isMarked: marks.has(model.id)});
			const beginning = isChosen ? paintLine(theme, row, layout.listColumns, {isChosen}) : null;
			const right = detail[index + 1] ?? [];
			if (beginning === null) return paint(beside(row, layout.listColumns, right));
			return right.length === 0 ? beginning : `${beginning}${paintLine(theme, [span('  '), ...right], layout.detailColumns + 2)}`;
		}),
	];
	const filled = [...rows, ...Array<string>(Math.max(0, layout.listRows + 1 - rows.length)).fill('')];
	return layout.stripRows > 0 ? [...filled, '', ...firstLines(strip, layout.stripRows - 1, layout.columns - 1).map(paint)] : filled;
}

/**
 * The Models screen as text, without Ink: it stands on the screen while Ink is still being loaded, and Ink's own first frame is the same.
 * Null where that screen does not come first or the terminal is too small.
 */
export function firstFrame(state: State, theme: Theme): string | null {
	const {columns, rows} = state.size;
	const layout = layoutOf(state);
	if (state.screen !== 'models' || layout.isTooSmall) return null;
	const head = [titleLine(state), filterLine(state)].map((line) => paintLine(theme, line, columns));
	const foot = footLines(state).map((line) => paintLine(theme, line, columns));
	const body = bodyLines(state, theme).slice(0, layout.bodyRows);
	return [...head, ...body, ...Array<string>(Math.max(0, rows - head.length - body.length - foot.length)).fill(''), ...foot].join('\r\n');
}
