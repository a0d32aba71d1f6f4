import {sayNearest} from '../../domain/nearest-names.js';
import {screenIds, screens} from '../screens/index.js';
import type {Binding, BindingGroup} from './binding.js';
import {chordProblem, splitChords} from './chord-problem.js';
import {allGroups, reaches} from './groups.js';

export type BindingProblem = {
	/** `unknown`: no action is called so; `impossible`: the key never arrives there; `reserved`: it always quits; `conflict`: two actions want it at once. */
	readonly kind: 'unknown' | 'impossible' | 'reserved' | 'conflict';
	/** The action that the settings name. */
	readonly id: string;
	/** Whole sentences: what, which wins, how to mend it. */
	readonly text: string;
};

/** Ctrl+C ends and quits, whatever else is rebound: so there is always a way out. */
const mayTakeControlC = (id: string): boolean => id.endsWith('.quit') || id === 'app.end-work';

/** The keys of the settings by action, without those that would take the way out. */
export function toChords(keys: Readonly<Record<string, string>> = {}): Readonly<Record<string, readonly string[]>> {
	return Object.fromEntries(
		Object.entries(keys).map(([id, text]) => [id, splitChords(text).filter((chord) => chord !== 'ctrl+c' || mayTakeControlC(id))]),
	);
}

/** What is wrong with the keys that the settings name; an empty list when nothing is. The keys as they come have no such problems. */
export function checkBindings(keys: Readonly<Record<string, string>> = {}): readonly BindingProblem[] {
	if (Object.keys(keys).length === 0) return [];
	const ids = [...new Set(allGroups.flatMap(({bindings}) => bindings.map(({id}) => id)))];
	const problems: BindingProblem[] = [];
	for (const [id, text] of Object.entries(keys)) {
		if (!ids.includes(id as Binding['id'])) {
			const near = sayNearest(ids, id);
			problems.push({
				kind: 'unknown',
				id,
				text: `The settings rebind "${id}", which is no action${near === '' ? ': stillroom bindings lists them.' : near}`,
			});
			continue;
		}
		for (const chord of splitChords(text)) {
			const why = chordProblem(chord);
			if (why !== null)
				problems.push({kind: 'impossible', id, text: `The settings bind ${id} to "${chord}", which can never be pressed: it ${why}.`});
			if (chord === 'ctrl+c' && !mayTakeControlC(id))
				problems.push({
					kind: 'reserved',
					id,
					text: `The settings bind ${id} to ctrl+c, which always ends and quits: it does not do that here.`,
				});
		}
	}
	return [...problems, ...findConflicts(toChords(keys))];
}

type Claim = {readonly binding: Binding; readonly group: BindingGroup};

function findConflicts(chords: Readonly<Record<string, readonly string[]>>): readonly BindingProblem[] {
	const found = new Map<string, {readonly problem: BindingProblem; readonly where: string[]; readonly rest: string}>();
	for (const {where, groups, isText} of reaches()) {
		const claims = new Map<string, Claim[]>();
		for (const group of groups) {
			for (const binding of group.bindings) {
				for (const chord of chords[binding.id] ?? binding.keys) {
					if (isText && isTyped(chord) && chords[binding.id]) addTyped(binding, chord, where);
					else claims.set(chord, [...(claims.get(chord) ?? []), {binding, group}]);
				}
			}
		}
		for (const [chord, all] of claims) for (const [winner, loser] of pairs(all)) addPair(winner, loser, chord, where);
	}
	function addTyped(binding: Binding, chord: string, where: string): void {
		add(
			`${binding.id} ${chord}`,
			binding.id,
			`The settings bind ${binding.id} to ${sayChord(chord)}, which is typed as text in`,
			where,
			': it does nothing there. Give it a key that types nothing, such as one with ctrl.',
			'impossible',
		);
	}
	function addPair({binding: winner}: Claim, {binding: loser}: Claim, chord: string, where: string): void {
		if (winner.id === loser.id || !(chords[winner.id] ?? chords[loser.id])) return;
		// Two that share a key as they come do so on purpose: one gives way to the other.
		if (winner.keys.includes(chord) && loser.keys.includes(chord)) return;
		const rebound = chords[winner.id] ? winner : loser;
		const outcome = winner.when
			? `${winner.id} (${winner.label}) wins wherever it can be used, else it is ${loser.id} (${loser.label})`
			: `${winner.id} (${winner.label}) wins, and ${loser.id} (${loser.label}) is not reached by it`;
		add(
			`${winner.id} ${loser.id} ${chord}`,
			rebound.id,
			`${winner.id} and ${loser.id} both want ${sayChord(chord)} in`,
			where,
			`: ${outcome}. Give one of them another key in the settings, or none: "keys": {"${rebound.id}": ""}.`,
			'conflict',
		);
	}
	function add(name: string, id: string, head: string, where: string, rest: string, kind: BindingProblem['kind']): void {
		const known = found.get(name);
		if (known) known.where.push(where);
		else found.set(name, {problem: {kind, id, text: head}, where: [where], rest});
	}
	return [...found.values()].map(({problem, where, rest}) => ({...problem, text: `${problem.text} ${sayWhere(where)}${rest}`}));
}

function pairs(all: readonly Claim[]): readonly (readonly [Claim, Claim])[] {
	return all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const));
}

const isTyped = (chord: string): boolean => [...chord].length === 1 || chord === 'space';
const sayChord = (chord: string): string => (chord === ',' ? 'comma' : chord);

/** Names of places, the first few where there are many. */
function sayWhere(where: readonly string[]): string {
	const places = [...new Set(where)];
	if (places.length === screenIds.length && screenIds.every((id) => places.includes(screens[id].title))) return 'every screen';
	return places.length > 4 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more places` : places.join(', ');
}
