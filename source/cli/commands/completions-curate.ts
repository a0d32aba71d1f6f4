import {Failure} from '../../domain/failure.js';
import type {Curation} from '../../services/completions/curate.js';
import {formatCount} from '../../view/format.js';
import type {CommandInput, CommandRecord, OptionRecord, Session} from '../command.js';
import {filterOption, idsArgument, isId, readRunIds, resolveId} from '../completion-ids.js';
import {openLedger} from '../ledger-filter.js';
import {parsePair} from '../prompt-options.js';
import {readStdin, readTextFile} from '../read-input.js';

const jsonOption: OptionRecord = {flags: '--json', help: 'What changed, as one JSON object.'};
const idsOptions: readonly OptionRecord[] = [filterOption, jsonOption];

const undoNote = () => 'Nothing is lost: every change is an entry of the ledger, and stillroom completions undo takes the last one back.';

/** Makes one change to the completions that were named, and says what became of it. */
async function change(session: Session, typed: readonly string[], input: CommandInput, curation: Curation, words: string): Promise<number> {
	const ids = await readRunIds(session, typed, input);
	if (typeof ids === 'number') return ids;
	const {curate} = await import('../../services/completions/curate.js');
	const {batch, runs} = await curate(await session.context(), ids, curation, undefined, session.signal);
	const unchanged = ids.length - runs.length;
	if (input.options.json) {
		await session.output.write(`${JSON.stringify({batch, changed: runs.length, unchanged, runs}, null, 2)}\n`);
		return 0;
	}
	const already = unchanged === 0 ? '' : `, ${unchanged} had it already`;
	session.diagnostics.note(ids.length === 0 ? 'No completion matches.' : `${formatCount(runs.length, 'completion')} ${words}${already}.`);
	return 0;
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** `name` or `name=value`. */
function readTags(words: readonly string[]): Readonly<Record<string, string>> {
	return Object.fromEntries(words.map((word) => (word.includes('=') ? parsePair(word) : [word, ''])));
}

export const completionsTagCommand: CommandRecord = {
	name: 'tag',
	summary: 'Give completions tags, or take tags away.',
	args: [{spec: '<words...>', help: 'Ids (- reads them from stdin) and tags: NAME or NAME=VALUE.'}],
	options: [{flags: '--remove', help: 'Take the tags away; only their names count.'}, ...idsOptions],
	outputs: [{flags: '--json', schema: 'curation'}],
	examples: [
		['stillroom completions tag 01JD8Z… good task=titles', 'two tags for one'],
		["stillroom completions tag --filter 'meta.task:titles rating>=4' split=train", 'all that match'],
		['stillroom completions tag --filter tag:good good --remove', 'take it away again'],
	],
	notes: undoNote,
	async run(input, session) {
		const words = textsOf(input.args[0]);
		const names = words.filter((word) => !isId(word));
		if (names.length === 0) throw new Failure('usage', 'Which tag?', {next: 'Give NAME or NAME=VALUE behind the ids.'});
		const tags = readTags(names);
		const removed = Object.fromEntries(Object.keys(tags).map((name) => [name, null]));
		const isRemoval = input.options.remove === true;
		return change(
			session,
			words.filter((word) => isId(word)),
			input,
			{tags: isRemoval ? removed : tags},
			isRemoval ? 'untagged' : 'tagged',
		);
	},
};

export const completionsRateCommand: CommandRecord = {
	name: 'rate',
	summary: 'Rate completions from 1 (worst) to 5 (best).',
	args: [{spec: '<stars>', help: '1 to 5, or none to take the rating back.', choices: ['1', '2', '3', '4', '5', 'none']}, idsArgument],
	options: idsOptions,
	outputs: [{flags: '--json', schema: 'curation'}],
	examples: [
		['stillroom completions rate 5 01JD8Z…', 'one of the best'],
		["stillroom completions list 'tag:draft' --json | jq -r '.[].id' | stillroom completions rate 2 -", 'ids from a pipe'],
	],
	notes: undoNote,
	run(input, session) {
		const stars = String(input.args[0]);
		const rating = stars === 'none' ? null : Number(stars);
		return change(session, textsOf(input.args[1]), input, {rating}, rating === null ? 'not rated any more' : `rated ${rating}`);
	},
};

const marks = {accepted: 'picked', rejected: 'rejected', none: 'none'} as const;
const isMark = (word: string): word is keyof typeof marks => Object.hasOwn(marks, word);

export const completionsMarkCommand: CommandRecord = {
	name: 'mark',
	summary: 'Accept or reject completions.',
	args: [{spec: '<mark>', help: 'accepted, rejected, or none to take it back.', choices: Object.keys(marks)}, idsArgument],
	options: idsOptions,
	outputs: [{flags: '--json', schema: 'curation'}],
	examples: [
		['stillroom completions mark accepted 01JD8Z…', 'it may teach'],
		["stillroom completions mark rejected --filter 'status:failed'", 'answers that broke off'],
	],
	notes: undoNote,
	run(input, session) {
		const word = String(input.args[0]);
		if (!isMark(word)) throw new Failure('usage', `"${word}" is no mark.`);
		return change(session, textsOf(input.args[1]), input, {mark: marks[word]}, word === 'none' ? 'not marked any more' : word);
	},
};

export const completionsNoteCommand: CommandRecord = {
	name: 'note',
	summary: 'Write a note beside completions.',
	args: [{spec: '<text>', help: 'The note; an empty one takes it away.'}, idsArgument],
	options: idsOptions,
	outputs: [{flags: '--json', schema: 'curation'}],
	examples: [['stillroom completions note "too long, but right" 01JD8Z…', 'for whoever reads it next']],
	notes: undoNote,
	run(input, session) {
		const text = String(input.args[0]).trim();
		return change(session, textsOf(input.args[1]), input, {note: text || null}, text === '' ? 'without a note' : 'noted');
	},
};

export const completionsEditCommand: CommandRecord = {
	name: 'edit',
	summary: 'Replace the answer that is trained on; the original is kept, and the edit is recorded.',
	args: [{spec: '<id>', help: 'Id of the completion.'}],
	options: [
		{flags: '--text <text>', help: 'The new answer.', conflicts: ['file', 'revert']},
		{flags: '--file <path>', help: 'A file with the new answer; - reads stdin.', conflicts: ['revert']},
		{flags: '--revert', help: 'Back to the original answer.'},
		jsonOption,
	],
	outputs: [{flags: '--json', schema: 'curation'}],
	examples: [
		['stillroom completions edit 01JD8Z… --file better.txt', 'the text of a file'],
		['stillroom completions edit 01JD8Z… --revert', 'as the model wrote it'],
	],
	notes: undoNote,
	async run(input, session) {
		const {text, file, revert} = input.options as {readonly text?: string; readonly file?: string; readonly revert?: boolean};
		if (text === undefined && file === undefined && !revert)
			throw new Failure('usage', 'What shall the answer be?', {next: 'Give --text, --file (- for stdin) or --revert.'});
		const ledger = await openLedger(session);
		const run = ledger.readRun(resolveId(ledger, String(input.args[0])))!;
		const typed = revert
			? null
			: (text ?? (file === '-' ? await readStdin(session.io.stdin, session.signal) : await readTextFile(String(file))));
		// A file ends with a line break because files do; an answer that had none keeps none.
		const isBroken = text === undefined && typed !== null && !run.text?.endsWith('\n');
		const wanted = isBroken ? typed.replace(/\r?\n$/, '') : typed;
		const answer = wanted === run.text ? null : wanted;
		return change(session, [run.completion.id], input, {answer}, answer === null ? 'with its original answer' : 'edited');
	},
};

const fieldWords = {rating: 'rating', mark: 'mark', tags: 'tags', note: 'note', answer_hash: 'edit'} as const;

export const completionsUndoCommand: CommandRecord = {
	name: 'undo',
	summary: 'Take the last rating, mark, tag, note or edit back, with everything that one command changed.',
	args: [{spec: '[batch]', help: 'This change instead of the last one, as --json named it.'}],
	options: [jsonOption],
	outputs: [{flags: '--json', schema: 'completions-undo'}],
	examples: [['stillroom completions undo', 'as if the last command had not been']],
	async run({args, options}, session) {
		const {undoCuration} = await import('../../services/completions/curate.js');
		const {batch, runs, fields} = await undoCuration(await session.context(), args[0] as string | undefined);
		const what = fields.map((field) => fieldWords[field]);
		if (options.json) await session.output.write(`${JSON.stringify({batch, changed: runs.length, what, runs}, null, 2)}\n`);
		else
			session.diagnostics.note(`Taken back for ${formatCount(runs.length, 'completion')}: ${what.join(', ') || 'nothing was left of it'}.`);
		return 0;
	},
};
