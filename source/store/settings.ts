import {createHash} from 'node:crypto';
import path from 'node:path';
import type {Party} from '../domain/service.js';
import type {StateStore} from '../services/context.js';
import {readText, sayError, setAside} from './write-file.js';

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
		readonly refresh?: 'auto' | 'never' | 'always';
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

const text = {type: 'string', maxLength: 500} as const;
const day = {type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$'} as const;
const dayOrNull = {type: ['string', 'null'], pattern: '^\\d{4}-\\d{2}-\\d{2}$'} as const;
const address = {type: 'string', pattern: '^https?://'} as const;

/** JSON Schema of the settings file; every key is optional, others are refused by name. */
export const settingsSchema = {
	baseUrls: {
		type: 'object',
		additionalProperties: false,
		properties: {
			openrouter: address,
			nanogpt: address,
			openai: address,
			azure: address,
			nebius: address,
			compatible: address,
			together: address,
			fireworks: address,
		},
	},
	keys: {type: 'object', additionalProperties: text},
	keyStore: {type: 'string', enum: ['auto', 'file']},
	theme: {type: 'string', pattern: '^[a-z][a-z0-9-]*$'},
	color: {type: 'string', enum: ['auto', 'always', 'never']},
	themes: {
		type: 'object',
		propertyNames: {pattern: '^[a-z][a-z0-9-]*$'},
		additionalProperties: {
			type: 'object',
			required: ['colors'],
			additionalProperties: false,
			properties: {
				base: {type: 'string', pattern: '^[a-z][a-z0-9-]*$'},
				colors: {type: 'object', additionalProperties: {type: 'string', pattern: '^(#[0-9a-fA-F]{6}|[a-z-]+)$'}},
			},
		},
	},
	mouse: {type: 'boolean'},
	animation: {type: 'boolean'},
	screenReader: {type: 'boolean'},
	bell: {type: 'boolean'},
	defaults: {
		type: 'object',
		additionalProperties: false,
		properties: {filter: text, sort: text, refresh: {type: 'string', enum: ['auto', 'never', 'always']}},
	},
	tunerPrices: {
		type: 'object',
		propertyNames: {pattern: '^(openai|azure|nebius|together|fireworks|own)/.'},
		additionalProperties: {
			type: 'object',
			required: ['usdPerMillionTokens', 'asOf'],
			additionalProperties: false,
			properties: {usdPerMillionTokens: {type: 'number', minimum: 0}, asOf: {type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$'}},
		},
	},
	tunerDates: {
		type: 'object',
		propertyNames: {pattern: '^(openai|azure|nebius|together|fireworks|own)(/.+)?$'},
		additionalProperties: {
			type: 'object',
			required: ['asOf'],
			additionalProperties: false,
			properties: {jobsUntil: dayOrNull, retiresAt: dayOrNull, asOf: day},
		},
	},
} as const;

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
		if (state.read(checkedName) === fingerprint) return {path: file, values: JSON.parse(content) as SettingsValues, problems: []};
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
	return new Conf<SettingsValues>({
		cwd: configFolder,
		configName: fileName,
		schema: settingsSchema,
		rootSchema: {additionalProperties: false},
		accessPropertiesByDotNotation: false,
		clearInvalidConfig: false,
	});
}

/** The values of a text that fits, or the problem that it has, as the end of a sentence. */
async function check(configFolder: string, content: string): Promise<{values: SettingsValues; problem: string | null}> {
	try {
		const json: unknown = JSON.parse(content);
		if (typeof json !== 'object' || json === null || Array.isArray(json))
			return {values: {}, problem: 'cannot be used: it holds no object'};
	} catch (error) {
		return {values: {}, problem: `is not JSON (${error instanceof Error ? error.message : String(error)})`};
	}
	try {
		const store = await openConf(configFolder);
		return {values: {...store.store} as SettingsValues, problem: null};
	} catch (error) {
		return {values: {}, problem: `cannot be used: ${sayIssue(error)}`};
	}
}

function sayIssue(error: unknown): string {
	return sayError(error)
		.replace(/^Config schema violation: /, '')
		.replace(/\.$/, '');
}
