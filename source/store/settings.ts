import {createHash} from 'node:crypto';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {sayNearest} from '../domain/nearest-names.js';
import type {Party} from '../domain/service.js';
import {settings, settingsSchema, withoutDefaults} from '../domain/settings-schema.js';
import type {StateStore} from '../services/context.js';
import {readText, sayError, setAside, writeWhole} from './write-file.js';

/** What a person may set once instead of at every start. Keys of services never belong here. */
export type SettingsValues = {
	readonly baseUrls?: Readonly<Partial<Record<Party, string>>>;
	/** Binding id to comma-separated chords: `{"models.copy": "y,c"}`. */
	readonly keys?: Readonly<Record<string, string>>;
	/** Where `stillroom setup` keeps keys of services: `auto` takes the keyring of the operating system where there is one, `file` never does. */
	readonly keyStore?: 'auto' | 'file';
	readonly theme?: string;
	readonly color?: 'auto' | 'always' | 'never';
	/** Themes of one's own, by name: a theme to begin with, and what is drawn otherwise, by tone: a name such as `bright-green`, or `#rrggbb`. */
	readonly themes?: Readonly<Record<string, {readonly base?: string; readonly colors: Readonly<Record<string, string>>}>>;
	/** Take the wheel and clicks; false where it is not said. */
	readonly mouse?: boolean;
	/** Signs that the dashboard draws by itself; auto where it is not said. */
	readonly glyphs?: 'auto' | 'ascii' | 'unicode';
	/** Name the terminal's window; true where it is not said. */
	readonly title?: boolean;
	/** May things move by themselves? true where it is not said. */
	readonly animation?: boolean;
	/** Always start as for a screen reader; false where it is not said. */
	readonly screenReader?: boolean;
	/** The terminal's bell when a job ends; false where it is not said. */
	readonly bell?: boolean;
	readonly defaults?: {
		/** A filter that the Models screen starts with. */
		readonly filter?: string;
		readonly sort?: string;
	};
	/**
	 * What a tuner asks for, by `tuner/base model`, where the register knows no price or an old one:
	 * `{"openai/gpt-4.1-mini": {"usdPerMillionTokens": 5, "asOf": "2026-11-21"}}`. USD for a million trained tokens, and the day it was read.
	 */
	readonly tunerPrices?: Readonly<Record<string, {readonly usdPerMillionTokens: number; readonly asOf: string}>>;
	/**
	 * When a tuner or a base model ends, where the register is old: `{"openai": {"jobsUntil": "2027-01-06", "asOf": "2026-11-21"}}`, or by
	 * `tuner/base model` with `retiresAt`. Null takes a day back.
	 */
	readonly tunerDates?: Readonly<
		Record<string, {readonly jobsUntil?: string | null; readonly retiresAt?: string | null; readonly asOf: string}>
	>;
};

/** The settings file and how it is. */
export type Settings = {
	readonly path: string;
	readonly values: SettingsValues;
	/** Sentences about what is wrong with the file; empty when it is fine or not there. */
	readonly problems: readonly string[];
};

const fileName = 'settings';
/** Under this name the state remembers which text of the file was found to be right. */
const checkedName = 'settings-checked';

export function settingsPath(configFolder: string): string {
	return path.join(configFolder, `${fileName}.json`);
}

/** Reads and checks the settings file and leaves it alone, whatever is wrong with it. Never throws. */
export async function readSettings(configFolder: string): Promise<Settings> {
	const file = settingsPath(configFolder);
	try {
		const content = readText(file);
		if (content === null) return {path: file, values: {}, problems: []};
		const {values, problem} = await check(configFolder, content);
		return {path: file, values, problems: problem === null ? [] : [`${file} ${problem}.`]};
	} catch (error) {
		return {path: file, values: {}, problems: [`${file} cannot be read: ${sayError(error)}.`]};
	}
}

/**
 * The settings to run with. A broken file is named, set aside and never overwritten; the program then runs with the defaults. A text that
 * was checked before, as `state` remembers, is not checked again: the checker takes longer to load than the first frame. Never throws.
 */
export async function openSettings(configFolder: string, state: StateStore, now: () => Date = () => new Date()): Promise<Settings> {
	const file = settingsPath(configFolder);
	try {
		const content = readText(file);
		if (content === null) return {path: file, values: {}, problems: []};
		const fingerprint = createHash('sha256').update(JSON.stringify(settingsSchema)).update(content).digest('hex');
		if (state.read(checkedName) === fingerprint) return {path: file, values: await parseText(content), problems: []};
		const {values, problem} = await check(configFolder, content);
		if (problem !== null) return {path: file, values: {}, problems: [setAside(file, problem, now())]};
		state.save(checkedName, fingerprint);
		return {path: file, values, problems: []};
	} catch (error) {
		return {path: file, values: {}, problems: [`${file} cannot be read: ${sayError(error)}.`]};
	}
}

async function openConf(configFolder: string) {
	const {default: Conf} = await import('conf');
	const {parse} = await openParser();
	return new Conf<SettingsValues>({
		cwd: configFolder,
		configName: fileName,
		schema: withoutDefaults(settingsSchema),
		rootSchema: {additionalProperties: false},
		deserialize: (text) => parse(text, [], parseOptions) as SettingsValues,
		accessPropertiesByDotNotation: false,
		clearInvalidConfig: false,
	});
}

/** The values of a text that fits, or the problem that it has, as the end of a sentence. */
async function check(configFolder: string, content: string): Promise<{values: SettingsValues; problem: string | null}> {
	const unreadable = await findUnreadable(content);
	if (unreadable !== null) return {values: {}, problem: unreadable};
	try {
		const store = await openConf(configFolder);
		return {values: {...store.store} as SettingsValues, problem: null};
	} catch (error) {
		const {parse} = await openParser();
		const unknown = sayUnknown(parse(content, [], parseOptions) as object);
		return {values: {}, problem: `cannot be used: ${unknown ?? sayIssue(error)}`};
	}
}

/** Comments and a comma behind the last entry are as welcome as in other files that people write by hand. */
const parseOptions = {allowTrailingComma: true, disallowComments: false} as const;

/** The package is in an older format of modules, which a bundle and Node wrap differently. */
async function openParser(): Promise<typeof import('jsonc-parser')> {
	const loaded = await import('jsonc-parser');
	return (loaded as unknown as {readonly default?: typeof loaded}).default ?? loaded;
}

/** Most files are plain JSON, and need no parser that has to be loaded first. */
async function parseText(content: string): Promise<SettingsValues> {
	try {
		return JSON.parse(content) as SettingsValues;
	} catch {
		const {parse} = await openParser();
		return parse(content, [], parseOptions) as SettingsValues;
	}
}

async function findUnreadable(content: string): Promise<string | null> {
	const {parse, printParseErrorCode} = await openParser();
	const errors: {readonly error: number; readonly offset: number}[] = [];
	const value: unknown = parse(content, errors as never[], parseOptions);
	const [first] = errors;
	if (first) {
		const lines = content.slice(0, first.offset).split('\n');
		const words = printParseErrorCode(first.error)
			.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
			.toLowerCase();
		return `is not JSON (line ${lines.length}, column ${lines.at(-1)!.length + 1}: ${words})`;
	}
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'cannot be used: it holds no object';
}

/** The keys that there are not, each with the nearest that there is; null where all are known. */
function sayUnknown(values: object): string | null {
	const tops = Object.keys(settingsSchema);
	const names = [...new Set([...tops, ...settings.map(({key}) => key)])];
	const found = Object.entries(values).flatMap(([key, value]) => {
		if (!tops.includes(key)) return [key];
		const {properties} = settingsSchema[key as keyof typeof settingsSchema] as {readonly properties?: object};
		if (!properties || typeof value !== 'object' || value === null) return [];
		return Object.keys(value).flatMap((inner) => (inner in properties ? [] : [`${key}.${inner}`]));
	});
	if (found.length === 0) return null;
	return found.map((key) => `there is no setting "${key}"${sayNearest(names, key).replace(/\?$/, '')}`).join('; ');
}

function sayIssue(error: unknown): string {
	return sayError(error)
		.replace(/^Config schema violation: /, '')
		.replace(/\.$/, '');
}

/** What is wrong with a text that shall become the settings; an empty list when nothing is. Looks at the text alone. */
export async function checkSettings(content: string): Promise<readonly string[]> {
	const folder = mkdtempSync(path.join(tmpdir(), 'stillroom-settings-'));
	try {
		writeWhole(settingsPath(folder), content);
		const {problem} = await check(folder, content);
		return problem === null ? [] : [`The text ${problem}.`];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/**
 * The text with one value changed, or taken away where it is undefined; every other byte, comments too, stays as it is. `place` are the names of
 * the keys on the way to it.
 */
export async function changeSettings(content: string, place: readonly string[], value: unknown): Promise<string> {
	const {applyEdits, modify} = await openParser();
	const eol = content.includes('\r\n') ? '\r\n' : '\n';
	const indent = /\n([ \t]+)"/.exec(content)?.[1] ?? '  ';
	const formattingOptions = {insertSpaces: !indent.startsWith('\t'), tabSize: indent.startsWith('\t') ? 1 : indent.length, eol};
	return applyEdits(content, modify(content, [...place], value, {formattingOptions}));
}

/** Replaces the settings at once or not at all; where the file is a link, what it points to. Throws the system's error. */
export function writeSettings(configFolder: string, content: string): void {
	const file = settingsPath(configFolder);
	const target = readText(file) === null ? file : realpathSync(file);
	writeWhole(target, content);
}

/** The text of the settings file; null when there is none. Throws the system's error. */
export const readSettingsText = (configFolder: string): string | null => readText(settingsPath(configFolder));
