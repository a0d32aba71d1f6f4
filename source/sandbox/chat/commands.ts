import type {ChatMessage} from './request.js';

/** What `[[sandbox:NAME ARGUMENT]]` in a user message asks for; fixtures/README.md tells what each name does. */
export const commandNames = [
	'afford',
	'content-filter',
	'empty',
	'eof',
	'error-200',
	'escapes',
	'generation-late',
	'invalid-utf8',
	'long',
	'midstream-error',
	'moderated',
	'no-done',
	'null-content',
	'providers-down',
	'refusal',
	'say',
	'served-model',
	'served-provider',
	'slow',
	'status',
	'unproven',
	'wide',
] as const;

export type CommandName = (typeof commandNames)[number];

/** The commands of a request with their arguments, '' where there is none. */
export type Commands = Readonly<Partial<Record<CommandName, string>>>;

const pattern = /\[\[sandbox:([a-z0-9-]+)(?:[ \t]+([^\]]*(?:\][^\]]+)*))?\]\]/g;
const none: Commands = {};

/** A command that the sandbox does not have. */
export class UnknownCommandError extends Error {
	override readonly name = 'UnknownCommandError';
}

/** Reads the commands of all user messages; throws UnknownCommandError with the names there are. */
export function readCommands(messages: readonly ChatMessage[]): Commands {
	let found: Partial<Record<CommandName, string>> | null = null;
	for (const message of messages) {
		if (message.role !== 'user' || !message.text.includes('[[sandbox:')) continue;
		found ??= {};
		for (const [, name, argument] of message.text.matchAll(pattern)) {
			if (!commandNames.includes(name as CommandName))
				throw new UnknownCommandError(`The sandbox has no command "${name}". It has ${commandNames.join(', ')}.`);
			found[name as CommandName] = argument?.trim() ?? '';
		}
	}
	return found ?? none;
}

/** The text without its commands. */
export function withoutCommands(text: string): string {
	return text.includes('[[sandbox:') ? text.replace(pattern, '').trim() : text;
}
