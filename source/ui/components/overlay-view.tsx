import {Box} from 'ink';
import {formatNumber} from '../../view/format.js';
import {emptyLine, type Line, line, paragraph, span} from '../../view/line.js';
import {fitText, widthOf} from '../../view/width.js';
import {overlayRows} from '../layout.js';
import {askHelp, askTitle, shownField} from '../overlays/asks.js';
import type {MenuItem} from '../overlays/menu.js';
import {menuItems, menuTitle, noMatchWords} from '../overlays/menus.js';
import {pageLines, pageRows, pageTitle, searchMatches} from '../overlays/pages.js';
import type {ViewProps} from '../screens/view.js';
import {offsetOf} from '../state/list.js';
import {type Overlay, pageOffset} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {spread} from '../theme/paint.js';
import {fieldSpans} from './head.js';
import {Lines} from './lines.js';
import {markMatches} from './text-matches.js';

function pagesContent({state}: ViewProps, overlay: Overlay & {kind: 'pages'}): readonly Line[] {
	const lines = pageLines(state);
	const height = pageRows(state);
	const offset = pageOffset(overlay, lines.length, height);
	const place =
		lines.length > height
			? `${formatNumber(offset + 1)}-${formatNumber(Math.min(lines.length, offset + height))} of ${formatNumber(lines.length)} `
			: '';
	const {query, isSearching, match} = overlay;
	return [
		spread([span(` ${pageTitle(state, overlay.name)}`, 'strong')], [span(place, 'dim')], state.size.columns),
		isSearching || query.text ? searchLine(state, overlay) : emptyLine,
		...lines
			.slice(offset, offset + height)
			.map((content, index) => [offset + index === match ? span('>', 'accent') : span(' '), ...markMatches(content, query.text)]),
	];
}

/** What is searched for, and which of how many matching lines was gone to. */
function searchLine(state: State, {query, isSearching, match}: Overlay & {kind: 'pages'}): Line {
	const matches = searchMatches(state, query.text);
	const at = match === undefined ? -1 : matches.indexOf(match);
	const count =
		matches.length === 0
			? 'no match'
			: `${at < 0 ? formatNumber(matches.length) : `${formatNumber(at + 1)} of ${formatNumber(matches.length)}`} `;
	const right: Line = query.text === '' ? [] : [span(` ${count}`, matches.length === 0 ? 'warn' : 'strong')];
	return spread([span(' / ', 'accent'), ...fieldSpans(query, isSearching, state.size.columns - 20)], right, state.size.columns);
}

const leastLabel = 16;

/** Why the item under the cursor cannot be chosen, in a line of its own: beside the item there may be no room for it. */
const whyNot = (item: MenuItem | undefined): Line => (item?.blocked ? [span(`   not now: ${item.blocked}`, 'warn')] : emptyLine);

function menuContent({state}: ViewProps, overlay: Overlay & {kind: 'menu'}): readonly Line[] {
	const items = menuItems(state);
	const height = pageRows(state) - 1;
	const offset = offsetOf(0, overlay.index, {count: items.length, height});
	const widest = items.reduce((most, {label}) => Math.max(most, widthOf(label)), leastLabel);
	const width = Math.min(60, Math.floor(state.size.columns * 0.6), widest + 1);
	return [
		line(span(` ${menuTitle(state, overlay.name)}`, 'strong')),
		[span(' > ', 'accent'), ...fieldSpans(overlay.query, true, state.size.columns - 4)],
		whyNot(items[overlay.index]),
		...(items.length === 0 ? [line(span(`   ${noMatchWords(state, overlay.name, overlay.query.text)}`, 'dim'))] : []),
		...items.slice(offset, offset + height).map((item, index): Line => {
			const isChosen = index + offset === overlay.index;
			return [
				span(isChosen ? ' > ' : '   ', 'accent'),
				...(item.key ? [span(`${item.key} `, 'accent')] : []),
				span(fitText(item.label, width), item.blocked ? 'dim' : isChosen ? 'strong' : 'plain'),
				span(' '),
				item.blocked ? span(item.blocked, 'dim') : (item.detail ?? span('')),
			];
		}),
	];
}

function askContent({state}: ViewProps, overlay: Overlay & {kind: 'ask'}): readonly Line[] {
	return [
		line(span(` ${askTitle(overlay, state)}`, 'strong')),
		[span(' > ', 'accent'), ...fieldSpans(shownField(overlay), true, state.size.columns - 4)],
		emptyLine,
		...(overlay.problem ? [...paragraph(overlay.problem, Math.min(100, state.size.columns - 6), 'bad', 3), emptyLine] : []),
		...paragraph(askHelp(overlay, state), Math.min(100, state.size.columns - 6), 'dim', 3),
	];
}

/** What an overlay is, for Ink's own output to screen readers. */
const roles = {menu: 'menu', ask: 'textbox', pages: undefined} as const;

/** What lies over the screen; it takes the whole screen, so that nothing under it can be mistaken for part of it. */
export function OverlayView(props: ViewProps & {readonly overlay: Overlay}) {
	const {state, theme, overlay} = props;
	const lines =
		overlay.kind === 'pages'
			? pagesContent(props, overlay)
			: overlay.kind === 'menu'
				? menuContent(props, overlay)
				: askContent(props, overlay);
	const height = overlayRows(state);
	return (
		<Box height={height} flexDirection="column" aria-role={roles[overlay.kind]}>
			<Lines lines={lines} width={state.size.columns} height={height} theme={theme} />
		</Box>
	);
}
