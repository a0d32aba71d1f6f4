import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import type {EvalFormat} from '../../services/evals/export-eval.js';
import type {ReadDefinition} from '../../services/evals/openai-evals.js';
import type {CommandRecord, Session} from '../command.js';
import type {EvalImportOutput} from '../outputs.js';
import {readTextFile} from '../read-input.js';

const formats: readonly EvalFormat[] = ['promptfoo', 'openai', 'csv', 'json'];

/** Never over a file that is there. */
async function writeNew(file: string, text: string): Promise<void> {
	try {
		await writeFile(file, text, {flag: 'wx'});
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		throw new Failure('failed', `"${file}" could not be written.`, {
			why: code === 'EEXIST' ? 'There is a file of that name.' : `${code ?? String(error)}.`,
			next: 'Choose another name.',
		});
	}
}

export const evalsExportCommand: CommandRecord = {
	name: 'export',
	summary: "Write an evaluation out: a promptfoo configuration, OpenAI's eval definition, or results as CSV or JSON.",
	args: [{spec: '<id>', help: 'Id, the beginning of one, a name, or last.'}],
	options: [
		{flags: '--as <format>', help: 'promptfoo, openai, csv or json.', choices: formats},
		{flags: '--out <file>', help: 'Into a file that is not there yet, instead of to stdout.'},
	],
	outputs: [{flags: '--as json', schema: 'eval'}],
	examples: [
		['stillroom evals export last --as promptfoo --out promptfooconfig.yaml', 'for promptfoo eval'],
		['stillroom evals export last --as csv > results.csv', 'every answer with its grades'],
	],
	notes: () => 'What cannot be carried over is said on stderr.',
	async run({args, options}, session) {
		if (options.as === undefined) throw new Failure('usage', 'In which form?', {next: `Say --as ${formats.join(', --as ')}.`});
		const {exportEval} = await import('../../services/evals/export-eval.js');
		const {text, notes} = await exportEval(await session.context(), String(args[0]), options.as as EvalFormat);
		for (const note of notes) session.diagnostics.warn(cleanText(note));
		if (options.out === undefined) await session.output.write(text);
		else {
			await writeNew(String(options.out), text);
			session.diagnostics.note(`Written to ${String(options.out)}.`);
		}
		return 0;
	},
};

async function readDefinition(file: string, judge: string | null): Promise<ReadDefinition> {
	const text = await readTextFile(file);
	if (/\.json$/i.test(file) || /^\s*[{[]/.test(text)) {
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch (error) {
			throw new Failure('usage', `"${file}" is not JSON.`, {why: error instanceof Error ? error.message : String(error)});
		}
		const isPromptfoo = typeof value === 'object' && value !== null && 'providers' in value;
		if (!isPromptfoo) return (await import('../../services/evals/openai-evals.js')).readOpenaiEval(value);
	}
	return (await import('../../services/evals/promptfoo.js')).readPromptfoo(text, {judge});
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A label that is a role, such as those of our own export, is that role; any other stands behind one. */
function toRole(label: string | null): string {
	if (label === null) return 'other';
	return /^(?:teacher|base|student|checkpoint|other)$/.test(label) ? label : `other:${label.replaceAll('=', ' ')}`;
}

/** Writes what was read as files that can be looked at and changed, and the command that runs them. */
async function writeImported(session: Session, read: ReadDefinition, folder: string, base: string): Promise<EvalImportOutput> {
	const files: {set?: string; graders?: string; prompt?: string} = {};
	const at = (ending: string) => path.join(folder, `${base}.${ending}`);
	if (read.rows.length > 0) files.set = at('items.jsonl');
	if (read.graders.length > 0) files.graders = at('graders.json');
	if (read.template !== null) files.prompt = at('prompt.json');
	if (files.set !== undefined) await writeNew(files.set, read.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
	if (files.graders !== undefined) await writeNew(files.graders, `${JSON.stringify(read.graders, null, 2)}\n`);
	if (files.prompt !== undefined) await writeNew(files.prompt, `${JSON.stringify(read.template, null, 2)}\n`);
	const words = [
		'stillroom evals run',
		`--set ${files.set === undefined ? 'FILE' : quote(files.set)}`,
		...(files.prompt === undefined ? [] : [`--prompt ${quote(`@${files.prompt}`)}`]),
		...(read.models.length === 0
			? ['--candidate teacher=SERVICE:MODEL']
			: read.models.map(({model, label}) => `--candidate ${quote(`${toRole(label)}=${model}`)}`)),
		files.graders === undefined ? '--grader exact' : `--grader ${quote(`@${files.graders}`)}`,
		...(read.name === null ? [] : [`--name ${quote(read.name)}`]),
	];
	for (const note of read.notes) session.diagnostics.warn(cleanText(note));
	return {
		files: {set: files.set ?? null, graders: files.graders ?? null, prompt: files.prompt ?? null},
		rows: read.rows.length,
		graders: read.graders.length,
		command: words.join(' '),
		notes: read.notes,
	};
}

export const evalsImportCommand: CommandRecord = {
	name: 'import',
	summary: "Read a promptfoo configuration or OpenAI's eval definition: test set and graders as files, and the command that runs them.",
	args: [{spec: '<file>', help: 'YAML or JSON.'}],
	options: [
		{flags: '--out <folder>', help: 'Where the files are written; beside the file when left out.'},
		{flags: '--judge <model>', help: 'Who judges by rubrics that name no model, as SERVICE:MODEL.'},
		{flags: '--json', help: 'The files, the command and what could not be carried over as one JSON object.'},
	],
	outputs: [{flags: '--json', schema: 'evals-import'}],
	examples: [['stillroom evals import promptfooconfig.yaml --judge openai:gpt-4.1', 'what it tests, for models of any gateway']],
	notes: () => 'Nothing is sent and no file is written over. What cannot be carried over is said on stderr.',
	async run({args, options}, session) {
		const file = String(args[0]);
		const read = await readDefinition(file, (options.judge as string | undefined) ?? null);
		const folder = (options.out as string | undefined) ?? path.dirname(file);
		const {mkdir} = await import('node:fs/promises');
		await mkdir(folder, {recursive: true}).catch(() => {});
		const written = await writeImported(session, read, folder, path.basename(file).replace(/\.[^.]+$/, ''));
		if (options.json) await session.output.write(`${JSON.stringify(written, null, 2)}\n`);
		else await session.output.write(`${written.command}\n`);
		return 0;
	},
};
