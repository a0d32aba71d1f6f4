// A page for each command, made from its record; the commands of a group stand on one page.
import {cell, code, table} from './markdown.mjs';

const choicesOf = ({choices}) => (choices ? ` One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.` : '');
const optionTable = (options) =>
	table(
		['option', 'what it does'],
		options.map((option) => [code(option.flags), `${cell(option.help)}${choicesOf(option)}`]),
	);

function commandPart({name, summary, args, options, outputs = [], examples, notes}, heading) {
	const call = ['stillroom', name, ...args.map(({spec}) => spec), ...(options.length > 0 ? ['[options]'] : [])].join(' ');
	return [
		`${heading} stillroom ${name}`,
		'',
		/[.!?]$/.test(summary) ? summary : `${summary}.`,
		'',
		'```',
		call,
		'```',
		'',
		...(args.length > 0
			? [
					table(
						['argument', 'what it is'],
						args.map((arg) => [code(arg.spec), `${cell(arg.help)}${choicesOf(arg)}`]),
					),
					'',
				]
			: []),
		...(options.length > 0 ? [optionTable(options), ''] : []),
		...(notes ? ['```', notes().trim(), '```', ''] : []),
		'Examples:',
		'',
		'```sh',
		...examples.flatMap(([command, purpose]) => [...(purpose === '' ? [] : [`# ${purpose}`]), command]),
		'```',
		'',
		...(outputs.length > 0
			? [
					`Output for programs: ${outputs.map(({flags, schema}) => `${flags === '' ? 'always' : `\`${flags}\``} [${schema}](../../schemas/${schema}.json)`).join(', ')}.`,
					'',
				]
			: []),
	];
}

/** The exit codes of the help as rows: code and meaning. */
export const exitRows = (exitCodeHelp) =>
	[
		...exitCodeHelp
			.replaceAll(/\s+/g, ' ')
			.split('. ')[0]
			.matchAll(/(\d+) ([^,]+)(?:,|$)/g),
	].map(([, number, meaning]) => [number, meaning]);

/** Pages by their path below docs/. */
export function commandPages({commands, globalOptions, exitCodeHelp}) {
	const pages = commands.map((entry) => {
		const isGroup = 'commands' in entry;
		const head = isGroup
			? [
					`# stillroom ${entry.name}`,
					'',
					/[.!?]$/.test(entry.summary) ? entry.summary : `${entry.summary}.`,
					'',
					table(
						['command', 'what it does'],
						entry.commands.map(({name, summary}) => [`[\`${entry.name} ${name}\`](#stillroom-${entry.name}-${name})`, cell(summary)]),
					),
					'',
					...entry.commands.flatMap((record) => commandPart({...record, name: `${entry.name} ${record.name}`}, '##')),
				]
			: commandPart(entry, '#');
		return [`commands/${entry.name}.md`, [...head, '[Options of every command and exit codes](README.md)', ''].join('\n')];
	});
	const index = [
		'# Commands',
		'',
		'Without a command the dashboard opens. Each command does the same without a screen: stdout holds data only, everything else is said on stderr.',
		'',
		table(
			['command', 'what it does'],
			commands.map(({name, summary}) => [`[\`stillroom ${name}\`](${name}.md)`, cell(summary)]),
		),
		'',
		'[What they print](../session.md), from a teacher to a student on the sandbox.',
		'',
		'## Options of every command',
		'',
		optionTable([
			...globalOptions,
			{flags: '-h, --help', help: 'Help; also behind every command.'},
			{flags: '-V, --version', help: 'The version.'},
		]),
		'',
		'## Exit codes',
		'',
		table(['exit code', 'meaning'], exitRows(exitCodeHelp)),
		'',
		'## Output for programs',
		'',
		'The shapes of JSON are an interface: fields are added, never renamed. `stillroom schema` lists them, `stillroom schema NAME` prints one as JSON Schema; the files lie in [schemas/](../../schemas) of the package. Prices are USD for a million tokens, null where there is none.',
		'',
		'[Documentation](../README.md)',
		'',
	].join('\n');
	return {'commands/README.md': index, ...Object.fromEntries(pages)};
}
