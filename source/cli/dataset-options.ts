import {type Destination, defaultShape, type GateLevel, type Shape} from '../domain/dataset.js';
import {Failure} from '../domain/failure.js';
import {destinationOptions} from './check-options.js';
import type {OptionRecord} from './command.js';
import {parseLimit} from './list-options.js';
import {readTextOrFile} from './read-input.js';

function parseShare(text: string): number {
	const share = Number(text);
	if (text.trim() === '' || !(share >= 0 && share <= 0.5)) throw new Error('It must be a number from 0 to 0.5.');
	return share;
}

function parseSeed(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new Error('It must be a whole number of at most nine digits.');
	return Number(text);
}

/** `task:200`. */
function parseBalance(text: string): NonNullable<Shape['balance']> {
	const [, tag, rows] = /^(.+):([1-9]\d{0,8})$/.exec(text) ?? [];
	if (tag === undefined) throw new Error('Write a tag and how many rows of each of its values: task:200.');
	return {tag, rows: Number(rows)};
}

/** What becomes of a completion on its way into a training file. */
export const shapeOptions: readonly OptionRecord[] = [
	{flags: '--preference', help: 'Pairs of a better and a worse answer (DPO), from comparisons and ratings.'},
	{flags: '--system <text>', help: 'keep (default), remove, or a text that takes its place; @FILE reads it from a file.'},
	{
		flags: '--turns <which>',
		help: 'last (default): earlier answers get weight 0; all: every answer is trained on.',
		choices: ['last', 'all'],
	},
	{flags: '--tools <how>', help: 'keep (default) or drop; a row that uses tools needs them.', choices: ['keep', 'drop']},
	{flags: '--reasoning <how>', help: 'drop (default), or keep it between <think> and </think>.', choices: ['drop', 'keep']},
	{flags: '--max-tokens <n>', help: 'Leave out rows of more tokens.', parse: parseLimit},
	{flags: '--dedup <how>', help: 'Leave out what is there already: none, exact (default), near.', choices: ['none', 'exact', 'near']},
	{flags: '--balance <tag:n>', help: 'At most so many rows for each value of a tag.', parse: parseBalance},
	{
		flags: '--validation <share>',
		help: `Share of rows to hold out, 0 to 0.5 (default ${defaultShape.validationShare}).`,
		parse: parseShare,
	},
	{flags: '--seed <n>', help: `For the split and the balance (default ${defaultShape.seed}).`, parse: parseSeed},
];

type Options = Readonly<Record<string, unknown>>;

export async function readShape(options: Options): Promise<Shape> {
	const system = (options.system as string | undefined) ?? 'keep';
	const given = {
		turns: options.turns,
		tools: options.tools,
		reasoning: options.reasoning,
		maxTokensPerRow: options.maxTokens,
		dedup: options.dedup,
		balance: options.balance,
		validationShare: options.validation,
		seed: options.seed,
	};
	return {
		...defaultShape,
		...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Shape>),
		kind: options.preference === true ? 'preference' : 'supervised',
		system: system === 'keep' || system === 'remove' ? {mode: system} : {mode: 'replace', text: await readTextOrFile(system)},
	};
}

export {destinationOptions};

/** Throws Failure kind usage for what the gate has to know. */
export function readDestination(options: Options): {readonly destination: Destination; readonly level: GateLevel} {
	const {for: tuner, base, release, student, level} = options as Readonly<Record<string, string | undefined>>;
	const missing = [
		...(tuner === undefined ? ['--for, where it will be trained'] : []),
		...(base === undefined ? ['--base, the base model'] : []),
		...(release === undefined ? ['--release, what becomes of the student'] : []),
	];
	if (missing.length > 0)
		throw new Failure('usage', 'The gate judges every row against a destination.', {next: `Give ${missing.join('; ')}.`});
	return {
		destination: {
			tuner: tuner as Destination['tuner'],
			baseModel: base!,
			release: release as Destination['release'],
			studentName: student ?? null,
		},
		level: (level as GateLevel | undefined) ?? 'route',
	};
}
