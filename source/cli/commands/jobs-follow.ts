import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import type {JobEvent} from '../../domain/job.js';
import type {JobRow} from '../../domain/job-row.js';
import type {JobsEvent} from '../../services/jobs/job-event.js';
import {jobProgressCell, rowStatusCell} from '../../view/job-columns.js';
import {eventLine} from '../../view/job-lines.js';
import type {CommandRecord, Session} from '../command.js';
import {readIds} from '../job-options.js';
import {paintLines} from '../paint-lines.js';

/** Of events that come at once, lines for a person. */
const shownAtOnce = 20;
/** Of what happened before, so many are held until they are shown. */
const historyEvents = 10_000;

/** What happened, for a person; a line begins with the job where there are several. */
async function writeEvents(session: Session, name: string, events: readonly JobEvent[]): Promise<void> {
	const paint = await session.paint();
	const shown = events.slice(-shownAtOnce);
	const more = events.length - shown.length;
	const head = name === '' ? '' : `${name}  `;
	const lines = paintLines(shown.map(eventLine), paint).map((line) => `${head}${line}`);
	await session.output.writeLines(more > 0 ? [`${head}... ${more.toLocaleString('en')} earlier events`, ...lines] : lines);
}

function sayRow(row: JobRow): string {
	const {job} = row;
	const progress = row.goneAt === null ? jobProgressCell(job).text : '';
	return `${cleanText(job.id)}  ${rowStatusCell(row).text}${/\d/.test(progress) ? `  ${progress}` : ''}`;
}

function sayEnd({job}: JobRow): string {
	if (job.state === 'succeeded') return `${cleanText(job.id)} succeeded: ${cleanText(job.fineTunedModel ?? 'it names no model')}`;
	const why = job.error === null ? (job.state === 'failed' ? 'the service does not say why' : null) : cleanText(job.error.message);
	return `${cleanText(job.id)} ${job.state}${why === null ? '' : `: ${why}`}`;
}

export const jobsFollowCommand: CommandRecord = {
	name: 'follow',
	summary: 'Follow jobs until they end: what happened so far, then what happens.',
	args: [{spec: '<ids...>', help: 'Job ids, at whichever service has them; SERVICE/ID asks only there.'}],
	options: [{flags: '--ndjson', help: 'Every event as one JSON object a line, from the first to the end.'}],
	outputs: [{flags: '--ndjson', schema: 'jobs-follow.line'}],
	examples: [
		['stillroom jobs follow ftjob-abc123', 'lines for people'],
		['stillroom jobs follow ftjob-abc123 --ndjson | jq -c \'select(.type == "events") | .events[].metrics\'', 'its curve as it grows'],
	],
	notes: () =>
		`Nothing of ours need run for a job to go on: stop it with Ctrl+C and follow again whenever you like; events that were read are not read twice.
A lost network is waited for. Exit codes: 0 when all succeeded, 1 when one failed, was cancelled or is not there any more.`,
	async run({args, options}, session) {
		const [{findJob}, {followJobs}] = await Promise.all([
			import('../../services/jobs/find-job.js'),
			import('../../services/jobs/follow-jobs.js'),
		]);
		const context = await session.context();
		const {output, diagnostics, signal} = session;
		const which: {readonly service: JobRow['job']['service']; readonly id: string}[] = [];
		for (const id of readIds(args[0])) {
			const job = await findJob(context, id, signal);
			if (!which.some((one) => one.service === job.service && one.id === job.id)) which.push({service: job.service, id: job.id});
		}
		const ends: JobRow[] = [];
		const isFailing = new Set<string>();
		const nameOf = (id: string) => (which.length > 1 ? cleanText(id) : '');
		/** What happened before comes page by page, and is shown at once and cut: null when all that was told. */
		let history: Map<string, JobEvent[]> | null = new Map();
		const tellHistory = async (): Promise<void> => {
			for (const [id, events] of history ?? []) await writeEvents(session, nameOf(id), events);
			history = null;
		};
		const tell = async (event: JobsEvent): Promise<void> => {
			if (event.type === 'ended') ends.push(event.row);
			if (options.ndjson) return void (await output.write(`${JSON.stringify(event)}\n`));
			if (event.type === 'waiting' || event.type === 'ended') await tellHistory();
			if (event.type === 'events' && history !== null)
				history.set(event.id, [...(history.get(event.id) ?? []), ...event.events].slice(-historyEvents));
			else if (event.type === 'events') await writeEvents(session, nameOf(event.id), event.events);
			else if (event.type === 'changed') await output.writeLines([sayRow(event.row)]);
			else if (event.type === 'ended') await output.writeLines([sayEnd(event.row)]);
		};
		for await (const event of followJobs(context, which, signal)) {
			if (event.type === 'failed') {
				if (!isFailing.has(event.service))
					diagnostics.warn(`${event.message}${event.retrySeconds > 0 ? ` Asked again in ${event.retrySeconds} s.` : ''}`);
				isFailing.add(event.service);
			} else if (event.type === 'changed' && isFailing.delete(event.row.job.service)) diagnostics.note('It answers again.');
			await tell(event);
		}
		if (signal.aborted && ends.length < which.length) throw new Failure('interrupted', 'Stopped; the jobs go on.');
		return ends.length === which.length && ends.every(({job}) => job.state === 'succeeded') ? 0 : exitCodes.failed;
	},
};
