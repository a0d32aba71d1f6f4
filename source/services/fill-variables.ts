import type {Message} from '../domain/prompt.js';

/** `{{name}}`, blanks inside allowed; `\{{` is a literal pair of braces. */
const pattern = /\\(\{\{)|\{\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*\}\}/gu;

/** The names of the variables in a text, each once, in the order of their first place. */
export function variableNames(text: string): readonly string[] {
	return [...new Set([...text.matchAll(pattern)].map((match) => match[2]).filter((name) => name !== undefined))];
}

export type Filling = {
	/** Variables without a value; they stay in the text as they are. */
	readonly missing: readonly string[];
	/** Values that no variable asks for. */
	readonly unknown: readonly string[];
};

type Values = Readonly<Record<string, string>>;

/** Puts values in the place of `{{name}}`. A value is text, never a template: braces in it stay braces. */
export function fillVariables(text: string, values: Values): Filling & {readonly text: string} {
	const filled = text.replaceAll(pattern, (whole, braces: string | undefined, name: string | undefined) => {
		if (braces !== undefined) return braces;
		return name !== undefined && Object.hasOwn(values, name) ? values[name]! : whole;
	});
	return {text: filled, ...checkNames(variableNames(text), values)};
}

/** The same for all messages of a prompt together. */
export function fillMessages(messages: readonly Message[], values: Values): Filling & {readonly messages: readonly Message[]} {
	const names = messages.flatMap(({content}) => variableNames(content));
	const filled = messages.map((message) => ({...message, content: fillVariables(message.content, values).text}));
	return {messages: filled, ...checkNames([...new Set(names)], values)};
}

function checkNames(names: readonly string[], values: Values): Filling {
	return {
		missing: names.filter((name) => !Object.hasOwn(values, name)),
		unknown: Object.keys(values).filter((name) => !names.includes(name)),
	};
}
