import {isRecord} from '../domain/is-record.js';
import {parties, variablePrefix} from '../domain/service.js';
import {type SettingSchema, settings} from '../domain/settings-schema.js';
import type {GlobalOptions} from './command.js';

export type SettingValue = string | number | boolean | null | {readonly [key: string]: unknown} | readonly unknown[];

/** One setting as it counts now, and who says so. */
export type SettingState = {
	/** As `config get` and `config set` take it; `home` is the folder of all, which no settings file can name. */
	readonly key: string;
	/** Null where nothing is set and nothing stands in its place. */
	readonly value: SettingValue;
	/** What it is when nobody says otherwise; null for nothing. */
	readonly default: SettingValue;
	readonly origin: {
		readonly kind: 'flag' | 'environment' | 'settings' | 'default';
		/** The flag, the variable, or the path of the file; null for the default. */
		readonly name: string | null;
	};
};

type Said = {readonly value: SettingValue; readonly origin: SettingState['origin']};

const byFlag = (name: string, value: SettingValue): Said => ({value, origin: {kind: 'flag', name}});
const byVariable = (name: string, value: SettingValue): Said => ({value, origin: {kind: 'environment', name}});

/** What a flag says of a setting; null where none does. */
function fromFlag(key: string, global: GlobalOptions, isSandbox: boolean): Said | null {
	const urls: Readonly<Record<string, readonly [string, string | undefined]>> = {
		'baseUrls.openrouter': ['--openrouter-url', global.openrouterUrl],
		'baseUrls.nanogpt': ['--nanogpt-url', global.nanogptUrl],
		'baseUrls.openai': ['--openai-url', global.openaiUrl],
	};
	if (key.startsWith('baseUrls.') && isSandbox) return byFlag('--sandbox', 'the embedded server');
	const [flag, url] = urls[key] ?? [];
	if (flag !== undefined && url !== undefined) return byFlag(flag, url);
	if (key === 'color' && global.color !== undefined)
		return global.color === false ? byFlag('--no-color', 'never') : byFlag('--color', global.color);
	if (key === 'theme' && global.theme !== undefined) return byFlag('--theme', global.theme);
	if (key === 'screenReader' && global.screenReader !== undefined) return byFlag('--screen-reader', global.screenReader);
	if (key === 'mouse' && global.mouse !== undefined) return byFlag('--mouse', global.mouse);
	if (key === 'animation' && global.animation === false) return byFlag('--no-animation', false);
	if (key === 'glyphs' && 'ascii' in global && global.ascii === true) return byFlag('--ascii', 'ascii');
	return null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of a setting, where it comes before the settings. */
function fromVariable(key: string, env: Environment): Said | null {
	const party = parties.find((one) => key === `baseUrls.${one}`);
	if (party !== undefined) {
		const name = `${variablePrefix(party)}_BASE_URL`;
		const url = env[name]?.trim();
		return url ? byVariable(name, url) : null;
	}
	if (key === 'screenReader' && env.INK_SCREEN_READER === 'true') return byVariable('INK_SCREEN_READER', true);
	if (key === 'keyStore' && env.STILLROOM_KEYRING === 'off') return byVariable('STILLROOM_KEYRING', 'file');
	return null;
}

/** What the environment says where neither a flag nor the settings do. */
function fromLateVariable(key: string, env: Environment): Said | null {
	if (key !== 'color') return null;
	if (env.NO_COLOR) return byVariable('NO_COLOR', 'never');
	if (env.FORCE_COLOR === undefined || env.FORCE_COLOR === '') return null;
	return byVariable('FORCE_COLOR', env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? 'never' : 'always');
}

/** Who may pass is no business of a list that is shown to others. */
const withoutUser = (value: SettingValue): SettingValue =>
	typeof value === 'string' ? value.replace(/^(https?:\/\/)[^/@]*@/i, '$1***@') : value;

function fromFile(key: string, values: Readonly<Record<string, unknown>>): SettingValue | undefined {
	const [name = '', ...rest] = key.split('.');
	const value = values[name];
	if (rest.length === 0) return value as SettingValue | undefined;
	return isRecord(value) ? (value[rest.join('.')] as SettingValue | undefined) : undefined;
}

const ownDefault = ({default: value}: SettingSchema): SettingValue => (value ?? null) as SettingValue;

/** Every setting with its value, its default, and where the value comes from; those under names of the user's come one by one. No secret is in it. */
export function settingStates({
	values,
	path,
	home,
	global,
	env,
	isSandbox,
}: {
	readonly values: Readonly<Record<string, unknown>>;
	readonly path: string;
	readonly home: {readonly value: string; readonly default: string};
	readonly global: GlobalOptions;
	readonly env: Environment;
	readonly isSandbox: boolean;
}): readonly SettingState[] {
	const homeOrigin: SettingState['origin'] =
		global.home !== undefined
			? {kind: 'flag', name: '--home'}
			: env.STILLROOM_HOME
				? {kind: 'environment', name: 'STILLROOM_HOME'}
				: {kind: 'default', name: null};
	const inFile = {kind: 'settings', name: path} as const;
	const states = settings.flatMap(({key, schema, isMap}): readonly SettingState[] => {
		const set = fromFile(key, values);
		const otherwise = ownDefault(schema);
		if (isMap && isRecord(set) && Object.keys(set).length > 0)
			return Object.entries(set).map(([name, value]) => ({
				key: `${key}.${name}`,
				value: value as SettingValue,
				default: null,
				origin: inFile,
			}));
		const said =
			fromFlag(key, global, isSandbox) ??
			fromVariable(key, env) ??
			(set === undefined ? fromLateVariable(key, env) : {value: set, origin: inFile}) ??
			({value: otherwise, origin: {kind: 'default', name: null}} as const);
		return [{key, value: withoutUser(said.value), default: otherwise, origin: said.origin}];
	});
	return [{key: 'home', value: home.value, default: home.default, origin: homeOrigin}, ...states];
}
