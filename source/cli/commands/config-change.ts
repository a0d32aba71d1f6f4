import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import {type SettingSchema, settingPath, settingsSchema} from '../../domain/settings-schema.js';
import type {CommandRecord, Session, SettingsFile, ThemeValues} from '../command.js';
import {confirm} from '../confirm.js';
import {editText} from '../edit-text.js';
import {keyArgument, keyProblems, noSetting, openFile, readStates} from '../read-settings.js';
import {settingsTemplate} from '../settings-template.js';

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

export const configSet: CommandRecord = {
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

export const configUnset: CommandRecord = {
	name: 'unset',
	summary: 'Take one setting out of the file, so that its default counts again.',
	args: [keyArgument],
	options: [],
	examples: [['stillroom config unset theme', 'back to the default']],
	run: ({args}, session) => change(session, String(args[0]), () => undefined),
};

export const configEdit: CommandRecord = {
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
