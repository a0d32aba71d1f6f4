import {allGroups, keysOf} from './keys/groups.js';
import type {State} from './state/state.js';

/** What a command of the command line is here: the binding that does it, and where. */
const twins: readonly (readonly [command: RegExp, id: string, where: string])[] = [
	[/stillroom dataset check\b(?: [\w@.-]+)?/g, 'datasets.check', 'Datasets'],
	[/stillroom dataset pack\b(?: --force)?/g, 'datasets.pack', 'Datasets'],
	[/stillroom dataset create\b(?: (?:--[a-z]+|[\w@/:-]+(?:\.\w+)*))*/g, 'datasets.new', 'Datasets'],
	[/stillroom dataset (?:list|show)\b/g, 'app.open-datasets', ''],
	[/stillroom jobs (?:list|show|follow)\b(?: [\w-]*\d[\w-]*)?/g, 'app.open-jobs', ''],
	[/stillroom completions sync\b/g, 'completions.sync', 'Completions'],
	[/stillroom completions undo\b/g, 'completions.undo', 'Completions'],
	[/stillroom completions (?:list|show)\b/g, 'app.open-completions', ''],
	[/stillroom evals (?:list|show)\b/g, 'app.open-evals', ''],
	[/stillroom models\b/g, 'app.open-models', ''],
	[/stillroom setup\b(?: [a-z]+)?/g, 'app.setup', ''],
];

function keyWords(state: State, id: string, where: string): string | null {
	const binding = allGroups.flatMap(({bindings}) => bindings).find((one) => one.id === id);
	const key = binding && keysOf(state, binding)[0];
	if (key === undefined) return null;
	return id.startsWith('app.open-') ? `screen ${key}` : where === '' ? key : `${key} on ${where}`;
}

/** A message of the services in words of the dashboard: its keys instead of commands, and what only the command line has is called so. */
export function dashboardWords(state: State, text: string): string {
	if (!/stillroom [a-z]|--[a-z]/.test(text)) return text;
	let words = text.replaceAll(/ with --out\b/g, '');
	for (const [command, id, where] of twins) {
		const key = keyWords(state, id, where);
		if (key !== null) words = words.replaceAll(command, key);
	}
	const sandbox = keyWords(state, 'app.sandbox', '');
	if (sandbox !== null)
		words = words.replaceAll(/(?:try it|start|use) with --sandbox|use --sandbox/g, `go over to the sandbox with ${sandbox}`);
	if (/on the command line/.test(words)) return words;
	return words
		.replaceAll(
			/`?\bstillroom (?:ledger|verify|drift|check|config|bindings|generate|ask|completions|dataset|jobs|evals)\b/g,
			(command) => `on the command line ${command}`,
		)
		.replaceAll(/(?<!\S[^.]*on the command line[^.]*)(--[a-z][a-z-]+)/g, '$1 (on the command line)');
}
