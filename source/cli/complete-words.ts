import {type CommandGroup, type CommandRecord, flattenCommands, type OptionRecord} from './command.js';
import {globalOptions} from './global-options.js';

/** Names that only a saved file knows. */
export type ValueKind = 'model' | 'dataset' | 'job' | 'evaluation';

/** A word that may stand at the cursor, and what it is for. */
export type Candidate = {readonly word: string; readonly help: string};

type Entries = ReadonlyArray<CommandRecord | CommandGroup>;

/** What the first argument of a command names; every further one the same, where the argument may be repeated. */
export const argumentKinds: Readonly<Record<string, ValueKind>> = {
	model: 'model',
	routes: 'model',
	ask: 'model',
	'dataset create': 'dataset',
	'dataset show': 'dataset',
	'dataset check': 'dataset',
	'dataset pack': 'dataset',
	'jobs create': 'dataset',
	'jobs estimate': 'dataset',
	'jobs show': 'job',
	'jobs follow': 'job',
	'jobs cancel': 'job',
	'jobs pause': 'job',
	'jobs resume': 'job',
	'jobs checkpoints': 'job',
	'jobs result': 'job',
	'evals show': 'evaluation',
	'evals compare': 'evaluation',
	'evals export': 'evaluation',
};

/** What the value of an option names: by command and flag. */
export const optionKinds: Readonly<Record<string, ValueKind>> = {
	'ask --also': 'model',
	'generate --model': 'model',
	'evals run --set': 'dataset',
	'evals run --extend': 'evaluation',
	'evals import --judge': 'model',
	'drift --dataset': 'dataset',
};

const flagOf = ({flags}: OptionRecord): string => flags.split(' ')[0]!;
/** `[gateway]` may be left out, so the next word may be something else as well. */
const takesValue = ({flags}: OptionRecord): 'always' | 'maybe' | 'never' =>
	flags.includes('<') ? 'always' : flags.includes('[') ? 'maybe' : 'never';

type Reading = {
	readonly record: CommandRecord | null;
	readonly group: CommandGroup | null;
	/** Arguments that stand already. */
	readonly args: number;
	readonly given: ReadonlySet<string>;
	/** The option whose value stands at the cursor. */
	readonly waiting: OptionRecord | null;
	/** Behind `--` there are no flags. */
	readonly isPlain: boolean;
	/** Where data lies, as the line says. */
	readonly global: {readonly home?: string; readonly sandbox?: boolean};
};

function readWords(words: readonly string[], entries: Entries): Reading {
	const records = flattenCommands(entries);
	let record: CommandRecord | null = null;
	let group: CommandGroup | null = null;
	let waiting: OptionRecord | null = null;
	let isPlain = false;
	let args = 0;
	const given = new Set<string>();
	const global: {home?: string; sandbox?: boolean} = {};
	const keep = (flag: string, value: string | true) => {
		if (flag === '--home' && value !== true) global.home = value;
		if (['--sandbox', '--catalogue', '--distillable', '--fault', '--sandbox-set'].includes(flag)) global.sandbox = true;
	};
	for (const word of words) {
		if (waiting !== null) {
			const isValue: boolean = takesValue(waiting) === 'always' || !word.startsWith('-');
			if (isValue) keep(flagOf(waiting), word);
			waiting = null;
			if (isValue) continue;
		}
		if (!isPlain && word === '--') isPlain = true;
		else if (!isPlain && word.startsWith('-')) {
			const [flag = '', value] = word.split(/=(.*)/s);
			const option = [...(record?.options ?? []), ...globalOptions].find((candidate) => flagOf(candidate) === flag);
			given.add(flag);
			keep(flag, value ?? true);
			if (option && value === undefined && takesValue(option) !== 'never') waiting = option;
		} else if (record !== null) args += 1;
		else if (group !== null) record = records.find(({name}) => name === `${group!.name} ${word}`) ?? null;
		else {
			const entry = entries.find(({name}) => name === word);
			if (entry && 'commands' in entry) group = entry;
			else record = entry ?? null;
		}
	}
	return {record, group, args, given, waiting, isPlain, global};
}

/** What may stand at the cursor: words that are known, and the kind of names that a file knows. */
export type Completion = {
	readonly candidates: readonly Candidate[];
	readonly kind: ValueKind | null;
	/** Stands before each name of that kind: `--model=`. */
	readonly prefix: string;
	readonly global: Reading['global'];
};

const plainWords = (words: readonly string[] = []): readonly Candidate[] => words.map((word) => ({word, help: ''}));

function valuesOf(option: OptionRecord, name: string, prefix: string): Pick<Completion, 'candidates' | 'kind' | 'prefix'> {
	return {
		candidates: plainWords(option.choices?.map((choice) => `${prefix}${choice}`)),
		kind: optionKinds[`${name} ${flagOf(option)}`] ?? null,
		prefix,
	};
}

/**
 * What can stand at the cursor. `before` are the words between the program's name and the cursor, `current` is the one at the cursor, as far
 * as it was typed. Reads nothing but the records; every candidate begins with `current`.
 */
export function completeWords(before: readonly string[], current: string, entries: Entries): Completion {
	const {record, group, args, given, waiting, isPlain, global} = readWords(before, entries);
	const name = record?.name ?? '';
	const options = [...(record?.options ?? []), ...globalOptions];
	const starting = ({candidates, kind, prefix}: Pick<Completion, 'candidates' | 'kind' | 'prefix'>): Completion => ({
		candidates: candidates.filter(({word}) => word.startsWith(current)),
		kind,
		prefix,
		global,
	});
	const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
	if (!isPlain && flag !== undefined && value !== undefined) {
		const option = options.find((candidate) => flagOf(candidate) === flag);
		return starting(option ? valuesOf(option, name, `${flag}=`) : {candidates: [], kind: null, prefix: ''});
	}
	if (waiting !== null && (takesValue(waiting) === 'always' || !current.startsWith('-'))) return starting(valuesOf(waiting, name, ''));
	const argument = record?.args[Math.min(args, record.args.length - 1)];
	const isBehind = record !== null && args >= record.args.length && !argument?.spec.includes('...');
	const candidates: Candidate[] = [];
	let kind: ValueKind | null = null;
	if (record === null)
		candidates.push(
			...(group ? group.commands : given.has('--help') ? [] : entries).map(({name, summary}) => ({word: name, help: summary})),
		);
	else if (!isBehind) {
		candidates.push(...plainWords(argument?.choices ?? argument?.suggest?.()));
		const isSame = args === 0 || record.args[0]?.spec.includes('...');
		kind = isSame ? (argumentKinds[name] ?? null) : null;
	}
	// Where words can stand, flags would only be in their way until a dash is typed.
	if (!isPlain && (current.startsWith('-') || (candidates.length === 0 && kind === null))) {
		const open = options.filter((option) => option.isRepeatable || !given.has(flagOf(option)));
		candidates.push(...open.map((option) => ({word: flagOf(option), help: option.help})), {word: '--help', help: 'Print help.'});
		if (record === null && group === null) candidates.push({word: '--version', help: 'Print the version.'});
	}
	return starting({candidates, kind: current.startsWith('-') ? null : kind, prefix: ''});
}
