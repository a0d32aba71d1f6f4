import {cleanText} from '../../../domain/clean-text.js';
import type {ImportReport} from '../../../domain/import-report.js';
import type {DuplicateGroup} from '../../../services/completions/find-duplicates.js';
import type {SyncProgress} from '../../../services/completions/sync-event.js';
import {formatCount, formatDate} from '../../../view/format.js';
import {importLines} from '../../../view/import-lines.js';
import {emptyLine, type Line, line, span, truncateLine} from '../../../view/line.js';
import {createProgressWords, type ProgressTeller} from '../../../view/progress-words.js';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import {flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {selectCriteria, selectRun, selectTargets} from './state.js';

const number = (count: number): string => count.toLocaleString('en');

/** The list of a growing ledger is read anew so often while a sync goes on. */
const refreshEvery = 500;

function syncFacts({listed, added, changed, vanished, reachedAt, pausedSeconds}: SyncProgress): Parameters<ProgressTeller>[0] {
	return {
		done: listed,
		total: null,
		instead: pausedSeconds > 0 ? `OpenAI: again in ${Math.ceil(pausedSeconds)} s` : null,
		more: [
			`${number(added)} new`,
			...(changed > 0 ? [`${number(changed)} changed`] : []),
			...(vanished > 0 ? [`${number(vanished)} gone there`] : []),
			...(reachedAt === null ? [] : [`back to ${formatDate(reachedAt)}`]),
		],
	};
}

async function* syncing({context, signal}: EffectInput, isFull: boolean): AsyncGenerator<WorkStep> {
	const {syncStored} = await import('../../../services/completions/sync-stored.js');
	const tell = createProgressWords('completion');
	let shownAt = 0;
	for await (const event of syncStored(context, {isFull}, signal)) {
		if (event.type === 'progress') {
			yield tell(syncFacts(event.progress));
			// What a new user waits for are the first rows.
			if (event.progress.added - shownAt >= (shownAt === 0 ? 1 : refreshEvery)) {
				shownAt = event.progress.added;
				yield {type: 'completions/changed'};
			}
		}
		if (event.type !== 'stopped') continue;
		const {added, changed, vanished, skipped} = event.progress;
		const sum = `${number(added)} new, ${number(changed)} changed${vanished > 0 ? `, ${number(vanished)} gone there` : ''}${skipped > 0 ? `, ${number(skipped)} could not be read` : ''}`;
		yield {type: 'completions/changed'};
		yield event.failure && event.reason === 'failed'
			? {ended: `${event.failure.toLine()} What came before is kept: ${sum}.`, tone: 'bad'}
			: {ended: `OpenAI's stored completions: ${sum}${event.reason === 'done' ? '' : '; F goes on where it ended'}`};
	}
}

const sync: Effect = {
	on: ['completions/sync-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'completions/sync-asked') yield* carryOut(input, 'fetching', syncing(input, input.action.isFull));
	},
};

async function* removing({context, getState, signal}: EffectInput): AsyncGenerator<WorkStep> {
	const targets = selectTargets(getState());
	const {removeStored} = await import('../../../services/completions/change-remote.js');
	const tell = createProgressWords('copy');
	for await (const event of removeStored(context, (await context.ledger()).ids(targets), signal)) {
		if (event.type === 'progress')
			yield tell({done: event.progress.done, total: event.progress.total, more: [`${number(event.progress.deleted)} deleted`]});
		if (event.type !== 'stopped') continue;
		const {deleted, gone, skipped, failed} = event.progress;
		const parts = [
			`${number(deleted)} deleted at OpenAI`,
			...(gone > 0 ? [`${number(gone)} were gone already`] : []),
			...(skipped > 0 ? [`${number(skipped)} have no copy there`] : []),
			...(failed > 0 ? [`${number(failed)} failed`] : []),
		];
		yield {type: 'completions/changed'};
		yield {
			ended: `${event.failure ? `${event.failure.toLine()} ` : ''}${parts.join(', ')}`,
			tone: event.failure || failed > 0 ? 'bad' : 'good',
		};
	}
}

const remove: Effect = {
	on: ['completions/delete-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'completions/delete-asked') yield* carryOut(input, 'deleting', removing(input));
	},
};

const changeMetadataEffect: Effect = {
	on: ['completions/metadata-asked'],
	async *run({action, context, getState, quitting}) {
		const run = selectRun(getState());
		if (action.type !== 'completions/metadata-asked' || !run) return;
		const known = Object.keys(run.completion.remote?.metadata ?? {}).map((key) => [key, null] as const);
		try {
			const {changeMetadata} = await import('../../../services/completions/change-remote.js');
			await changeMetadata(context, run.completion.id, {...Object.fromEntries(known), ...action.metadata}, quitting);
			yield {type: 'completions/changed'};
			yield flash('metadata changed at OpenAI', 'good');
		} catch (error) {
			yield flash(toLine(error), 'bad');
		}
	},
};

const markWords = {picked: 'accepted', rejected: 'rejected'} as const;

/** A group with a line for each completion, cut at `width`: the ends of long prompts say nothing here. */
function groupLines({isExact, runs}: DuplicateGroup, width: number): readonly Line[] {
	return [
		line(
			span(`${number(runs.length)} completions`, 'strong'),
			span(isExact ? '  the same prompt and answer' : '  nearly the same', isExact ? 'plain' : 'warn'),
		),
		...runs.map(({id, model, rating, mark, promptExcerpt}) =>
			truncateLine(
				line(
					span(`  ${id}  `, 'dim'),
					span(mark === 'picked' || mark === 'rejected' ? `${markWords[mark]}  ` : '', mark === 'picked' ? 'accent' : 'bad'),
					span(rating === null ? '' : `rated ${rating}  `, 'accent'),
					span(`${cleanText(model)}  `),
					span(promptExcerpt === null ? 'text deleted' : cleanText(promptExcerpt.slice(0, 400)), 'dim'),
				),
				width,
			),
		),
		emptyLine,
	];
}

/** Groups that are listed; the command line writes all. */
const listedGroups = 200;

async function* lookingForDuplicates({context, getState, signal}: EffectInput, isNear: boolean): AsyncGenerator<WorkStep> {
	const criteria = selectCriteria(getState());
	const {findDuplicates} = await import('../../../services/completions/find-duplicates.js');
	const lines: Line[] = [];
	let listed = 0;
	const tell = createProgressWords('completion');
	for await (const event of findDuplicates(context, criteria, {isNear}, signal)) {
		if (event.type === 'progress') yield tell({done: event.read, total: event.total});
		if (event.type === 'group' && listed++ < listedGroups) lines.push(...groupLines(event.group, getState().size.columns - 2));
		if (event.type !== 'found') continue;
		const words = `${formatCount(event.groups, 'group')}; ${number(event.more)} of ${number(event.read)} completions could be left out`;
		if (event.groups > listedGroups)
			lines.push(
				line(
					span(`The first ${number(listedGroups)} of ${number(event.groups)} groups; `, 'dim'),
					span(`stillroom completions duplicates${isNear ? ' --near' : ''}`, 'accent'),
					span(' writes all.', 'dim'),
				),
			);
		if (event.groups === 0) {
			yield {ended: `no ${isNear ? 'near ' : ''}duplicates among ${number(event.read)} completions`};
			return;
		}
		yield {type: 'report/shown', title: `${isNear ? 'Near duplicates' : 'Duplicates'} · ${words}`, lines};
		yield {ended: `${words}; a data set keeps one of each`};
	}
}

const duplicates: Effect = {
	on: ['completions/duplicates-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'completions/duplicates-asked')
			yield* carryOut(input, 'comparing', lookingForDuplicates(input, input.action.isNear), 'nothing was changed');
	},
};

/** Here no flag says where it will be trained: the form of a data set does. */
function forDashboard(report: ImportReport): ImportReport {
	const next = report.next.filter((step) => !/(^| )--\w/.test(step));
	return {
		...report,
		next: report.added + report.known === 0 ? next : [...next, 'Filter them, then a: the gate judges each for where it is trained.'],
	};
}

async function* importing({context, getState, signal}: EffectInput, file: string): AsyncGenerator<WorkStep> {
	const {importCompletions} = await import('../../../services/import/import-completions.js');
	const tell = createProgressWords('row');
	for await (const event of importCompletions(context, {files: [file]}, signal)) {
		if (event.type === 'progress') {
			const {rows, added, unreadable, done, total} = event.progress;
			yield tell({
				done: rows,
				total: null,
				share: total === null || total === 0 ? null : done / total,
				more: [`${number(added)} new`, ...(unreadable > 0 ? [`${number(unreadable)} unreadable`] : [])],
			});
			continue;
		}
		const {added, known, unreadable, sources} = event.report;
		const isUnread = sources.length > 0 && sources.every(({kind}) => kind === 'unreadable');
		const words = isUnread
			? `${cleanText(file)} could not be read`
			: `${number(added)} new, ${number(known)} known before${unreadable > 0 ? `, ${formatCount(unreadable, 'line')} unreadable` : ''}`;
		yield {type: 'completions/changed'};
		yield {
			type: 'report/shown',
			title: `Import of ${cleanText(file)}`,
			lines: importLines(forDashboard(event.report), getState().size.columns - 2),
		};
		yield {
			ended: `${event.failure ? `${event.failure.toLine()} ` : ''}${words}`,
			tone: event.failure || isUnread ? 'bad' : unreadable > 0 ? 'warn' : 'good',
		};
	}
}

const importFile: Effect = {
	on: ['completions/import-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'completions/import-asked') yield* carryOut(input, 'importing', importing(input, input.action.file));
	},
};

export const remoteEffects: readonly Effect[] = [sync, remove, changeMetadataEffect, duplicates, importFile];
