import {isEnded} from '../../../domain/job.js';
import type {Context} from '../../../services/context.js';
import type {JobDetail, JobRow, JobsEvent} from '../../../services/jobs/job-event.js';
import {jsonLines} from '../../../view/json-lines.js';
import {type Line, paragraph} from '../../../view/line.js';
import {toLine} from '../../carry-out.js';
import {gather} from '../../gather.js';
import {type Action, flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import type {State} from '../../state/state.js';
import {jobKey} from './jobs-slice.js';
import {bareDetail, selectChosen, selectDetail} from './state.js';

const restMilliseconds = 60;

/** What was known of jobs before is shown at once; the services are followed from then on, also while another screen is open. */
const follow: Effect = {
	on: ['jobs/opened', 'jobs/created', 'jobs/changed', 'app/refresh-asked'],
	async *run({action, context, getState, quitting, signal}) {
		if (action.type === 'app/refresh-asked' && getState().screen !== 'jobs') {
			if (getState().screens.jobs.services === null) return;
		}
		try {
			const {loadJobs} = await import('../../../services/jobs/load-jobs.js');
			const {followJobs} = await import('../../../services/jobs/follow-jobs.js');
			yield {type: 'jobs/services-known', services: context.tuners};
			yield {type: 'jobs/loaded', rows: await loadJobs(context)};
			const both = AbortSignal.any([signal, quitting]);
			for await (const events of gather(followJobs(context, null, both), context.clock, both)) {
				for (const event of events) {
					yield {type: 'jobs/happened', event};
					if (event.type === 'ended') yield* ending(event.row, getState());
				}
				yield* knownDetail(context, getState(), events);
			}
		} catch (error) {
			if (!signal.aborted) yield {type: 'jobs/failed', message: toLine(error)};
		}
	},
};

/** An end is told once, whoever sees it first: the list that is followed, or the job that is read. */
function* ending(row: JobRow, {screens}: State): Generator<Action> {
	if (!screens.jobs.told.has(jobKey(row.job))) yield {type: 'jobs/ended', row};
}

/** The job under the cursor anew, where something of it was kept just now. However much comes, it is shown as it comes. */
async function* knownDetail(context: Context, state: State, events: readonly JobsEvent[]): AsyncGenerator<Action> {
	const chosen = state.screen === 'jobs' ? selectChosen(state) : undefined;
	if (!chosen || !events.some((event) => isAbout(event, chosen))) return;
	const {readKnownDetail} = await import('../../../services/jobs/read-job-detail.js');
	const detail = await readKnownDetail(context, chosen.job.service, chosen.job.id);
	if (detail) yield {type: 'jobs/detail-received', detail: asListed(detail, state)};
}

/** What is known without asking says nothing of whether the service can be asked: the row of the list does. */
const asListed = (detail: JobDetail, {screens}: State): JobDetail => ({
	...detail,
	row: {...detail.row, isStale: screens.jobs.rows?.get(jobKey(detail.row.job))?.isStale ?? detail.row.isStale},
});

const isAbout = (event: JobsEvent, {job}: JobRow): boolean =>
	event.type === 'events'
		? event.service === job.service && event.id === job.id
		: (event.type === 'changed' || event.type === 'ended') && jobKey(event.row.job) === jobKey(job);

const openScreen: Effect = {
	on: ['app/screen-opened'],
	async *run({getState}) {
		if (getState().screen === 'jobs' && getState().screens.jobs.services === null) yield {type: 'jobs/opened'};
	},
};

/** The whole job under the cursor, as soon as the cursor rests: what is known of it at once, then what the service says. */
const readDetail: Effect = {
	on: ['app/screen-opened', 'list/moved', 'list/filter-typed', 'list/filter-set', 'list/sorted', 'jobs/loaded', 'jobs/created'],
	async *run({context, getState, signal, quitting}) {
		if (getState().screen !== 'jobs') return;
		await context.clock.sleep(restMilliseconds, signal);
		const chosen = selectChosen(getState());
		if (signal.aborted || !chosen) return;
		const {readKnownDetail, readJobDetail} = await import('../../../services/jobs/read-job-detail.js');
		const {service, id} = chosen.job;
		try {
			const known = await readKnownDetail(context, service, id);
			if (known && !signal.aborted) yield {type: 'jobs/detail-received', detail: asListed(known, getState())};
			const detail = await readJobDetail(context, service, id, AbortSignal.any([signal, quitting]));
			if (signal.aborted) return;
			const before = getState().screens.jobs.rows?.get(jobKey(chosen.job));
			yield {type: 'jobs/detail-received', detail};
			if (before && !isEnded(before.job.state) && isEnded(detail.row.job.state)) yield* ending(detail.row, getState());
		} catch (error) {
			if (signal.aborted) return;
			const shown = selectDetail(getState()) ?? bareDetail(chosen);
			yield {type: 'jobs/detail-received', detail: {...shown, problems: [toLine(error)]}};
		}
	},
};

/** A terminal bell where the user asked for one, and a word in the message line, whatever screen is open. */
const tellEnd: Effect = {
	on: ['jobs/ended'],
	async *run({action, terminal, getState}) {
		if (action.type !== 'jobs/ended') return;
		const {job} = action.row;
		if (getState().hasBell) terminal.bell();
		yield flash(
			job.state === 'succeeded'
				? `job ${job.id} succeeded: ${job.fineTunedModel ?? 'no model named'}; e evaluates it`
				: `job ${job.id} ${job.state}${job.error ? `: ${job.error.message}` : ''}`,
			job.state === 'succeeded' ? 'good' : job.state === 'failed' ? 'bad' : 'warn',
		);
	},
};

function control(on: 'jobs/cancel-asked' | 'jobs/pause-asked', carry: (input: EffectInput, row: JobRow) => Promise<string>): Effect {
	return {
		on: [on],
		async *run(input) {
			const row = selectChosen(input.getState());
			if (!row) return;
			try {
				const said = await carry(input, row);
				yield {type: 'jobs/changed'};
				yield flash(said, 'good');
			} catch (error) {
				yield flash(toLine(error), 'bad');
			}
		},
	};
}

const cancel = control('jobs/cancel-asked', async ({context, quitting}, {job}) => {
	const {cancelJob} = await import('../../../services/jobs/control-jobs.js');
	return `job ${job.id}: ${(await cancelJob(context, job.service, job.id, quitting)).statusWord}`;
});

const pause = control('jobs/pause-asked', async ({context, quitting}, {job}) => {
	const {pauseJob, resumeJob} = await import('../../../services/jobs/control-jobs.js');
	const changed = await (job.state === 'paused' ? resumeJob : pauseJob)(context, job.service, job.id, quitting);
	return `job ${job.id}: ${changed.statusWord}`;
});

const result: Effect = {
	on: ['jobs/result-asked'],
	async *run({context, getState, quitting}) {
		const row = selectChosen(getState());
		if (!row) return;
		try {
			const {readResult} = await import('../../../services/jobs/control-jobs.js');
			const found = await readResult(context, row.job.service, row.job.id, quitting);
			if (found === null) return yield flash('this job has no result file yet', 'dim');
			const lines: readonly Line[] = found.text.split('\n').flatMap((text) => paragraph(text, getState().size.columns - 2));
			yield {type: 'report/shown', title: `Result file of ${row.job.id}`, lines: lines.length > 0 ? lines : jsonLines(found.metrics, 100)};
		} catch (error) {
			yield flash(toLine(error), 'bad');
		}
	},
};

export const jobsEffects: readonly Effect[] = [openScreen, follow, readDetail, tellEnd, cancel, pause, result];
