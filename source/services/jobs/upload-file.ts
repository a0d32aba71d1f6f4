import {Failure} from '../../domain/failure.js';
import {tuningServiceNames} from '../../domain/job.js';
import type {Context, TunerClient, UploadedFile} from '../context.js';
import {createRate} from '../rate.js';
import type {JobCreateEvent} from './job-event.js';
import {type KnownJobs, siteOf} from './known-jobs.js';
import type {TrainingFile} from './training-file.js';

const eventMilliseconds = 100;

/** Between two looks at a file that the service is still reading; the longest wait is that of OpenAI's own client, `waitForProcessing`. */
const lookMilliseconds = 5000;
const longestWaitMilliseconds = 1_800_000;

/**
 * Brings a file to the service and returns its id there: the one of an earlier upload of the same bytes where the service still has it, else
 * it is sent, once. Throws Failure.
 */
export async function* uploadFile(
	context: Context,
	{store}: KnownJobs,
	client: TunerClient,
	file: TrainingFile,
	signal: AbortSignal,
): AsyncGenerator<JobCreateEvent, string> {
	const site = siteOf(context, client.service);
	const known = store.findUpload(site, client.service, file.hash);
	if (known !== null) {
		yield {type: 'progress', step: 'upload', file: file.name, done: 0, total: file.bytes, bytesPerSecond: null};
		const found = await lookAgain(client, known.fileId, signal);
		if (found !== null) {
			yield {type: 'progress', step: 'upload', file: file.name, done: file.bytes, total: file.bytes, bytesPerSecond: null};
			return found.id;
		}
		store.forgetUpload(site, client.service, file.hash);
	}
	const {id} = yield* send(client, file, signal);
	store.saveUpload(site, client.service, file.hash, {fileId: id, bytes: file.bytes, at: context.clock.now().toISOString()});
	return id;
}

/** Null when the service does not have it any more, or refused it. */
async function lookAgain(client: TunerClient, id: string, signal: AbortSignal): Promise<UploadedFile | null> {
	try {
		const file = await client.readFile(id, signal);
		return file.problem === null ? file : null;
	} catch (error) {
		if (error instanceof Failure && error.status !== null && error.status < 500 && error.status !== 429) return null;
		throw error;
	}
}

async function* send(client: TunerClient, file: TrainingFile, signal: AbortSignal): AsyncGenerator<JobCreateEvent, UploadedFile> {
	const {name, path, bytes, hash} = file;
	const rate = createRate();
	let sent = 0;
	let wake = (): void => {};
	const upload = client.upload({path, name, bytes, hash}, signal, (sentBytes) => {
		rate.add(sentBytes - sent);
		sent = sentBytes;
		wake();
	});
	const isOver = upload.then(
		() => true,
		() => true,
	);
	const event = (): JobCreateEvent => ({
		type: 'progress',
		step: 'upload',
		file: name,
		done: sent,
		total: bytes,
		bytesPerSecond: Math.round(rate.read()) || null,
	});
	yield event();
	for (let told = performance.now(); ; ) {
		const isSent = new Promise<boolean>((resolve) => {
			wake = () => resolve(false);
		});
		if (await Promise.race([isOver, isSent])) break;
		if (performance.now() - told < eventMilliseconds) continue;
		told = performance.now();
		yield event();
	}
	return upload;
}

/** Waits until the service has read the file. Throws Failure when it refuses it, when it takes longer than half an hour, and when stopped. */
export async function* waitForFile(
	{clock}: Context,
	client: TunerClient,
	file: {readonly id: string; readonly name: string},
	signal: AbortSignal,
): AsyncGenerator<JobCreateEvent> {
	const service = tuningServiceNames[client.service];
	for (let waited = 0; ; waited += lookMilliseconds) {
		const {isReady, problem} = await client.readFile(file.id, signal);
		if (problem !== null)
			throw new Failure('failed', `${service} does not take ${file.name}.`, {
				service: client.service,
				why: problem,
				next: 'Check the data set: stillroom dataset check.',
			});
		if (isReady) return;
		if (waited >= longestWaitMilliseconds)
			throw new Failure('failed', `${service} has not read ${file.name} in half an hour.`, {
				service: client.service,
				next: 'Create the job again later: the file is there and is not uploaded twice.',
			});
		yield {type: 'progress', step: 'wait', file: file.name, done: 0, total: null, bytesPerSecond: null};
		await clock.sleep(lookMilliseconds, signal);
		if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
	}
}
