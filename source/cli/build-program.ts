import {Argument, Command, InvalidArgumentError, Option} from 'commander';
import {cleanText} from '../domain/clean-text.js';
import {
	type CommandGroup,
	type CommandInput,
	type CommandRecord,
	flattenCommands,
	type GlobalOptions,
	type OptionRecord,
} from './command.js';
import {fitHelp} from './fit-help.js';
import {exitCodeHelp, globalOptions} from './global-options.js';

type Streams = {readonly writeOut: (text: string) => void; readonly writeErr: (text: string) => void; readonly helpWidth: number};

function toOption({flags, help, choices, conflicts, isRepeatable, parse}: OptionRecord): Option {
	const option = new Option(flags, help);
	if (choices) option.choices([...choices]);
	if (conflicts) option.conflicts([...conflicts]);
	if (isRepeatable) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
	if (parse) {
		option.argParser((value: string) => {
			try {
				return parse(value);
			} catch (error) {
				throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
			}
		});
	}
	return option;
}

/** Longer commands have what they are for below them instead of beside. */
const exampleWidth = 64;

function examplesText(examples: CommandRecord['examples'], room: number): string {
	const width = Math.max(0, ...examples.map(([{length}]) => (length > exampleWidth ? 0 : length)));
	const lines = examples.map(([command, purpose]) =>
		command.length > exampleWidth ? `  ${command}\n  ${' '.repeat(width)}  ${purpose}` : `  ${command.padEnd(width)}  ${purpose}`,
	);
	// Where not all fit beside their commands, all stand below them.
	const isNarrow = lines.some((line) => line.split('\n').at(-1)!.length > room);
	const below = examples.map(([command, purpose]) => `  ${command}\n      ${purpose}`);
	return ['Examples:', ...(isNarrow ? below : lines)].join('\n');
}

/** Where the shapes of a command's JSON are described. */
function schemaText({outputs = []}: CommandRecord): string {
	if (outputs.length === 0) return '';
	const shapes = outputs.map(({flags, schema}) => (flags === '' ? schema : `${schema} (${flags})`));
	return `JSON Schema of the output: stillroom schema ${shapes.join(', ')}`;
}

/** Turns the records into a commander program; `onCommand` is called with the command that was named. */
export function buildProgram(
	entries: ReadonlyArray<CommandRecord | CommandGroup>,
	{version, streams}: {readonly version: string; readonly streams: Streams},
	onCommand: (record: CommandRecord, input: CommandInput, global: GlobalOptions) => Promise<void>,
): Command {
	const toWidth = (text: string): string => fitHelp(text, streams.helpWidth);
	const program = new Command('stillroom')
		.description('Which models may be distilled, by which route, on whose word. Without a command: the dashboard.')
		.version(version, '-V, --version', 'Print the version.')
		.helpOption('-h, --help', 'Print help; also behind every command.')
		.exitOverride()
		.configureHelp({showGlobalOptions: true})
		.configureOutput({
			writeOut: streams.writeOut,
			writeErr: streams.writeErr,
			getOutHelpWidth: () => streams.helpWidth,
			getErrHelpWidth: () => streams.helpWidth,
			getOutHasColors: () => false,
			getErrHasColors: () => false,
			outputError: (text, write) => write(cleanText(text.replace(/^error: /, 'stillroom: '), {isOneLine: false})),
		});
	for (const record of globalOptions) program.addOption(toOption(record));
	const addCommand = (parent: Command, record: CommandRecord) => {
		const command = parent.command(record.name).description(record.summary);
		for (const {spec, help, choices} of record.args) {
			const argument = new Argument(spec, help);
			if (choices) argument.choices([...choices]);
			command.addArgument(argument);
		}
		for (const option of record.options) command.addOption(toOption(option));
		command.addHelpText(
			'after',
			() =>
				`\n${toWidth([record.notes?.(), examplesText(record.examples, streams.helpWidth), schemaText(record), exitCodeHelp].filter(Boolean).join('\n\n'))}`,
		);
		command.action(async () => {
			await onCommand(record, {args: command.processedArgs, options: command.opts()}, program.opts());
		});
	};
	for (const entry of entries) {
		if (!('commands' in entry)) {
			addCommand(program, entry);
			continue;
		}
		const group = program.command(entry.name).description(entry.summary);
		for (const record of entry.commands) addCommand(group, record);
		const examples = entry.commands.flatMap((record) => record.examples.slice(0, 1));
		group.addHelpText('after', () => `\n${toWidth([examplesText(examples, streams.helpWidth), exitCodeHelp].join('\n\n'))}`);
	}
	program.addHelpText(
		'after',
		() =>
			`\n${toWidth(
				`${examplesText(
					flattenCommands(entries).flatMap(({examples}) => examples.slice(0, 1)),
					streams.helpWidth,
				)}\n\n${exitCodeHelp}`,
			)}`,
	);
	return program;
}
