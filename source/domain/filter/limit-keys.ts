import type {FilterKey} from './filter.js';

/** What models and routes both have. */
type Limits = {
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
};

const usd = 'USD per million tokens';

/** Keys on prices and lengths. */
export const limitKeys: ReadonlyArray<FilterKey<Limits>> = [
	{key: 'in', kind: 'number', unit: usd, help: 'input price', example: 'in<0.5', read: ({inputPrice}) => inputPrice},
	{key: 'out', kind: 'number', unit: usd, help: 'output price', example: 'out<=2', read: ({outputPrice}) => outputPrice},
	{
		key: 'ctx',
		aliases: ['context'],
		kind: 'number',
		unit: 'tokens',
		help: 'context',
		example: 'ctx>=128k',
		read: ({contextLength}) => contextLength,
	},
	{key: 'max', kind: 'number', unit: 'tokens', help: 'longest answer', example: 'max>=16k', read: ({maxOutputTokens}) => maxOutputTokens},
];
