import type {PromptParameters, ReasoningEffort} from '../../../domain/prompt.js';

const efforts: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

type ParameterKind = {
	/** As the services spell it. */
	readonly name: string;
	readonly help: string;
	/** As a person reads it; empty when it is not set. */
	readonly show: (parameters: PromptParameters) => string;
	/** Empty text takes the parameter out. A string is what is wrong. */
	readonly set: (parameters: PromptParameters, text: string) => PromptParameters | string;
};

function without(parameters: PromptParameters, key: keyof PromptParameters): PromptParameters {
	const {[key]: _, ...rest} = parameters;
	return rest as PromptParameters;
}

function numberKind(
	name: string,
	key: 'temperature' | 'topP' | 'seed',
	least: number,
	most: number,
	isWhole: boolean,
	help: string,
): ParameterKind {
	return {
		name,
		help,
		show: (parameters) => (parameters[key] === undefined ? '' : String(parameters[key])),
		set(parameters, text) {
			if (text === '') return without(parameters, key);
			const value = Number(text);
			const isFine = Number.isFinite(value) && value >= least && value <= most && (!isWhole || Number.isInteger(value));
			return isFine ? {...parameters, [key]: value} : `${name} takes ${isWhole ? 'a whole number' : 'a number'} from ${least} to ${most}`;
		},
	};
}

/** What can be set for a prompt, in the order of the menu. */
export const parameterKinds: readonly ParameterKind[] = [
	{
		name: 'max_tokens',
		help: 'Tokens the answer may have at most. Always sent: services reserve credit for it.',
		show: ({maxTokens}) => String(maxTokens),
		set(parameters, text) {
			const value = Number(text);
			return Number.isInteger(value) && value >= 1 && value <= 10_000_000
				? {...parameters, maxTokens: value}
				: 'max_tokens takes a whole number from 1 on';
		},
	},
	numberKind('temperature', 'temperature', 0, 2, false, '0 to 2; empty leaves it to the model.'),
	numberKind('top_p', 'topP', 0, 1, false, '0 to 1; empty leaves it to the model.'),
	numberKind(
		'seed',
		'seed',
		0,
		Number.MAX_SAFE_INTEGER,
		true,
		'The same seed asks for the same answer, where the model can; empty sends none.',
	),
	{
		name: 'stop',
		help: 'Texts that end the answer, with commas between; empty sends none.',
		show: ({stop}) => stop?.join(', ') ?? '',
		set: (parameters, text) =>
			text === ''
				? without(parameters, 'stop')
				: {
						...parameters,
						stop: text
							.split(',')
							.map((part) => part.trim())
							.filter(Boolean)
							.slice(0, 4),
					},
	},
	{
		name: 'reasoning effort',
		help: `One of ${efforts.join(', ')}; empty leaves it to the model.`,
		show: ({reasoningEffort}) => reasoningEffort ?? '',
		set(parameters, text) {
			if (text === '') return without(parameters, 'reasoningEffort');
			const effort = efforts.find((name) => name === text.toLowerCase());
			return effort ? {...parameters, reasoningEffort: effort} : `reasoning effort is one of ${efforts.join(', ')}`;
		},
	},
	{
		name: 'response_format',
		help: 'text, json_object, or a JSON Schema as one line; empty sends none.',
		show: ({responseFormat}) =>
			responseFormat === undefined
				? ''
				: responseFormat.type === 'json_schema'
					? JSON.stringify(responseFormat.json_schema)
					: responseFormat.type,
		set(parameters, text) {
			if (text === '') return without(parameters, 'responseFormat');
			if (text === 'text' || text === 'json_object') return {...parameters, responseFormat: {type: text}};
			try {
				const value = JSON.parse(text) as Record<string, unknown>;
				return {
					...parameters,
					responseFormat: {type: 'json_schema', json_schema: 'schema' in value ? value : {name: 'answer', schema: value}},
				};
			} catch {
				return 'response_format is text, json_object or a JSON Schema';
			}
		},
	},
];

/** The parameters with one of them set from typed text, or a sentence about what is wrong. */
export function withParameter(parameters: PromptParameters, name: string, text: string): PromptParameters | string {
	const kind = parameterKinds.find((candidate) => candidate.name === name);
	return kind ? kind.set(parameters, text.trim()) : `there is no parameter ${name}`;
}

/** `max_tokens 1024 · temperature 0.7`. */
export const sayParameters = (parameters: PromptParameters): string =>
	parameterKinds
		.map(({name, show}) => [name, show(parameters)] as const)
		.filter(([, value]) => value !== '')
		.map(([name, value]) => `${name} ${value.length > 40 ? `${value.slice(0, 39)}~` : value}`)
		.join(' · ');
