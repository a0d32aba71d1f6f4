import type {PromptParameters} from '../domain/prompt.js';
import type {Service} from '../domain/service.js';

/** The parameters of a request body, in the spelling of its service. */
export function toParameters(gateway: Service, parameters: PromptParameters): Readonly<Record<string, unknown>> {
	const {maxTokens, temperature, topP, seed, stop, reasoningEffort, responseFormat} = parameters;
	const effort = gateway === 'openrouter' ? {reasoning: {effort: reasoningEffort}} : {reasoning_effort: reasoningEffort};
	return {
		// OpenAI's reasoning models refuse max_tokens: https://platform.openai.com/docs/api-reference/chat/create
		...(gateway === 'openai' ? {max_completion_tokens: maxTokens} : {max_tokens: maxTokens}),
		...(temperature === undefined ? {} : {temperature}),
		...(topP === undefined ? {} : {top_p: topP}),
		...(seed === undefined ? {} : {seed}),
		...(stop === undefined || stop.length === 0 ? {} : {stop}),
		...(reasoningEffort === undefined ? {} : effort),
		...(responseFormat === undefined ? {} : {response_format: responseFormat}),
	};
}
