import {gateways} from '../../domain/service.js';
import type {ServiceState} from '../../domain/service-state.js';
import type {Tone} from '../../view/cell.js';
import {formatAgo, formatNumber} from '../../view/format.js';
import {type Line, lineWidth, span} from '../../view/line.js';
import {gatewayAbbreviations} from '../../view/model-columns.js';
import {truncate} from '../../view/width.js';
import {parentOf, screenIds, screens} from '../screens/index.js';
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

function serviceSpan({service, state, fetchedAt}: ServiceState, now: Date) {
	const name = service === 'openai' ? 'oai' : gatewayAbbreviations[service];
	const age = fetchedAt === null ? '' : ` ${formatAgo(fetchedAt, now).replace(' ago', '')}`;
	const words: Readonly<Record<ServiceState['state'], string>> = {
		fresh: age,
		stale: `${age} old`,
		fetching: ' ...',
		failed: fetchedAt ? ` failed,${age} old` : ' failed',
		'not-asked': ' -',
	};
	return span(`  ${name}${words[state]}`, stateTones[state]);
}

/** Cells that the services' ages take mostly, at their widest. */
const widestAges = 26;

/** All screens with their names, only the open one with its name, or nothing but the open one. */
type Tabs = 'names' | 'numbers' | 'one';

/** The screens that have a number. */
function tabLine(state: State, tabs: Tabs): Line {
	const here = screens[state.screen].digit === null ? (parentOf(state) ?? state.screen) : state.screen;
	return screenIds.flatMap((id) => {
		const {digit, title} = screens[id];
		if (digit === null || (tabs === 'one' && id !== here)) return [];
		// Where all have their names, brackets say which is open, for who sees no colours.
		if (tabs === 'names') return [id === here ? span(`[${digit} ${title}]`, 'strong') : span(` ${digit} ${title} `, 'dim')];
		return [id === here ? span(` ${digit} ${title} `, 'strong') : span(` ${digit} `, 'dim')];
	});
}

/** So much of what is named after the screen is to be read before the tabs give way. */
const leastSubject = 24;

/** Name, screens and breadcrumb on the left, the services on the right. */
export function titleLine(state: State): Line {
	const now = new Date(state.now);
	const {columns} = state.size;
	const isNarrow = columns < 80;
	const subject = screens[state.screen].subject?.(state);
	const right = [...gateways.map((gateway) => serviceSpan(state.services[gateway], now)), span(' ')];
	const left = (tabs: Tabs): Line => [
		...(isNarrow && state.isSandbox ? [] : [span(isNarrow ? ' still' : ' stillroom', 'accent')]),
		...(state.isSandbox ? [span(' sandbox', 'warn')] : []),
		span(' '),
		...tabLine(state, tabs),
	];
	const crumb: Line = subject ? [span(` ${subject}`, 'plain')] : [];
	// Ages grow and shrink: the names must not come and go with them.
	const ages = Math.max(widestAges, lineWidth(right));
	const fits = (tabs: Tabs, subjectWidth: number): boolean => lineWidth(left(tabs)) + subjectWidth + ages <= columns;
	const tabs: Tabs = fits('names', lineWidth(crumb))
		? 'names'
		: fits('numbers', Math.min(leastSubject, lineWidth(crumb)))
			? 'numbers'
			: 'one';
	return spread([...left(tabs), ...crumb], right, columns);
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
