import {filterSyntax} from '../../domain/filter/help.js';
import {disclaimer} from '../../domain/verdict.js';
import type {Tone} from '../../view/cell.js';
import {emptyLine, type Line, paragraph, span} from '../../view/line.js';
import {widthOf, wrap} from '../../view/width.js';
import type {Binding, BindingGroup} from '../keys/binding.js';
import {allGroups, groupsInReach, keysOf} from '../keys/groups.js';
import {screens} from '../screens/index.js';
import type {ScreenWord} from '../screens/screen.js';
import type {Overlay} from '../state/overlay.js';
import type {State} from '../state/state.js';
import type {Page} from './page.js';

const legend: readonly ScreenWord[] = [
	['YES', 'good', 'recorded as allowed, with the source; a star (YES*) means that duties come with it'],
	['NO', 'bad', 'recorded as restricted'],
	['?', 'unknown', 'not recorded: never counts as yes, nor as no'],
	['≠', 'warn', 'layers contradict each other; a recorded restriction wins'],
];

const overlayAbout: Readonly<Record<Overlay['kind'], string>> = {
	pages: 'A text. The arrows scroll it, / searches it, esc closes it and leaves everything under it as it was.',
	menu: 'A menu. What is typed leaves the items that hold every word of it; enter takes the one under the cursor. A letter before an item takes it at once while nothing is typed.',
	ask: 'A question. Every letter goes into the answer; enter gives it, esc leaves without one.',
};

const paletteAbout =
	'Every action of the program by its name, its key or the beginnings of its words. Tab completes what is typed, up on the empty line brings back what was chosen before, and "models policy:yes" opens a screen with a filter.';

const tourAbout =
	'The guided tour plays the whole workflow on the sandbox and presses every key itself. What a step needs is waited for, never a time; the arrows scroll what is shown.';

/** The state under help, and what it is called. */
function subjectOf(state: State): {readonly under: State; readonly title: string; readonly about: string} {
	const overlay = (state.overlay?.kind === 'pages' && state.overlay.under) || null;
	const under = {...state, overlay};
	const {title, about, field} = screens[state.screen];
	if (state.tour) return {under, title: 'Guided tour', about: tourAbout};
	if (overlay?.name === 'palette') return {under, title: 'Commands', about: paletteAbout};
	if (overlay) return {under, title: groupsInReach(under)[0]!.title, about: overlayAbout[overlay.kind]};
	if (field?.isActive(under)) return {under, title: field.group.title, about};
	return {under, title, about};
}

const narrowLeft = 14;
const wideLeft = 22;

/** What it is about on the left, and what it means, wrapped under itself; where the left is too long, the meaning goes below. */
function entryLines(
	about: string,
	text: string,
	width: number,
	{left, tone = 'accent'}: {left?: number; tone?: Tone} = {},
): readonly Line[] {
	const room = left ?? (width < 76 ? narrowLeft : wideLeft);
	const indent = ' '.repeat(room + 3);
	const [first = '', ...more] = wrap(text, Math.max(10, width - room - 3));
	const rest = more.map((part): Line => [span(indent), span(part)]);
	if (widthOf(about) > room) return [[span(`  ${about}`, tone)], [span(indent), span(first)], ...rest];
	return [[span(`  ${about.padEnd(room)} `, tone), span(first)], ...rest];
}

const keyLines = (state: State, binding: Binding, width: number): readonly Line[] =>
	entryLines(keysOf(state, binding).join(' ') || '(no key)', binding.label, width);

function groupLines(state: State, {title, bindings}: BindingGroup, width: number): readonly Line[] {
	if (bindings.length === 0) return [];
	return [emptyLine, [span(title, 'strong')], ...bindings.flatMap((binding) => keyLines(state, binding, width))];
}

/** The order of their use, as in the bottom line. */
const byHint = (a: Binding, b: Binding): number => (a.hint ?? Number.POSITIVE_INFINITY) - (b.hint ?? Number.POSITIVE_INFINITY);

/** What the bottom line would offer if it had room; what cannot be done now stands behind what can. */
function mostUsed(state: State, groups: readonly BindingGroup[]): readonly Binding[] {
	const hinted = groups
		.flatMap(({bindings}) => bindings)
		.filter((binding) => binding.hint !== undefined && keysOf(state, binding).length > 0)
		.toSorted(byHint);
	const isUsable = ({when}: Binding): boolean => (when?.(state) ?? true) === true;
	return [...hinted.filter(isUsable), ...hinted.filter((binding) => !isUsable(binding))];
}

/** How the filter of the list on this screen is written; no screen without a list has one. */
function filterLines(state: State, width: number): readonly Line[] {
	const {list, filterSyntax: ownSyntax, filterKeys = []} = screens[state.screen];
	if (!list) return [];
	return [
		emptyLine,
		[span('Filter language', 'strong')],
		...[...(ownSyntax ?? filterSyntax), ...filterKeys].flatMap(({example, help}) => entryLines(example, help, width, {left: wideLeft})),
	];
}

function wordLines(state: State, width: number): readonly Line[] {
	return [
		emptyLine,
		[span('What the words mean', 'strong')],
		...[...legend, ...(screens[state.screen].words ?? [])].flatMap(([word, tone, text]) => entryLines(word, text, width, {left: 8, tone})),
		...paragraph(disclaimer, width, 'dim', 2),
	];
}

/** Generated from the key records, so that it cannot disagree with what the keys do: what this is for, the most used keys, all the rest. */
export const helpPage: Page = {
	title: (state) => `Help · ${subjectOf(state).title}`,
	lines(state, width) {
		const {under, about} = subjectOf(state);
		const here = groupsInReach(under);
		const used = mostUsed(under, here);
		const rest = here.map(({title, bindings}) => ({title, bindings: bindings.filter((binding) => !used.includes(binding))}));
		const others = allGroups.filter((group) => !here.includes(group));
		return [
			...paragraph(about, width),
			emptyLine,
			[span('Most used', 'strong')],
			...used.flatMap((binding) => keyLines(under, binding, width)),
			...rest.flatMap((group) => groupLines(under, group, width)),
			...(under.overlay ? [] : [...filterLines(state, width), ...wordLines(state, width)]),
			...others.flatMap((group) => groupLines(under, group, width)),
		];
	},
};
