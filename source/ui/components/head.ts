import {gateways} from '../../domain/service.js';
import type {ServiceState} from '../../domain/service-state.js';
import type {Tone} from '../../view/cell.js';
import {formatAgo, formatNumber} from '../../view/format.js';
import {type Line, lineWidth, span} from '../../view/line.js';
import {gatewayAbbreviations} from '../../view/model-columns.js';
import {truncate} from '../../view/width.js';
import {parentOf, screenIds, screens} from '../screens/index.js';
import type {ScreenId} from '../screens/screen.js';
import type {State} from '../state/state.js';
import {characterAt, scrollField, type TextField} from '../state/text-field.js';
import {spread} from '../theme/paint.js';

const stateTones: Readonly<Record<ServiceState['state'], Tone>> = {
	fresh: 'good',
	stale: 'warn',
	fetching: 'accent',
	failed: 'bad',
	'not-asked': 'dim',
};

/** `12 min`, or where room is short `12m`. */
function ageOf(fetchedAt: string, now: Date, isTight: boolean): string {
	const age = formatAgo(fetchedAt, now).replace(' ago', '');
	return isTight ? age.replace(/^(\d+) (\w)\w*$/, '$1$2') : age;
}

function serviceSpan({service, state, fetchedAt}: ServiceState, now: Date, gap: string) {
	const isTight = gap.length < 2;
	const name = service === 'openai' ? 'oai' : gatewayAbbreviations[service];
	const age = fetchedAt === null ? '' : ` ${ageOf(fetchedAt, now, isTight)}`;
	const words: Readonly<Record<ServiceState['state'], string>> = {
		fresh: age,
		stale: `${age} old`,
		fetching: ' ...',
		failed: fetchedAt ? ` failed,${age} old` : ' failed',
		'not-asked': ' -',
	};
	return span(`${gap}${name}${words[state]}`, stateTones[state]);
}

/** Cells that the services' ages take mostly, at their widest. */
const widestAges = 25;

/** The same where they stand close together; so many cells that both may have failed. */
const tightAges = 21;

/** All screens with their names, with short ones, with short ones close together, only the open one with its name, or nothing but the open one. */
type Tabs = 'names' | 'short' | 'tight' | 'numbers' | 'one';

const shortTitles: Partial<Readonly<Record<ScreenId, string>>> = {completions: 'Compl', datasets: 'Data', evals: 'Evals'};

/** The screens that have a number. */
function tabLine(state: State, tabs: Tabs): Line {
	const here = screens[state.screen].digit === null ? (parentOf(state) ?? state.screen) : state.screen;
	const numbered = screenIds.filter((id) => screens[id].digit !== null);
	return numbered.flatMap((id, index) => tabSpans(id, {isHere: id === here, isFirst: index === 0, tabs}));
}

/** Where all have their names, brackets say which is open, for who sees no colours. */
function tabSpans(id: ScreenId, {isHere, isFirst, tabs}: {readonly isHere: boolean; readonly isFirst: boolean; readonly tabs: Tabs}): Line {
	const {digit, title} = screens[id];
	const name = `${digit} ${tabs === 'names' ? title : (shortTitles[id] ?? title)}`;
	const tone = isHere ? 'strong' : 'dim';
	switch (tabs) {
		case 'names':
		case 'short':
			return [span(isHere ? `[${name}]` : ` ${name} `, tone)];
		case 'tight':
			return [span(`${isFirst ? '' : ' '}${isHere ? `[${name}]` : name}`, tone)];
		case 'numbers':
			return [span(isHere ? ` ${digit} ${title} ` : ` ${digit} `, tone)];
		case 'one':
			return isHere ? [span(` ${digit} ${title} `, 'strong')] : [];
	}
}

/** So much of what is named after the screen is to be read before the tabs give way. */
const leastSubject = 24;

/** How much of the program's name and of the screens' names stands there. */
type Heading = {readonly tabs: Tabs; readonly hasName: boolean};

/** From the most to the least that is said. */
const headings: readonly Heading[] = [
	{tabs: 'names', hasName: true},
	{tabs: 'short', hasName: true},
	{tabs: 'tight', hasName: true},
	{tabs: 'tight', hasName: false},
	{tabs: 'numbers', hasName: true},
	{tabs: 'numbers', hasName: false},
	{tabs: 'one', hasName: true},
];

/** Name, screens and breadcrumb on the left, the services on the right. */
export function titleLine(state: State): Line {
	const now = new Date(state.now);
	const {columns} = state.size;
	const isNarrow = columns < 80;
	const subject = screens[state.screen].subject?.(state);
	const services = (...gaps: readonly string[]): Line =>
		gateways.map((gateway, index) => serviceSpan(state.services[gateway], now, gaps[index]!));
	const sandbox: Line = state.isSandbox ? [span(' sandbox', 'warn')] : [];
	const right = (tabs: Tabs): Line => (tabs === 'tight' ? services('', ' ') : [...services('  ', '  '), span(' ')]);
	const name: Line = isNarrow && state.isSandbox ? [] : [span(isNarrow ? ' still' : ' stillroom', 'accent')];
	const left = ({tabs, hasName}: Heading): Line => {
		const before = [...(hasName ? name : []), ...sandbox];
		return [...before, ...(before.length === 0 && tabs === 'tight' ? [] : [span(' ')]), ...tabLine(state, tabs)];
	};
	const crumb: Line = subject ? [span(` ${subject}`, 'plain')] : [];
	const fits = (heading: Heading): boolean => {
		const isShort = heading.tabs === 'numbers' || heading.tabs === 'one';
		const subjectWidth = isShort ? Math.min(leastSubject, lineWidth(crumb)) : lineWidth(crumb);
		// Ages grow and shrink: the names must not come and go with them.
		const ages = Math.max(heading.tabs === 'tight' ? tightAges : widestAges, lineWidth(right(heading.tabs)));
		return lineWidth(left(heading)) + subjectWidth + ages < columns;
	};
	const heading = headings.find(fits) ?? headings.at(-1)!;
	return spread([...left(heading), ...crumb], right(heading.tabs), columns);
}

/** Text with a visible cursor that needs no colour: the character under it is inverse. What does not fit into `width` cells scrolls. */
export function fieldSpans(field: TextField, isActive: boolean, width: number): Line {
	if (!isActive) return [span(field.text)];
	if (field.isSelected) return [{text: truncate(field.text, width - 1), tone: 'cursor'}, span(' ')];
	const shown = scrollField(field, width);
	const under = characterAt(shown);
	const {text, cursor} = shown;
	return [span(text.slice(0, cursor)), {text: under || ' ', tone: 'cursor'}, span(text.slice(cursor + under.length))];
}

/** The filter as typed, what it leaves, and the order. */
export function filterLine(state: State): Line {
	const {list, summary, subhead} = screens[state.screen];
	if (!list) return subhead?.(state) ?? [];
	const {filter, isFiltering, sort} = list.read(state);
	const shown = list.count(state);
	const total = list.total(state);
	const title = list.sortKeys.find(({id}) => id === sort.by)?.title ?? sort.by;
	const order = list.isRanked(state) ? 'best match' : `${title} ${sort.descending ? 'v' : '^'}`;
	const isNarrow = state.size.columns < 90;
	const right = [
		...(summary && !isNarrow ? [span(`${summary(state)}   `, 'dim')] : []),
		...(summary && isNarrow ? [span(`${summary(state).replace('distillable ', '')}  `, 'dim')] : []),
		span(`${formatNumber(shown)} of ${formatNumber(total)}`, shown === total ? 'plain' : 'strong'),
		span(`   ${isNarrow ? '' : 'sort '}${order} `, 'dim'),
	];
	const mark = span(' / ', isFiltering ? 'accent' : 'dim');
	const room = state.size.columns - lineWidth([mark, ...right]) - 1;
	const text = filter.text === '' && !isFiltering ? [span('(no filter)', 'dim')] : fieldSpans(filter, isFiltering, room);
	return spread([mark, ...text], right, state.size.columns);
}
