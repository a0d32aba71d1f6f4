import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import {settingPath, wholeSettingsSchema} from '../../domain/settings-schema.js';
import type {Column} from '../../view/cell.js';
import {formatCount} from '../../view/format.js';
import {plainTable} from '../../view/plain-table.js';
import type {CommandGroup, CommandRecord} from '../command.js';
import {describeServices} from '../describe-services.js';
import {keyArgument, keyProblems, noSetting, openFile, readStates, sayValue} from '../read-settings.js';
import type {SettingState} from '../setting-states.js';
import {settingsTemplate} from '../settings-template.js';
import {configEdit, configSet, configUnset} from './config-change.js';

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
	commands: [printCommand, getCommand, configSet, configUnset, configEdit, validateCommand, schemaCommand, pathCommand, servicesCommand],
};
