import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import {isRecord} from '../../domain/is-record.js';
import {sayNearest} from '../../domain/nearest-names.js';
import {type SettingSchema, settingPath, settings, settingsSchema, wholeSettingsSchema} from '../../domain/settings-schema.js';
import type {Column} from '../../view/cell.js';
import {formatCount} from '../../view/format.js';
import {plainTable} from '../../view/plain-table.js';
import type {CommandGroup, CommandRecord, Session, SettingsFile, ThemeValues} from '../command.js';
import {confirm} from '../confirm.js';
import {describeServices} from '../describe-services.js';
import {editText} from '../edit-text.js';
import {type SettingState, type SettingValue, settingStates} from '../setting-states.js';
import {settingsTemplate} from '../settings-template.js';

const sayValue = (value: SettingValue): string => (value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));

const columns: ReadonlyArray<Column<SettingState>> = [
	{id: 'key', title: 'Setting', width: 22, cell: ({key}) => ({text: key, tone: 'accent'})},
	{
		id: 'value',
		title: 'Value',
		width: 34,
		isFlexible: true,
		cell: ({value}) => ({text: sayValue(value), tone: value === null ? 'dim' : 'plain'}),
	},
	{id: 'default', title: 'Default', width: 16, dropOrder: 1, cell: (state) => ({text: sayValue(state.default), tone: 'dim'})},
	{
		id: 'origin',
		title: 'From',
		width: 24,
		cell: ({origin}) => ({text: sayOrigin(origin), tone: origin.kind === 'default' ? 'dim' : 'good'}),
	},
];

const sayOrigin = ({kind, name}: SettingState['origin']): string => (kind === 'settings' ? 'settings' : (name ?? 'default'));

const openFile = ({ports, global}: Session): Promise<SettingsFile> => ports.openSettingsFile(global);

/** The states of all settings. Problems of the file are said, and its values then left out. */
async function readStates(session: Session): Promise<readonly SettingState[]> {
	const {path, home, isSandbox} = await openFile(session);
	const {values, problems} = await session.ports.readSettings(session.global);
	for (const problem of problems) session.diagnostics.warn(problem);
	return settingStates({values, path, home, isSandbox, global: session.global, env: session.io.env});
}

function noSetting(key: string): Failure {
	const names = settings.map((one) => one.key);
	return new Failure('usage', `There is no setting "${cleanText(key)}"${sayNearest(names, key).replace(/\?$/, '')}.`, {
		next: 'stillroom config print lists them all.',
	});
}

/** What the schema says of the value at a place. */
function schemaAt([name = '', inner]: readonly string[]): SettingSchema {
	const schema = (settingsSchema as unknown as Readonly<Record<string, SettingSchema>>)[name]!;
	if (inner === undefined) return schema;
	return schema.properties?.[inner] ?? (schema.additionalProperties as SettingSchema);
}

/** A typed word as the value that the setting takes. Throws Failure kind usage for what can be none. */
function readValue(text: string, {type, enum: values}: SettingSchema, key: string): unknown {
	if (type === 'string') {
		if (values && !values.includes(text))
			throw new Failure('usage', `"${cleanText(text)}" is no value of ${key}.`, {next: `It is one of ${values.join(', ')}.`});
		return text;
	}
	if (type === 'boolean') {
		if (text === 'true' || text === 'false') return text === 'true';
		throw new Failure('usage', `"${cleanText(text)}" is no value of ${key}.`, {next: 'It is true or false.'});
	}
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new Failure('usage', `The value of ${key} is JSON.`, {why: `"${cleanText(text)}" is none.`});
	}
}

/** Sentences about keys that the settings name. */
async function keyProblems(session: Session, values: Readonly<Record<string, unknown>>) {
	const keys = isRecord(values.keys) ? (values.keys as Readonly<Record<string, string>>) : {};
	return session.ports.checkKeys(keys);
}

/** Sentences about themes that there were not before. */
async function newThemeProblems({ports}: Session, before: ThemeValues, after: ThemeValues): Promise<readonly string[]> {
	const known = await ports.checkThemes(before);
	return (await ports.checkThemes(after)).filter((sentence) => !known.includes(sentence));
}

/** Checks a text and puts it into the place of the settings. Throws Failure, and has then changed nothing. */
async function replace(session: Session, file: SettingsFile, text: string): Promise<void> {
	const old = await session.ports.readSettings(session.global);
	const known = new Set((await keyProblems(session, old.values)).map((one) => one.text));
	const [problem] = await file.check(text);
	if (problem !== undefined) throw new Failure('usage', 'Nothing was changed: these could not be the settings.', {why: problem});
	try {
		file.write(text);
	} catch (error) {
		throw new Failure('failed', `${file.path} could not be written.`, {why: error instanceof Error ? error.message : String(error)});
	}
	const {values} = await session.ports.readSettings(session.global);
	for (const {text: sentence} of await keyProblems(session, values)) if (!known.has(sentence)) session.diagnostics.warn(sentence);
	for (const sentence of await newThemeProblems(session, old.values, values)) session.diagnostics.warn(sentence);
}

async function change(session: Session, key: string, read: (schema: SettingSchema) => unknown): Promise<number> {
	const place = settingPath(key);
	if (place === null) throw noSetting(key);
	const file = await openFile(session);
	const value = read(schemaAt(place));
	if (place[0] === 'keys' && place[1] !== undefined && typeof value === 'string') {
		const [wrong] = (await session.ports.checkKeys({[place[1]]: value})).filter(({kind}) => kind !== 'conflict');
		if (wrong) throw new Failure('usage', wrong.text);
	}
	if (key === 'theme' && typeof value === 'string') {
		const {values} = await session.ports.readSettings(session.global);
		const [wrong] = await newThemeProblems(session, {...values, theme: undefined}, {...values, theme: value});
		if (wrong !== undefined) throw new Failure('usage', wrong);
	}
	const text = file.read();
	if (text === null && value === undefined) {
		session.diagnostics.note(`${key} was not set.`);
		return 0;
	}
	const [problem] = text === null ? [] : await file.check(text);
	if (problem !== undefined)
		throw new Failure('failed', `Nothing was changed: the settings in ${file.path} cannot be used as they are.`, {
			why: problem,
			next: 'Mend them with stillroom config edit.',
		});
	await replace(session, file, await file.change(text ?? '{}\n', place, value));
	const state = (await readStates(session)).find((one) => one.key === key);
	if (value === undefined) session.diagnostics.note(`${key} is no longer set in ${file.path}.`);
	else session.diagnostics.note(`${key} is ${cleanText(JSON.stringify(value))} in ${file.path}.`);
	if (value !== undefined && state && state.origin.kind !== 'settings' && state.origin.kind !== 'default')
		session.diagnostics.warn(`${state.origin.name} says otherwise now, and comes before the settings.`);
	return 0;
}

const keyArgument = {
	spec: '<key>',
	help: 'A setting, such as color, baseUrls.openai or keys.models.copy.',
	suggest: () => settings.map(({key}) => key),
};

const pathCommand: CommandRecord = {
	name: 'path',
	summary: 'Print the path of the settings file.',
	args: [],
	options: [],
	examples: [['stillroom config path', 'where the settings file is, or would be']],
	async run(_, session) {
		await session.output.write(`${(await openFile(session)).path}\n`);
		return 0;
	},
};

const printCommand: CommandRecord = {
	name: 'print',
	summary: 'Print every setting with its value, its default, and where the value comes from.',
	args: [],
	options: [
		{flags: '--json', help: 'The same as a JSON array.', conflicts: ['file']},
		{flags: '--file', help: 'A settings file with comments, to begin with: what is set as it is, the rest commented out.'},
	],
	outputs: [{flags: '--json', schema: 'config-print'}],
	examples: [
		['stillroom config print', 'what counts now, and who says so'],
		['stillroom config print --file > settings.json', 'a file with comments to start from'],
		[`stillroom config print --json | jq -r '.[] | select(.origin.kind != "default") | .key'`, 'what is not as it comes'],
	],
	notes: () =>
		'A flag comes before the environment, the environment before the settings, the settings before the default. No key of a service is printed.',
	async run({options}, session) {
		const states = await readStates(session);
		if (options.file) await session.output.write(settingsTemplate(states));
		else if (options.json) await session.output.write(`${JSON.stringify(states, null, 2)}\n`);
		else {
			await session.output.writeLines(plainTable(columns, states, {width: session.output.columns, paint: await session.paint()}));
			session.diagnostics.note(
				`Settings file: ${(await openFile(session)).path}${(await openFile(session)).read() === null ? ', which is not there yet' : ''}`,
			);
		}
		return 0;
	},
};

const getCommand: CommandRecord = {
	name: 'get',
	summary: 'Print the value of one setting.',
	args: [keyArgument],
	options: [],
	examples: [
		['stillroom config get color', 'as it counts now: from a flag, the environment, the settings, or the default'],
		['stillroom config get keys.models.copy', 'the keys of one action; exit code 1 where none are set'],
	],
	async run({args}, session) {
		const key = String(args[0]);
		if (key !== 'home' && settingPath(key) === null) throw noSetting(key);
		const states = await readStates(session);
		const one = states.find((state) => state.key === key);
		const inside = states.filter((state) => state.key.startsWith(`${key}.`) && state.value !== null);
		const value = one
			? one.value
			: inside.length > 0
				? Object.fromEntries(inside.map((state) => [state.key.slice(key.length + 1), state.value]))
				: null;
		if (value === null) {
			session.diagnostics.note(`${key} is not set.`);
			return exitCodes.failed;
		}
		await session.output.write(`${sayValue(value)}\n`);
		return 0;
	},
};

const setCommand: CommandRecord = {
	name: 'set',
	summary: 'Change one setting in the file; everything else in it stays as it is.',
	args: [keyArgument, {spec: '<value>', help: 'A word, true or false, or JSON where the setting holds more.'}],
	options: [],
	examples: [
		['stillroom config set theme high-contrast', 'a word'],
		['stillroom config set keys.models.copy y,w', 'two keys for one action; an empty text takes its keys away'],
		[`stillroom config set tunerPrices.openai/gpt-4.1-mini '{"usdPerMillionTokens": 5, "asOf": "2026-11-21"}'`, 'JSON'],
	],
	notes: () => 'The value is checked first; the file is replaced at once or not at all, and comments in it stay.',
	run: ({args}, session) => change(session, String(args[0]), (schema) => readValue(String(args[1]), schema, String(args[0]))),
};

const unsetCommand: CommandRecord = {
	name: 'unset',
	summary: 'Take one setting out of the file, so that its default counts again.',
	args: [keyArgument],
	options: [],
	examples: [['stillroom config unset theme', 'back to the default']],
	run: ({args}, session) => change(session, String(args[0]), () => undefined),
};

const editCommand: CommandRecord = {
	name: 'edit',
	summary: 'Edit the settings in $EDITOR; they are checked before they replace the old ones.',
	args: [],
	options: [],
	examples: [['EDITOR=nano stillroom config edit', 'the whole file; without one, all settings commented out']],
	notes: () => 'What cannot be used replaces nothing: you are asked to go on editing, and what you wrote stays in a file that is named.',
	async run(_, session) {
		const file = await openFile(session);
		const before = file.read();
		const begun = before ?? settingsTemplate(await readStates(session));
		const editing = editText(begun, 'settings.json', session.io);
		for (;;) {
			const text = await editing.run();
			if (text === begun) {
				editing.discard();
				session.diagnostics.note('Nothing was changed.');
				return 0;
			}
			const [problem] = await file.check(text);
			if (problem !== undefined) {
				session.diagnostics.warn(problem);
				const isAgain = session.io.stdin.isTTY === true && (await confirm(session, 'Edit it again?', false));
				if (isAgain) continue;
				throw new Failure('failed', 'The settings stay as they were.', {next: `What was written is in ${editing.file}.`});
			}
			if (file.read() !== before)
				throw new Failure('failed', `${file.path} was changed by somebody else meanwhile: nothing was replaced.`, {
					next: `What was written is in ${editing.file}.`,
				});
			await replace(session, file, text);
			editing.discard();
			session.diagnostics.note(`The settings in ${file.path} are changed.`);
			return 0;
		}
	},
};

const schemaCommand: CommandRecord = {
	name: 'schema',
	summary: 'Print the JSON Schema of the settings file, for editors.',
	args: [],
	options: [],
	examples: [
		[
			'stillroom config schema > settings.schema.json',
			'with "$schema": "./settings.schema.json" in the settings, an editor completes and checks them',
		],
	],
	async run(_, session) {
		await session.output.write(`${JSON.stringify(wholeSettingsSchema, null, 2)}\n`);
		return 0;
	},
};

const validateCommand: CommandRecord = {
	name: 'validate',
	summary: 'Check the settings file: keys that clash or never arrive and themes that are not, as well.',
	args: [],
	options: [],
	examples: [
		[
			'stillroom config validate',
			'exit code 0 when the file can be used, 1 when it cannot, two actions want one key, or a theme is not as it is named',
		],
	],
	async run(_, session) {
		const {path, values, problems} = await session.ports.readSettings(session.global);
		if (problems.length > 0)
			throw new Failure('failed', `The settings in ${path} cannot be used.`, {
				why: problems.join(' '),
				next: 'Mend the file with stillroom config edit, or delete it to start with the defaults.',
			});
		const wrong = [
			[(await keyProblems(session, values)).map(({text}) => text), 'keys'],
			[await session.ports.checkThemes(values), 'themes'],
		] as const;
		for (const [sentences, what] of wrong) {
			if (sentences.length === 0) continue;
			session.diagnostics.write(`stillroom: The settings in ${path} have ${formatCount(sentences.length, 'problem')} with ${what}.`);
			for (const text of sentences) session.diagnostics.write(`  ${cleanText(text)}`);
		}
		if (wrong.some(([sentences]) => sentences.length > 0)) return exitCodes.failed;
		session.diagnostics.note(`The settings in ${path} are fine.`);
		return 0;
	},
};

const servicesCommand: CommandRecord = {
	name: 'services',
	summary: 'List the services with their addresses and whether they have a key.',
	args: [],
	options: [],
	examples: [['stillroom config services', 'which services, tuning services too, have an address and a key; no key is printed']],
	notes: () =>
		[
			'Keys never belong into the settings: they are read from OPENROUTER_API_KEY, NANOGPT_API_KEY and OPENAI_API_KEY, and for training from',
			'AZURE_OPENAI_API_KEY, NEBIUS_API_KEY, TOGETHER_API_KEY, FIREWORKS_API_KEY (with FIREWORKS_ACCOUNT_ID) and TUNER_API_KEY, or kept by',
			'stillroom setup. Addresses are NAME_BASE_URL for each, or baseUrls in the settings; Azure (AZURE_OPENAI_BASE_URL) and a tuner of your own',
			'(TUNER_BASE_URL) have no default.',
		].join('\n'),
	async run(_, session) {
		const paint = await session.paint();
		const described = describeServices(await session.context());
		await session.output.writeLines(described.map(({name, text}) => `${paint(name.padEnd(12), 'dim')} ${text}`));
		return 0;
	},
};

export const configCommand: CommandGroup = {
	name: 'config',
	summary: 'Settings: print them with their origins, change them, check them, and the schema of their file.',
	commands: [printCommand, getCommand, setCommand, unsetCommand, editCommand, validateCommand, schemaCommand, pathCommand, servicesCommand],
};
