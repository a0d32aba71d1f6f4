import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import type {DuplicateGroup, DuplicateRun} from '../../services/completions/find-duplicates.js';
import {formatCount, formatNumber} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import {truncate} from '../../view/width.js';
import type {CommandRecord, Session} from '../command.js';
import {ledgerFilterArgument, ledgerFilterNotes, readCriteria} from '../ledger-filter.js';
import {listOutputs} from '../outputs.js';
import {openProgress, quietOption} from '../progress.js';

const pipeWidth = 160;

const markRank = {picked: 0, none: 1, rejected: 2} as const;

/** The one to keep first: not rejected, best rated, newest. */
function byWorth(one: DuplicateRun, other: DuplicateRun): number {
	return markRank[one.mark] - markRank[other.mark] || (other.rating ?? 0) - (one.rating ?? 0) || (one.id < other.id ? 1 : -1);
}

function groupLines({isExact, runs}: DuplicateGroup, {output}: Session): readonly string[] {
	const width = output.columns ?? pipeWidth;
	return [
		`${formatCount(runs.length, 'completion')}, ${isExact ? 'the same' : 'nearly the same'}`,
		...runs.map(({id, model, rating, mark, answerExcerpt}) => {
			const words = [rating === null ? '' : `rated ${rating}`, mark === 'picked' ? 'accepted' : mark === 'rejected' ? 'rejected' : ''];
			const said = words.filter((word) => word !== '').join(', ');
			return truncate(`  ${id}  ${cleanText(model)}${said === '' ? '' : `  (${said})`}  ${cleanText(answerExcerpt ?? '')}`, width);
		}),
	];
}

export const completionsDuplicatesCommand: CommandRecord = {
	name: 'duplicates',
	whatStays: 'Nothing was changed.',
	summary: 'Find completions with the same prompt and answer, or nearly so.',
	args: [ledgerFilterArgument],
	options: [
		{flags: '--near', help: 'Also where prompt and answer share most of their words.'},
		{flags: '--extra', help: 'Only the ids of all but the best of each group, one a line.', conflicts: ['json', 'ndjson']},
		{flags: '--json', help: 'The groups as one JSON array.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One group a line.'},
		quietOption,
	],
	outputs: listOutputs('completions-duplicates', 'completions-duplicates.line'),
	examples: [
		["stillroom completions duplicates 'meta.task:titles'", 'the groups'],
		['stillroom completions duplicates --near --extra | stillroom completions mark rejected -', 'keep the best of each group'],
	],
	notes: () => `The best of a group is accepted, else the best rated, else the newest.\n\n${ledgerFilterNotes()}`,
	async run(input, session) {
		const criteria = await readCriteria(session, input);
		if (typeof criteria === 'number') return criteria;
		const {near, extra, json, ndjson} = input.options;
		const {output, signal, diagnostics} = session;
		const {findDuplicates} = await import('../../services/completions/find-duplicates.js');
		const progress = openProgress(session, input.options);
		const tell = createProgressWords('completion');
		const groups: DuplicateGroup[] = [];
		let found: {readonly groups: number; readonly runs: number; readonly more: number; readonly read: number} | null = null;
		for await (const event of findDuplicates(await session.context(), criteria, {isNear: near === true}, signal)) {
			if (event.type === 'progress') progress.show(tell({verb: 'compared', done: event.read, total: event.total}));
			else if (event.type === 'found') found = event;
			else {
				progress.clear();
				const group = {...event.group, runs: event.group.runs.toSorted(byWorth)};
				if (ndjson) await output.write(`${JSON.stringify(group)}\n`);
				else if (extra) await output.writeLines(group.runs.slice(1).map(({id}) => id));
				else if (json) groups.push(group);
				else await output.writeLines([...groupLines(group, session), '']);
			}
		}
		progress.clear();
		if (found === null) throw new Failure('interrupted', 'Stopped.');
		if (json) await output.write(`${JSON.stringify(groups, null, 2)}\n`);
		diagnostics.note(
			found.groups === 0
				? `No duplicates among ${formatCount(found.read, 'completion')}.`
				: `${formatCount(found.groups, 'group')} of ${formatNumber(found.runs)} completions: ${formatNumber(found.more)} could be left out.`,
		);
		return 0;
	},
};
