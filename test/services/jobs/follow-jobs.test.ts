import {expect, test} from 'vitest';
import {Failure} from '../../../source/domain/failure.js';
import type {JobEvent} from '../../../source/domain/job.js';
import {findJob} from '../../../source/services/jobs/find-job.js';
import {followJobs} from '../../../source/services/jobs/follow-jobs.js';
import type {JobsEvent} from '../../../source/services/jobs/job-event.js';
import {listJobs} from '../../../source/services/jobs/list-jobs.js';
import {loadJobs} from '../../../source/services/jobs/load-jobs.js';
import {readJobDetail, readKnownDetail} from '../../../source/services/jobs/read-job-detail.js';
import {aJob, anEvent, createScriptedTuner, openTunerWorld} from '../../helpers/tuner-world.js';

const {signal} = new AbortController();
const one = [{service: 'compatible', id: 'ftjob-1'}] as const;
const noJitter = () => 0;

const running = () => aJob({state: 'running', statusWord: 'running'});
const succeeded = {state: 'succeeded', statusWord: 'succeeded', fineTunedModel: 'ft:own', finishedAt: '2026-11-21T12:10:00.000Z'} as const;

const eventsOf = (all: readonly JobsEvent[]): readonly JobEvent[] => all.flatMap((event) => (event.type === 'events' ? event.events : []));
const types = (all: readonly JobsEvent[]) => all.map(({type}) => type);

/** Follows to the end; `act` is called at every pause with its number, from 1. */
async function follow(
	world: Awaited<ReturnType<typeof openTunerWorld>>,
	act: (pause: number, stop: () => void) => void,
	{which = one as Parameters<typeof followJobs>[1], context = world.context} = {},
): Promise<readonly JobsEvent[]> {
	const stopper = new AbortController();
	const all: JobsEvent[] = [];
	let pauses = 0;
	for await (const event of followJobs(context, which, stopper.signal, noJitter)) {
		all.push(event);
		if (event.type === 'waiting') act(++pauses, () => stopper.abort());
	}
	return all;
}

test('a job is followed to its end: changes, events in order and once, then the end', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [aJob()];
	world.state.events.set('ftjob-1', [anEvent(1), anEvent(2)]);
	const all = await follow(world, (pause) => {
		if (pause === 1) world.change('ftjob-1', running());
		if (pause === 2) world.state.events.get('ftjob-1')!.push(anEvent(3));
		if (pause === 3) {
			world.state.events.get('ftjob-1')!.push(anEvent(4));
			world.change('ftjob-1', succeeded);
		}
	});
	expect(types(all)).toEqual(['changed', 'events', 'waiting', 'changed', 'waiting', 'events', 'waiting', 'changed', 'events', 'ended']);
	expect(eventsOf(all).map(({id}) => id)).toEqual(['ftevent-1', 'ftevent-2', 'ftevent-3', 'ftevent-4']);
	expect(world.state.eventAsks).toEqual([null, 'ftevent-2', 'ftevent-2', 'ftevent-3']);
	// Often while it runs, more seldom while nothing happens.
	expect(all.filter(({type}) => type === 'waiting')).toMatchObject([{milliseconds: 10_000}, {milliseconds: 5000}, {milliseconds: 5000}]);
});

test('who follows again goes on where it stopped: nothing is asked for twice, and everything is told once', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	world.state.events.set('ftjob-1', [anEvent(1), anEvent(2)]);
	await follow(world, (_, stop) => stop());
	const context = await world.restart();
	world.state.events.get('ftjob-1')!.push(anEvent(3));
	world.change('ftjob-1', succeeded);
	const all = await follow(world, () => {}, {context});
	expect(eventsOf(all).map(({id}) => id)).toEqual(['ftevent-1', 'ftevent-2', 'ftevent-3']);
	expect(world.state.eventAsks).toEqual([null, 'ftevent-2']);
	expect(types(all).at(-1)).toBe('ended');
});

test('a lost network is told, waited for ever longer, and got over', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	const all = await follow(world, (pause) => {
		world.state.problem = pause <= 3 ? new Failure('unreachable', 'The network is gone.', {service: 'compatible'}) : null;
		if (pause === 4) world.change('ftjob-1', succeeded);
	});
	expect(all.filter(({type}) => type === 'failed')).toMatchObject([{retrySeconds: 10}, {retrySeconds: 20}, {retrySeconds: 40}]);
	expect(types(all).at(-1)).toBe('ended');
});

test('a service that says how long to wait is left alone for so long', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	world.state.problem = new Failure('unreachable', 'Too much.', {service: 'compatible', status: 429, retryAfterSeconds: 90});
	const all = await follow(world, (pause, stop) => pause === 2 && stop());
	expect(all[0]).toMatchObject({type: 'failed', retrySeconds: 90});
});

test('after the machine slept everything is asked at once', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [aJob()];
	const before: number[] = [];
	await follow(world, (pause, stop) => {
		before.push(world.time.slept.length);
		// Hours pass during the first part of the pause.
		if (pause === 1) {
			const {clock} = world.context;
			const {sleep} = clock;
			Object.assign(clock, {
				async sleep(...args: Parameters<typeof sleep>) {
					Object.assign(clock, {sleep});
					await sleep(...args);
					world.time.pass(3 * 3_600_000);
				},
			});
		}
		if (pause === 2) stop();
	});
	// Ten seconds are two parts; only the first was waited for.
	expect(before[1]! - before[0]!).toBe(1);
});

test('all services are one loop: one that fails does not hold up another', async () => {
	await using world = await openTunerWorld();
	const other = createScriptedTuner(world.context.clock, {service: 'nebius'});
	world.state.jobs = [running()];
	other.state.problem = new Failure('auth', 'The key is refused.', {service: 'nebius', status: 401});
	const setup = {baseUrl: 'https://nebius.example', hasKey: true, missing: []};
	const context = {
		...world.context,
		tuners: ['compatible', 'nebius'] as const,
		tuner: async (service: string) => (service === 'nebius' ? other.client : world.client),
		tunerSetups: {...world.context.tunerSetups, nebius: setup},
	};
	const all = await follow(
		world,
		(pause, stop) => {
			if (pause === 1) world.change('ftjob-1', succeeded);
			if (pause === 3) stop();
		},
		{which: null, context},
	);
	expect(types(all).filter((type) => type !== 'waiting')).toEqual(expect.arrayContaining(['listed', 'failed', 'changed', 'ended']));
	expect(all.filter(({type}) => type === 'ended')).toMatchObject([{row: {job: {id: 'ftjob-1'}}}]);
	const {rows, problems} = await listJobs(context, signal);
	expect([rows.length, problems.map(({service}) => service)]).toEqual([1, ['nebius']]);
});

test('without ids the end of a job that ended while nobody looked is told, and old ends are not', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running(), aJob({id: 'ftjob-0', ...succeeded})];
	await listJobs(world.context, signal);
	world.change('ftjob-1', succeeded);
	const all = await follow(world, (_, stop) => stop(), {which: null});
	expect(all.filter(({type}) => type === 'ended')).toMatchObject([{row: {job: {id: 'ftjob-1'}}}]);
});

test('a job that its service does not have any more is not waited for', async () => {
	await using world = await openTunerWorld();
	const all = await follow(world, () => {});
	expect(all).toMatchObject([{type: 'failed', message: expect.stringContaining('There is no job'), retrySeconds: 0}]);
});

test('a job that its service lists no more and does not know is marked gone, with the time; a failure marks nothing', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [aJob({id: 'ftjob-2'}), running(), aJob({id: 'ftjob-0', ...succeeded})];
	await listJobs(world.context, signal);
	const [second, first] = world.state.jobs as [ReturnType<typeof aJob>, ReturnType<typeof aJob>];
	world.state.problem = new Failure('unreachable', 'No network.', {service: 'compatible'});
	world.time.pass(60_000);
	expect((await listJobs(world.context, signal)).rows.map(({goneAt, isStale}) => [goneAt, isStale])).toEqual([
		[null, true],
		[null, true],
		[null, true],
	]);
	world.state.problem = null;
	world.state.jobs = [second];
	const {rows} = await listJobs(world.context, signal);
	const at = '2026-11-21T12:01:00.000Z';
	expect(Object.fromEntries(rows.map(({job, goneAt, isStale}) => [job.id, [job.state, goneAt, isStale]]))).toEqual({
		'ftjob-2': ['waiting', null, false],
		'ftjob-1': ['running', at, false],
		'ftjob-0': ['succeeded', at, false],
	});
	world.time.pass(60_000);
	const detail = await readJobDetail(world.context, 'compatible', 'ftjob-1', signal);
	expect(detail).toMatchObject({row: {goneAt: at, isStale: false, job: {state: 'running'}}, problems: []});
	expect(await findJob(world.context, 'ftjob-1', signal, {isGoneFine: true})).toMatchObject({id: 'ftjob-1'});
	await expect(findJob(world.context, 'ftjob-1', signal)).rejects.toThrow('There is no job ftjob-1.');
	world.state.jobs = [second, first];
	expect((await listJobs(world.context, signal)).rows.find(({job}) => job.id === 'ftjob-1')?.goneAt).toBeNull();
});

test('who follows all jobs learns of one that is gone, and does not ask for it again', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	let asked = 0;
	const {readJob} = world.client;
	const context = {
		...world.context,
		tuner: async () => ({
			...world.client,
			readJob: (...args: Parameters<typeof readJob>) => {
				asked++;
				return readJob(...args);
			},
		}),
	};
	const all = await follow(
		world,
		(pause, stop) => {
			if (pause === 1) world.state.jobs = [];
			if (pause === 4) stop();
		},
		{which: null, context},
	);
	expect(asked).toBe(1);
	const lists = all.flatMap((event) => (event.type === 'listed' ? [event.rows[0]!.goneAt === null] : []));
	expect(lists).toEqual([true, false, false, false]);
});

test('a job that is listed no more but still known to its service is not gone', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	await listJobs(world.context, signal);
	const context = {
		...world.context,
		tuner: async () => ({...world.client, listJobs: async () => ({jobs: [], dropped: [], next: null})}),
	};
	expect((await listJobs(context, signal)).rows).toMatchObject([{goneAt: null, isStale: false}]);
});

test('a storm of 50,000 events is kept once and told in order; the whole job opens from what is kept', async () => {
	await using world = await openTunerWorld();
	const count = 50_000;
	world.state.jobs = [{...running(), ...succeeded}];
	const metrics = (step: number) => ({
		step,
		totalSteps: count,
		trainLoss: 1 / step,
		validLoss: null,
		fullValidLoss: null,
		trainAccuracy: 0.5,
		validAccuracy: null,
		fullValidAccuracy: null,
	});
	world.state.events.set(
		'ftjob-1',
		Array.from({length: count}, (_, index) => anEvent(index + 1, {metrics: metrics(index + 1)})),
	);
	let told = 0;
	for await (const event of followJobs(world.context, one, signal)) {
		if (event.type !== 'events') continue;
		for (const {id} of event.events) if (id !== `ftevent-${++told}`) throw new Error(`${id} came as number ${told}`);
	}
	expect(told).toBe(count);
	const detail = (await readKnownDetail(world.context, 'compatible', 'ftjob-1'))!;
	expect([detail.eventCount, detail.events.length, detail.events.at(-1)!.id, detail.metrics.length]).toEqual([
		count,
		2000,
		`ftevent-${count}`,
		count,
	]);
});

test('a detail names what could not be read, and shows what was known', async () => {
	await using world = await openTunerWorld();
	world.state.jobs = [running()];
	world.state.events.set('ftjob-1', [anEvent(1)]);
	expect(await readKnownDetail(world.context, 'compatible', 'ftjob-1')).toBeNull();
	expect(await readJobDetail(world.context, 'compatible', 'ftjob-1', signal)).toMatchObject({eventCount: 1, problems: []});
	world.state.problem = new Failure('unreachable', 'The network is gone.', {service: 'compatible'});
	expect(await readJobDetail(world.context, 'compatible', 'ftjob-1', signal)).toMatchObject({
		eventCount: 1,
		row: {isStale: true},
		problems: ['The network is gone.'],
	});
	expect(await loadJobs(world.context)).toHaveLength(1);
	await expect(readJobDetail(world.context, 'compatible', 'ftjob-9', signal)).rejects.toThrow('The network is gone.');
});

test('an id that nobody has is told with who was asked, and who could not be', async () => {
	await using world = await openTunerWorld();
	await expect(findJob(world.context, 'ftjob-9', signal)).rejects.toMatchObject({
		message: 'There is no job ftjob-9.',
		why: 'other (OpenAI-shaped) was asked and has no such job.',
	});
	world.state.problem = new Failure('unreachable', 'The network is gone.', {service: 'compatible'});
	await expect(findJob(world.context, 'compatible/ftjob-9', signal)).rejects.toMatchObject({
		kind: 'unreachable',
		why: 'The network is gone.',
	});
});
