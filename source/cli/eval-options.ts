import type {Candidate, EvalDefinition, Grader} from '../domain/evaluation.js';
import {Failure} from '../domain/failure.js';
import {parseCandidate, parseGrader} from '../services/evals/parse-eval-words.js';
import type {PromptTemplate} from '../services/evals/read-test-set.js';
import type {OptionRecord, Session} from './command.js';
import {readRunIds} from './completion-ids.js';
import {parseLimit} from './list-options.js';
import {parseUsd} from './prompt-options.js';
import {readTextFile, readTextOrFile} from './read-input.js';

type Options = Readonly<Record<string, unknown>>;

const between = (least: number, most: number) => (text: string) => {
	const number = Number(text);
	if (text.trim() === '' || !(number >= least && number <= most)) throw new Error(`It must be a number from ${least} to ${most}.`);
	return number;
};

function parseSeed(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new Error('It must be a whole number of at most nine digits.');
	return Number(text);
}

/** What `evals run` takes. */
export const evalRunOptions: readonly OptionRecord[] = [
	{flags: '--set <name>', help: 'The test set: the held-out rows of a data set (NAME or NAME@VERSION), or a JSONL file.'},
	{flags: '--filter <filter>', help: 'Instead of --set: the completions that match; their answers are the references.'},
	{flags: '--ids <ids>', help: 'Instead of --set: these completions, joined by commas.'},
	{flags: '--part <part>', help: 'Which rows of a data set (default valid).', choices: ['valid', 'train']},
	{
		flags: '--prompt <text>',
		help: 'For rows without messages: the prompt with {{item.name}} in it; @FILE reads it, a JSON array is a chat.',
	},
	{
		flags: '--candidate <role=model>',
		help: 'teacher, base, student, checkpoint or other=SERVICE:MODEL (may be repeated); ROLE:LABEL=... where two have one role.',
		isRepeatable: true,
	},
	{flags: '--grader <grader>', help: 'How answers are graded (may be repeated), see below.', isRepeatable: true},
	{flags: '--rubric <text>', help: 'What judges look at instead of the reference; @FILE reads it.'},
	{flags: '--extend <id>', help: 'Add candidates or graders to an evaluation, or go on with it: only what is missing is sent.'},
	{flags: '--name <name>', help: 'For people.'},
	{flags: '--limit <n>', help: 'At most so many questions.', parse: parseLimit},
	{flags: '--concurrency <n>', help: 'Requests under way at most (default 8).', parse: parseLimit},
	{flags: '--max-cost <usd>', help: 'Stop before it can cost more than so many USD, judges and earlier runs included.', parse: parseUsd},
	{flags: '--max-tokens <n>', help: 'Longest answer, in tokens (default 1024).', parse: parseLimit},
	{
		flags: '--temperature <n>',
		help: '0 to 2 (default 0); none sends none, for models that refuse it.',
		parse: (text) => (text === 'none' ? text : between(0, 2)(text)),
	},
	{flags: '--seed <n>', help: 'Sent with every question, and draws what is judged twice.', parse: parseSeed},
	{flags: '--repeat <share>', help: 'Share of answers that a judge sees twice (default 0.1).', parse: between(0, 1)},
	{flags: '--retry-failed', help: 'Send again what failed, and grade again what could not be graded.'},
	{flags: '--reason <text>', help: 'Why candidates that the policy refuses are asked all the same; recorded.'},
	{flags: '--skip-invalid', help: 'Leave out rows that cannot be used, instead of sending nothing.'},
	{flags: '--dry-run', help: 'Say how many requests it takes and what they can cost at most; send nothing.'},
	{flags: '--json', help: 'The result as one JSON object.', conflicts: ['ndjson']},
	{flags: '--ndjson', help: 'One JSON object for each answer as it is graded, the result last.'},
	{flags: '--quiet', help: 'No progress and no summary on stderr.'},
	{flags: '--refresh', help: 'Read the catalogues anew; fail when that fails.'},
];

/** Throws Failure kind usage. A label that stands there twice gets its model behind it. */
export function readCandidates(options: Options): readonly Candidate[] {
	const read = ((options.candidate ?? []) as readonly string[]).map((text) => {
		const candidate = parseCandidate(text);
		if (typeof candidate === 'string')
			throw new Failure('usage', candidate, {next: 'For example: --candidate teacher=openrouter:deepseek/deepseek-v3.2'});
		return candidate;
	});
	const isTwice = (label: string) => read.filter((other) => other.label === label).length > 1;
	return read.map((candidate) =>
		isTwice(candidate.label) ? {...candidate, label: `${candidate.label} ${candidate.target.model}`} : candidate,
	);
}

/** Throws Failure kind usage. Two graders of one name are numbered. */
export async function readGraders(session: Session, options: Options): Promise<readonly Grader[]> {
	const rubric = options.rubric === undefined ? null : await readTextOrFile(String(options.rubric));
	const graders: Grader[] = [];
	for (const text of (options.grader ?? []) as readonly string[]) {
		if (text.startsWith('@')) {
			const {readOpenaiEval} = await import('../services/evals/openai-evals.js');
			const found = readOpenaiEval(await readJson(text.slice(1)));
			for (const note of found.notes) session.diagnostics.warn(note);
			if (found.graders.length === 0) throw new Failure('usage', `"${text.slice(1)}" holds no grader that can be used.`);
			graders.push(...found.graders);
			continue;
		}
		const grader = parseGrader(text, {rubric});
		if (typeof grader === 'string') throw new Failure('usage', grader);
		graders.push(grader);
	}
	return graders.map((grader, index) => {
		const earlier = graders.slice(0, index).filter(({name}) => name === grader.name).length;
		return earlier === 0 ? grader : {...grader, name: `${grader.name} ${earlier + 1}`};
	});
}

export async function readJson(path: string): Promise<unknown> {
	const text = await readTextFile(path);
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new Failure('usage', `"${path}" is not JSON.`, {why: error instanceof Error ? error.message : String(error)});
	}
}

/** A prompt template as typed: a text for the user, or a chat as JSON. `{{name}}` is `{{item.name}}`. */
export async function readPromptTemplate(options: Options): Promise<PromptTemplate | null> {
	if (options.prompt === undefined) return null;
	const text = (await readTextOrFile(String(options.prompt))).trim();
	const fill = (content: string) => content.replaceAll(/\{\{\s*(?!(?:item|sample)\b)([^{}]+?)\s*\}\}/g, '{{item.$1}}');
	if (text.startsWith('[')) {
		try {
			const chat = JSON.parse(text) as PromptTemplate;
			if (chat.length > 0 && chat.every(({role, content}) => typeof role === 'string' && typeof content === 'string'))
				return chat.map(({role, content}) => ({role, content: fill(content)}));
		} catch {
			// A text that begins with a bracket.
		}
	}
	return [{role: 'user', content: fill(text)}];
}

/** Which questions are asked, or the exit code after saying what is wrong with the filter. Throws Failure. */
export async function readTestSource(session: Session, options: Options): Promise<EvalDefinition['testSet'] | number> {
	const given = ['set', 'filter', 'ids'].filter((name) => options[name] !== undefined);
	if (given.length !== 1)
		throw new Failure('usage', given.length === 0 ? 'Which questions are asked?' : `Both --${given.join(' and --')} were given.`, {
			next: 'Name a data set or a file with --set, or choose completions with --filter or --ids.',
		});
	if (options.set === undefined) {
		const ids =
			options.ids === undefined
				? []
				: String(options.ids)
						.split(',')
						.filter((id) => id.trim() !== '');
		const runs = await readRunIds(session, ids, {options: options.filter === undefined ? {} : {filter: options.filter}});
		if (typeof runs === 'number') return runs;
		if (runs.length === 0) throw new Failure('usage', 'No completion matches, so there is nothing to ask.');
		return {kind: 'completions', runs};
	}
	const name = String(options.set);
	const {existsSync} = await import('node:fs');
	if (/[\\/]|\.(?:jsonl?|ndjson)$/i.test(name) || existsSync(name)) return {kind: 'file', path: name, hash: ''};
	const {findDataset} = await import('../services/dataset/find-dataset.js');
	const dataset = await findDataset(await session.context(), name, session.signal);
	const part = (options.part as 'valid' | 'train' | undefined) ?? 'valid';
	if (dataset.counts[part] === 0)
		throw new Failure('usage', `${dataset.name}@${dataset.version} has no ${part === 'valid' ? 'held-out' : 'training'} rows.`, {
			next: part === 'valid' ? 'Create it with --validation 0.1, or ask its training rows with --part train.' : 'Choose another one.',
		});
	return {kind: 'dataset', name: dataset.name, version: dataset.version, part};
}
