import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import {type TuningJob, type TuningService, tuningServiceNames, tuningServices} from '../../domain/job.js';
import type {Context} from '../context.js';
import {openKnownJobs} from './known-jobs.js';

const listFormat = new Intl.ListFormat('en');

/**
 * The job with this id, at whichever service has it; `SERVICE/ID` asks only there. Throws Failure: failed where nobody has it, naming who was
 * asked; a problem of a service where it might be is told as that. One that is gone at its service is returned as it was last known with `isGoneFine`.
 */
export async function findJob(
	context: Context,
	ref: string,
	signal: AbortSignal,
	{isGoneFine = false}: {readonly isGoneFine?: boolean} = {},
): Promise<TuningJob> {
	const {service, id} = parseRef(ref);
	const services = service === null ? context.tuners : [service];
	if (services.length === 0)
		throw new Failure('auth', 'No tuning service is set up, so that no job can be asked for.', {
			next: 'Set the key of one: stillroom info names the variables.',
		});
	const known = await openKnownJobs(context, signal);
	const told = services.find((one) => known.store.findJob(known.placeOf(one, id)) !== null);
	const ask = async (one: TuningService): Promise<TuningJob | Failure> => {
		try {
			return await (await context.tuner(one)).readJob(id, signal);
		} catch (error) {
			if (error instanceof Failure) return error;
			throw error;
		}
	};
	// Only the service that told of it before can have it.
	const answers = await Promise.all((told === undefined ? services : [told]).map(ask));
	if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
	const job = answers.find((answer): answer is TuningJob => !(answer instanceof Failure));
	if (job !== undefined) {
		await known.keep(job.service, [job]);
		return job;
	}
	const last = told === undefined ? null : known.store.findJob(known.placeOf(told, id));
	if (told !== undefined && last !== null && (answers[0] as Failure).status === 404) {
		known.markGone(told, id);
		if (isGoneFine) return last.job;
	}
	throw notFound(id, told === undefined ? services : [told], answers as readonly Failure[]);
}

function parseRef(ref: string): {readonly service: TuningService | null; readonly id: string} {
	const at = ref.indexOf('/');
	const service = tuningServices.find((name) => name === ref.slice(0, at));
	return service === undefined ? {service: null, id: ref} : {service, id: ref.slice(at + 1)};
}

function notFound(id: string, services: readonly TuningService[], failures: readonly Failure[]): Failure {
	const isMissing = ({status, kind}: Failure) => status === 404 || status === 400 || kind === 'usage';
	const names = (wanted: boolean) =>
		listFormat.format(services.filter((_, index) => isMissing(failures[index]!) === wanted).map((service) => tuningServiceNames[service]));
	const wrong = failures.filter((failure) => !isMissing(failure));
	const asked =
		names(true) === ''
			? ''
			: `${names(true)} ${services.length - wrong.length === 1 ? 'was' : 'were'} asked and ${services.length - wrong.length === 1 ? 'has' : 'have'} no such job.`;
	const silent = wrong.map((failure) => `${failure.message}${failure.why === null ? '' : ` ${failure.why}`}`).join(' ');
	return new Failure(
		wrong[0]?.kind ?? 'failed',
		wrong.length === 0 ? `There is no job ${cleanText(id)}.` : `The job ${cleanText(id)} was not found.`,
		{
			why: [asked, silent].filter(Boolean).join(' '),
			next: 'A job id belongs to the service and the account that made it. List what there is: stillroom jobs list',
		},
	);
}
