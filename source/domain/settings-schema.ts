import type {Party} from './service.js';

/** Where the services are when nobody says otherwise; null where everybody has an address of their own. */
export const defaultBaseUrls = {
	openrouter: 'https://openrouter.ai/api/v1',
	nanogpt: 'https://nano-gpt.com/api',
	openai: 'https://api.openai.com/v1',
	azure: null,
	nebius: 'https://api.tokenfactory.nebius.com/v1',
	compatible: null,
	together: 'https://api.together.ai/v1',
	fireworks: 'https://api.fireworks.ai',
} as const satisfies Readonly<Record<Party, string | null>>;

const day = {type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$'} as const;
const dayOrNull = {type: ['string', 'null'], pattern: '^\\d{4}-\\d{2}-\\d{2}$'} as const;
const themeName = {type: 'string', pattern: '^[a-z][a-z0-9-]*$'} as const;

function address<Name extends Party>(party: Name, title: string, description: string, examples: readonly string[]) {
	return {
		type: 'string',
		pattern: '^https?://',
		title,
		description,
		...(defaultBaseUrls[party] === null ? {} : {default: defaultBaseUrls[party] as string}),
		examples,
	} as const;
}

/** JSON Schema of every setting; each may be left out, others are refused by name. What it says of a setting is what documents and `config print` say. */
export const settingsSchema = {
	$schema: {
		type: 'string',
		title: 'Schema of this file',
		description: 'Where an editor finds what may stand here; stillroom config schema prints it. Nothing else reads it.',
		examples: ['./settings.schema.json'],
	},
	baseUrls: {
		type: 'object',
		title: 'Addresses of the services',
		description: 'Base URLs, for a proxy or a server of your own. A flag and NAME_BASE_URL come before them; keys never stand here.',
		additionalProperties: false,
		examples: [{openrouter: 'http://127.0.0.1:8787/openrouter/api/v1'}],
		properties: {
			openrouter: address(
				'openrouter',
				'Address of OpenRouter',
				'Where models, routes and answers of OpenRouter are asked for; with /v1 at the end.',
				['https://openrouter.ai/api/v1'],
			),
			nanogpt: address(
				'nanogpt',
				'Address of NanoGPT',
				'Where models, routes and answers of NanoGPT are asked for; without /v1, which is added.',
				['https://nano-gpt.com/api'],
			),
			openai: address('openai', 'Address of OpenAI', "Where OpenAI's answers, stored completions, files and fine-tuning jobs are.", [
				'https://eu.api.openai.com/v1',
			]),
			azure: address(
				'azure',
				'Address of Azure',
				'Your resource at Azure OpenAI, as its portal shows it. Without it Azure is not offered for training.',
				['https://my-resource.openai.azure.com'],
			),
			nebius: address('nebius', 'Address of Nebius', 'Where files and jobs of Nebius are.', ['https://api.tokenfactory.nebius.com/v1']),
			compatible: address(
				'compatible',
				'Address of a tuner of your own',
				'A service that trains and speaks like OpenAI. Without it none is offered.',
				['http://127.0.0.1:8000/v1'],
			),
			together: address('together', 'Address of Together', 'Where files and jobs of Together are.', ['https://api.together.ai/v1']),
			fireworks: address(
				'fireworks',
				'Address of Fireworks',
				'Where data sets and jobs of Fireworks are; the account is FIREWORKS_ACCOUNT_ID.',
				['https://api.fireworks.ai'],
			),
		},
	},
	keys: {
		type: 'object',
		title: 'Keys of the dashboard',
		description:
			'Other keys for an action: its id, then the keys with commas between; an empty text takes its keys away. stillroom bindings lists the ids, config validate finds keys that two actions want.',
		additionalProperties: {type: 'string', maxLength: 500},
		default: {},
		examples: [{'models.copy': 'y,w', 'app.quit': 'ctrl+q'}],
	},
	keyStore: {
		type: 'string',
		enum: ['auto', 'file'],
		title: 'Where keys of services are kept',
		description:
			'Where stillroom setup puts them: auto takes the keyring of the operating system where there is one, file a file that only you can read.',
		default: 'auto',
		examples: ['file'],
	},
	theme: {
		...themeName,
		title: 'Theme',
		description: 'Colours of the dashboard: default, dark, light, high-contrast, none, or a name of themes.',
		default: 'default',
		examples: ['high-contrast'],
	},
	color: {
		type: 'string',
		enum: ['auto', 'always', 'never'],
		title: 'Colour',
		description: 'auto draws in colour on a terminal, unless NO_COLOR is set; FORCE_COLOR wants it everywhere.',
		default: 'auto',
		examples: ['never'],
	},
	themes: {
		type: 'object',
		title: 'Themes of your own',
		description:
			'By name: a theme to begin with (base), and what is drawn otherwise, by tone: plain, dim, strong, good, bad, warn, accent, unknown, cursor. A colour is a name such as bright-green, or #rrggbb.',
		propertyNames: {pattern: '^[a-z][a-z0-9-]*$'},
		additionalProperties: {
			type: 'object',
			required: ['colors'],
			additionalProperties: false,
			properties: {
				base: {...themeName, title: 'Begins as', description: 'The theme that it begins with.', examples: ['dark']},
				colors: {
					type: 'object',
					title: 'Colours by tone',
					description: 'A name such as bright-green, or #rrggbb.',
					additionalProperties: {type: 'string', pattern: '^(#[0-9a-fA-F]{6}|[a-z-]+)$'},
				},
			},
		},
		default: {},
		examples: [{mine: {base: 'dark', colors: {accent: '#ffaf00', good: 'bright-green'}}}],
	},
	mouse: {
		type: 'boolean',
		title: 'Mouse',
		description: 'The dashboard takes the wheel and clicks; with shift held the terminal selects text as usual.',
		default: false,
		examples: [true],
	},
	glyphs: {
		type: 'string',
		enum: ['auto', 'ascii', 'unicode'],
		title: 'Signs',
		description:
			'Which signs the dashboard draws by itself: ASCII only, others as well, or (auto) as the terminal and the locale allow. --ascii does the same once.',
		default: 'auto',
		examples: ['ascii'],
	},
	title: {
		type: 'boolean',
		title: "Title of the terminal's window",
		description: 'Name the window after the open screen and what is under way; the old title comes back at the end.',
		default: true,
		examples: [false],
	},
	animation: {
		type: 'boolean',
		title: 'Movement',
		description: 'May anything on the dashboard move by itself?',
		default: true,
		examples: [false],
	},
	screenReader: {
		type: 'boolean',
		title: 'Screen-reader mode',
		description: 'The dashboard as lines that are appended, in words. INK_SCREEN_READER=true does the same.',
		default: false,
		examples: [true],
	},
	bell: {
		type: 'boolean',
		title: 'Bell',
		description: "The terminal's bell when a job ends.",
		default: false,
		examples: [true],
	},
	defaults: {
		type: 'object',
		title: 'How the dashboard begins',
		description: 'What the Models screen starts with, where nothing is kept of the last run or --fresh is given.',
		additionalProperties: false,
		examples: [{filter: 'policy:allowed', sort: 'out'}],
		properties: {
			filter: {
				type: 'string',
				maxLength: 500,
				title: 'First filter',
				description: 'A filter of the Models screen, as it is typed behind /.',
				default: '',
				examples: ['policy:allowed ctx>=128k'],
			},
			sort: {
				type: 'string',
				maxLength: 500,
				title: 'First order',
				description: 'What the Models screen is sorted by, as models --sort takes it; :desc turns it round.',
				examples: ['out', 'context:desc'],
			},
		},
	},
	tunerPrices: {
		type: 'object',
		title: 'Prices of training',
		description:
			'What a tuner asks for, by TUNER/BASE MODEL, where the register knows no price or an old one: USD for a million trained tokens, and the day it was read.',
		propertyNames: {pattern: '^(openai|azure|nebius|together|fireworks|own)/.'},
		additionalProperties: {
			type: 'object',
			required: ['usdPerMillionTokens', 'asOf'],
			additionalProperties: false,
			properties: {
				usdPerMillionTokens: {type: 'number', minimum: 0, title: 'Price', description: 'USD for a million trained tokens.', examples: [5]},
				asOf: {...day, title: 'Read on', description: 'The day it was read, YYYY-MM-DD.', examples: ['2026-11-21']},
			},
		},
		default: {},
		examples: [{'openai/gpt-4.1-mini': {usdPerMillionTokens: 5, asOf: '2026-11-21'}}],
	},
	tunerDates: {
		type: 'object',
		title: 'Last days of tuners',
		description:
			'When a tuner takes no more jobs (jobsUntil, by TUNER) or a base model ends (retiresAt, by TUNER/BASE MODEL), where the register is old. null takes a day back.',
		propertyNames: {pattern: '^(openai|azure|nebius|together|fireworks|own)(/.+)?$'},
		additionalProperties: {
			type: 'object',
			required: ['asOf'],
			additionalProperties: false,
			properties: {
				jobsUntil: {...dayOrNull, title: 'Last day for new jobs', description: 'YYYY-MM-DD, or null for none.', examples: ['2027-01-06']},
				retiresAt: {...dayOrNull, title: 'Last day of the model', description: 'YYYY-MM-DD, or null for none.', examples: ['2026-12-31']},
				asOf: {...day, title: 'Read on', description: 'The day it was read, YYYY-MM-DD.', examples: ['2026-11-21']},
			},
		},
		default: {},
		examples: [{openai: {jobsUntil: '2027-01-06', asOf: '2026-11-21'}}],
	},
} as const;

type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json};

/** What the schema says of one value. */
export type SettingSchema = {
	readonly type: string | readonly string[];
	readonly title?: string;
	readonly description?: string;
	readonly default?: Json;
	readonly examples?: readonly Json[];
	readonly enum?: readonly string[];
	readonly pattern?: string;
	readonly properties?: Readonly<Record<string, SettingSchema>>;
	readonly additionalProperties?: boolean | SettingSchema;
};

/** A setting that can be named, such as `color`, `baseUrls.openai` or `keys`. `isMap`: it holds entries under names of the user's, each a key of its own. */
export type Setting = {readonly key: string; readonly schema: SettingSchema; readonly isMap: boolean};

/** Every setting in the order of the schema, those inside `baseUrls` and `defaults` one by one. */
export const settings: readonly Setting[] = Object.entries(settingsSchema as unknown as Readonly<Record<string, SettingSchema>>).flatMap(
	([name, schema]): readonly Setting[] => {
		if (name === '$schema') return [];
		if (schema.properties)
			return Object.entries(schema.properties).map(([inner, one]) => ({key: `${name}.${inner}`, schema: one, isMap: false}));
		return [{key: name, schema, isMap: typeof schema.additionalProperties === 'object'}];
	},
);

/** Where a key stands in the file: a name of the user's may hold dots, as `models.copy` in `keys.models.copy`. Null for a key that there is not. */
export function settingPath(key: string): readonly string[] | null {
	if (key in settingsSchema) return [key];
	const [name = '', ...rest] = key.split('.');
	const schema = (settingsSchema as unknown as Readonly<Record<string, SettingSchema>>)[name];
	const inner = rest.join('.');
	if (!schema || inner === '' || (!schema.properties && typeof schema.additionalProperties !== 'object')) return null;
	if (schema.properties) return inner in schema.properties ? [name, inner] : null;
	return [name, inner];
}

/** The whole JSON Schema of a settings file, draft-07 (https://json-schema.org/draft-07), as an editor takes it. It has no $id: it stands nowhere on the web. */
export const wholeSettingsSchema = {
	$schema: 'http://json-schema.org/draft-07/schema#',
	title: 'stillroom settings',
	description:
		'Settings of stillroom: settings.json. Every one may be left out. Keys of services never stand here: stillroom setup keeps them.',
	type: 'object',
	additionalProperties: false,
	properties: settingsSchema,
} as const;

/** The schema without default values, for a checker that would fill them in. */
export function withoutDefaults<Schema>(schema: Schema): Schema {
	if (Array.isArray(schema)) return schema.map(withoutDefaults) as Schema;
	if (typeof schema !== 'object' || schema === null) return schema;
	const kept = Object.entries(schema).filter(
		([name, value]) => name !== 'default' || (typeof value === 'object' && value !== null && 'type' in value),
	);
	return Object.fromEntries(
		kept.map(([name, value]) => [name, name === 'examples' || name === 'enum' ? value : withoutDefaults(value)]),
	) as Schema;
}

function sayType({type, enum: values, properties, additionalProperties}: SettingSchema): string {
	if (values) return values.join(', ');
	if (properties || typeof additionalProperties === 'object') return 'object';
	return type === 'boolean' ? 'true, false' : [type].flat().join(' or ');
}

/** One setting for a table: what it may be, and what it is when nobody says otherwise; an empty text for nothing. */
export type SettingRow = {
	readonly key: string;
	readonly type: string;
	readonly default: string;
	readonly description: string;
	readonly example: string;
};

/** Every setting with what it means, for documents and help. */
export function settingRows(): readonly SettingRow[] {
	return settings.map(({key, schema, isMap}) => ({
		key: isMap ? `${key}.NAME` : key,
		type: sayType(schema),
		default: schema.default === undefined || isMap ? '' : JSON.stringify(schema.default),
		description: `${schema.title}. ${schema.description}`,
		example: schema.examples?.[0] === undefined ? '' : `"${key.split('.').at(-1)}": ${JSON.stringify(schema.examples[0])}`,
	}));
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');

/** The table of all settings in Markdown, for the documents. */
export function settingsTable(): string {
	const code = (text: string) => (text === '' ? '' : `\`${escapeCell(text)}\``);
	const lines = settingRows().map(
		({key, type, default: otherwise, description, example}) =>
			`| ${code(key)} | ${escapeCell(type)} | ${code(otherwise)} | ${escapeCell(description)} | ${code(example)} |`,
	);
	return ['| Setting | Type | Default | What it does | Example |', '|---|---|---|---|---|', ...lines, ''].join('\n');
}
