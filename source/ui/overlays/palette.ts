import {scoreWord} from '../../domain/filter/fuzzy.js';
import {nearestIds} from '../../domain/nearest-ids.js';
import {span} from '../../view/line.js';
import type {Binding, BindingGroup} from '../keys/binding.js';
import {allGroups, groupsInReach, keysOf} from '../keys/groups.js';
import {parentOf, screenIds, screens} from '../screens/index.js';
import type {ScreenId} from '../screens/screen.js';
import {type Action, flash} from '../state/action.js';
import type {State} from '../state/state.js';
import {argumentCommands} from './argument-commands.js';
import type {Menu, MenuItem} from './menu.js';

/** An item with every name that it may be called by, the one it is remembered under first. */
type Command = MenuItem & {readonly command: string; readonly names: readonly string[]; readonly keys: readonly string[]};

const detailOf = (keys: readonly string[], id: string) => span(`${keys.join(' ').padEnd(8)} ${id}`, 'dim');

/** `help`, `quit`: what works everywhere may be called without the word before the dot. */
const shortName = (id: string): readonly string[] => (id.startsWith('app.') ? [id.slice('app.'.length)] : []);

function commandHere(state: State, binding: Binding): Command {
	const verdict = binding.when?.(state) ?? true;
	const keys = keysOf(state, binding);
	return {
		label: binding.label,
		command: binding.id,
		names: [binding.id, binding.label, ...shortName(binding.id)],
		keys,
		detail: detailOf(keys, binding.id),
		...(verdict === true ? {} : {blocked: verdict}),
		get actions() {
			return verdict === true ? [binding.act(state)].flat() : [];
		},
	};
}

/** Why an action of another screen is out of reach from here; null when its screen can be opened. */
function whyOutOfReach(state: State, id: ScreenId): string | null {
	const {digit, title, whenOpen, openedBy} = screens[id];
	if (digit === null) {
		const above = screens[parentOf({...state, screen: id}) ?? 'models'].title;
		return `${title} has to be open: ${openedBy ?? `it opens from ${above}`}`;
	}
	const verdict = whenOpen?.(state) ?? true;
	return verdict === true ? null : verdict;
}

/** An action of another screen: opens that screen, then acts, or says there why it cannot. */
function commandElsewhere(state: State, id: ScreenId, binding: Binding): Command {
	const there: State = {...state, screen: id};
	const blocked = whyOutOfReach(state, id);
	const keys = keysOf(state, binding);
	return {
		label: `${screens[id].title}: ${binding.label}`,
		command: binding.id,
		names: [binding.id, binding.label, `${screens[id].title} ${binding.label}`],
		keys,
		detail: detailOf(keys, binding.id),
		...(blocked === null ? {} : {blocked}),
		get actions(): readonly Action[] {
			const verdict = binding.when?.(there) ?? true;
			return [
				{type: 'app/screen-opened', screen: id},
				...(verdict === true ? [binding.act(there)].flat() : [flash(`${binding.label}: ${verdict}`, 'warn')]),
			];
		},
	};
}

const isNamed = ({id, isSilent}: Binding): boolean => !isSilent && !id.startsWith('app.open-');

/** What has a list is not here: its keys are named all the same, with the reason. */
function listCommands(state: State): readonly Command[] {
	const lists = allGroups.find(({bindings}) => bindings.some(({id}) => id === 'list.filter'))!;
	if (screens[state.screen].list) return [];
	return lists.bindings.filter(isNamed).map((binding) => ({
		label: binding.label,
		command: binding.id,
		names: [binding.id, binding.label],
		keys: keysOf(state, binding),
		detail: detailOf(keysOf(state, binding), binding.id),
		blocked: `${screens[state.screen].title} has no list`,
		actions: [],
	}));
}

/** Every screen that has a number, by its name. */
function screenCommands(state: State): readonly Command[] {
	return screenIds.flatMap((id): readonly Command[] => {
		const {digit, title, list} = screens[id];
		const binding = allGroups.flatMap(({bindings}) => bindings).find((one) => one.id === `app.open-${id}`);
		if (digit === null || !binding) return [];
		const blocked = whyOutOfReach(state, id);
		const keys = keysOf(state, binding);
		return [
			{
				label: `open ${title}`,
				command: id,
				names: [id, title, binding.id, `open ${title}`],
				keys,
				detail: detailOf(keys, list ? `${id}, or ${id} and a filter` : id),
				...(blocked === null ? {} : {blocked}),
				actions: [{type: 'app/screen-opened', screen: id}],
			},
		];
	});
}

function everyCommand(state: State): readonly Command[] {
	const bare: State = {...state, overlay: null};
	const here = groupsInReach(bare);
	const isHere = (group: BindingGroup): boolean => here.includes(group);
	return [
		...here.flatMap(({bindings}) => bindings.filter(isNamed).map((binding) => commandHere(bare, binding))),
		...screenCommands(bare),
		...screenIds
			.filter((id) => id !== state.screen || !here.some(({bindings}) => bindings === screens[id].bindings))
			.flatMap((id) => screens[id].bindings.filter(isNamed).map((binding) => commandElsewhere(bare, id, binding))),
		...(here.some(isListGroup) ? [] : listCommands(bare)),
		...allGroups
			.filter((group) => !isHere(group) && group.bindings.some(({id}) => id === 'app.help'))
			.flatMap(({bindings}) => bindings.filter(isNamed).map((binding) => commandHere(bare, binding))),
	];
}

const isListGroup = ({bindings}: BindingGroup): boolean => bindings.some(({id}) => id === 'list.filter');

const exactKey = 2000;
const exactName = 3000;

/** How well an item fits what was typed; 0 when it does not. Every word has to fit one of its names. */
function score({names, keys}: Command, typed: string, words: readonly string[]): number {
	if (keys.includes(typed)) return exactKey;
	const query = words.join(' ');
	if (names.some((name) => name.toLowerCase() === query)) return exactName;
	let sum = 0;
	for (const word of words) {
		let best = 0;
		for (const name of names) best = Math.max(best, scoreWord(name.toLowerCase(), word, name.length));
		if (best === 0) return 0;
		sum += best;
	}
	return sum / words.length;
}

/** What was chosen before stands first, the newest at the top. */
function recentFirst(state: State, commands: readonly Command[]): readonly MenuItem[] {
	const recent = state.commands.flatMap((text): readonly MenuItem[] => {
		const known = commands.find(({command}) => command === text);
		return known ? [known] : argumentCommands(state, text).slice(0, 1);
	});
	return [...recent, ...commands.filter(({command}) => !state.commands.includes(command))];
}

/** A query is ranked once for as long as nothing else changes: it is asked for at every draw and every key. */
function createRanking() {
	let last: {readonly from: State; readonly query: string; readonly items: readonly MenuItem[]} | undefined;
	return (state: State, query: string): readonly MenuItem[] => {
		if (last?.from !== state || last.query !== query) last = {from: state, query, items: rank(state, query)};
		return last.items;
	};
}

function rank(state: State, query: string): readonly MenuItem[] {
	const commands = everyCommand(state);
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0) return recentFirst(state, commands);
	const scored = commands
		.map((command) => ({command, score: score(command, query.trim(), words)}))
		.filter((one) => one.score > 0)
		.sort((a, b) => b.score - a.score)
		.map(({command}) => command);
	return [...argumentCommands(state, query), ...scored];
}

const ranked = createRanking();

/** The name that is most like what was typed, for "did you mean"; null when nothing is alike. */
function nearestCommand(state: State, query: string): string | null {
	const names = everyCommand(state).flatMap((command) => command.names);
	return (
		nearestIds(
			[...new Set(names)].map((id) => ({id})),
			query,
			1,
		)[0] ?? null
	);
}

/** What Tab puts into the line: the command under the cursor, or the next part of its argument; null when the line is that already. */
export function paletteCompletion(state: State): string | null {
	if (state.overlay?.kind !== 'menu') return null;
	const {query, index} = state.overlay;
	const items = ranked(state, query.text);
	const completed = argumentCompletion(items, index, query.text) ?? items[index]?.command ?? nearestCommand(state, query.text);
	return completed === undefined || completed === null || completed === query.text ? null : completed;
}

/** On the command that was typed, Tab goes on to what its argument may be: as far as all of that begins alike. */
function argumentCompletion(items: readonly MenuItem[], index: number, text: string): string | null {
	if (items[index]?.command !== text.trimStart() || !text.includes(' ')) return null;
	const options = items.flatMap(({command}) => (command?.startsWith(text) && command !== text ? [command] : []));
	let shared = options[0];
	if (shared === undefined) return null;
	for (const option of options) while (!option.startsWith(shared)) shared = shared.slice(0, -1);
	return shared === text ? null : shared;
}

/** Every action of the program by name: those of this screen, of the others, and the screens themselves. */
export const paletteMenu: Menu = {
	title: () => 'Commands · type a name, a key or "models policy:yes"',
	items: ranked,
	isRanked: true,
	noMatch(state, query) {
		const nearest = nearestCommand(state, query);
		return `nothing is called "${query.trim()}"${nearest === null ? '' : `; the nearest is "${nearest}": tab takes it`}`;
	},
};
