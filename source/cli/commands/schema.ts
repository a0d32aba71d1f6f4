import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import {nearestIds} from '../../domain/nearest-ids.js';
import type {Column} from '../../view/cell.js';
import {type CommandRecord, flattenCommands} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import type {OutputRecord, SchemaRow} from '../outputs.js';
import {listOutputs} from '../outputs.js';
import {readSchema, readSchemaText, schemaNames} from '../schema-files.js';
import {commands} from './index.js';

const shape: ListShape<SchemaRow> = {
	columns: [
		{id: 'name', title: 'Name', width: 30, cell: ({name}) => ({text: name, tone: 'accent'})},
		{
			id: 'description',
			title: 'What it describes',
			width: 30,
			isFlexible: true,
			cell: ({description}) => ({text: description, tone: 'plain'}),
		},
		{id: 'commands', title: 'Written by', width: 34, dropOrder: 1, cell: ({commands: by}) => ({text: by[0] ?? '', tone: 'dim'})},
	] satisfies ReadonlyArray<Column<SchemaRow>>,
	toJson: (row) => row,
	csvHeader: ['name', 'description', 'isLine', 'commands'],
	toCsv: (row) => ({...row, commands: row.commands.join('; ')}),
};

/** Every command that has outputs, with its whole name. */
const writers = (): readonly {readonly name: string; readonly outputs: readonly OutputRecord[]}[] =>
	flattenCommands(commands).flatMap(({name, outputs}) => (outputs ? [{name, outputs}] : []));

const callOf = (name: string, {flags}: OutputRecord): string => `stillroom ${name}${flags === '' ? '' : ` ${flags}`}`;

function listSchemas(): readonly SchemaRow[] {
	const calls = new Map<string, string[]>();
	const wholes = new Set<string>();
	for (const {name, outputs} of writers())
		for (const output of outputs) {
			calls.set(output.schema, [...(calls.get(output.schema) ?? []), callOf(name, output)]);
			if (!output.flags.includes('--ndjson')) wholes.add(output.schema);
		}
	return schemaNames().map((name) => {
		const {description} = readSchema(name);
		const tool = name.startsWith('mcp.') ? [`stillroom mcp, tool ${name.slice('mcp.'.length)}`] : [];
		return {name, description, commands: calls.get(name) ?? tool, isLine: calls.has(name) && !wholes.has(name)};
	});
}

/** The names that can be asked for: those of commands, and those of schemas. */
const knownNames = (): readonly string[] => [...new Set([...writers().map(({name}) => name), ...schemaNames()])];

export const schemaCommand: CommandRecord = {
	name: 'schema',
	summary: 'Print the JSON Schema of what a command writes; no network.',
	args: [
		{
			spec: '[name...]',
			help: 'A command, such as jobs list, or a name of the list; all are listed when it is left out.',
			suggest: schemaNames,
		},
	],
	options: formatOptions.map((option) => ({...option, help: `The list: ${option.help}`})),
	outputs: listOutputs('schema', 'schema.line'),
	examples: [
		['stillroom schema', 'the shapes that there are, and who writes them'],
		['stillroom schema models', 'what stillroom models --json writes'],
		['stillroom schema jobs list > jobs.schema.json', 'for an editor, a validator or a generator of types'],
	],
	notes: () =>
		`Names that end in .line describe one line of --ndjson. Descriptions tell units: USD per million tokens, milliseconds, seconds, ISO 8601.
Fields are added and never renamed: a program that reads the output should pass over what it does not know.`,
	async run({args, options}, session) {
		const words = (args[0] ?? []) as readonly string[];
		if (words.length === 0) {
			await writeList(session.output, listSchemas(), shape, toFormat(options), await session.paint());
			return 0;
		}
		const asked = words.join(' ');
		const outputs = writers().find(({name}) => name === asked)?.outputs ?? [];
		const text = readSchemaText(outputs[0]?.schema ?? asked);
		if (text === null) {
			const near = nearestIds(
				knownNames().map((id) => ({id})),
				asked,
				3,
			);
			throw new Failure('usage', `There is no schema "${cleanText(asked)}".`, {
				...(near.length === 0 ? {} : {why: `Near it: ${near.join(', ')}.`}),
				next: 'All of them: stillroom schema',
			});
		}
		await session.output.write(text);
		const others = outputs.slice(1).filter(({schema}) => schema !== outputs[0]!.schema);
		if (others.length > 0)
			session.diagnostics.note(`Other shapes of ${asked}: ${others.map(({flags, schema}) => `${schema} (${flags})`).join(', ')}.`);
		return 0;
	},
};
