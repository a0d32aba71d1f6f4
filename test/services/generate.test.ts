import {describe, expect, it} from 'vitest';
import type {LedgerDraft} from '../../source/domain/ledger.js';
import type {Context} from '../../source/services/context.js';
import {generateCompletions} from '../../source/services/generate.js';
import type {GenerateEvent, GenerateOptions} from '../../source/services/generate-event.js';
import {readPromptRows} from '../../source/services/generate-rows.js';
import {aRequest, collect, models, openWorld} from '../helpers/prompt-world.js';
import {type ChatRequest, json, type Respond} from '../helpers/scripted-chat.js';

const {signal} = new AbortController();
const {idempotencyKey: _, ...template} = {...aRequest(), messages: []};

function options(part: Partial<GenerateOptions> & {readonly lines?: readonly string[]} = {}): GenerateOptions {
	const {lines = Array.from({length: 20}, (__, index) => `Question ${index}`), ...rest} = part;
	return {
		rows: () => readPromptRows(lines),
		template,
		concurrency: 4,
		maxCostUsd: null,
		repeat: 1,
		retryFailed: false,
		skipInvalid: false,
		...rest,
	};
}

const said = ({body}: ChatRequest): string => (body.messages as {content: string}[]).at(-1)!.content;

/** A good answer in one piece that repeats the question. */
const answer: Respond = (response, request) =>
	json(response, 200, {
		id: `gen-${request.count}`,
		model: 'maker/model',
		choices: [{message: {content: `Answer to ${said(request)}`}, finish_reason: 'stop'}],
		usage: {prompt_tokens: 5, completion_tokens: 4, cost: 0.001},
	});

const generate = (context: Context, part: Parameters<typeof options>[0] = {}, stop = signal) =>
	collect(generateCompletions(context, models, options(part), stop));

function stopOf(events: readonly GenerateEvent[]) {
	const last = events.at(-1);
	if (last?.type !== 'stopped') throw new Error(`the last event is ${last?.type}`);
	return last;
}

async function rowsOf(context: Context) {
	return (await context.ledger()).list({}, {limit: 1000}).rows;
}

/** A clock whose pauses pass at once and are written down. */
function quickClock() {
	const slept: number[] = [];
	let ahead = 0;
	return {
		slept,
		clock: {
			now: () => new Date(Date.now() + ahead),
			async sleep(milliseconds: number) {
				slept.push(milliseconds);
				ahead += milliseconds;
			},
		},
	};
}

describe('a bulk job', () => {
	it('asks for every row once, keeps each answer, and tells what it costs', async () => {
		await using world = await openWorld(answer);
		const events = await generate(world.context);
		expect(events[0]).toMatchObject({type: 'planned', total: 20, alreadyDone: 0, plan: {enforcement: {level: 'route'}}});
		expect(events.filter(({type}) => type === 'row')).toHaveLength(20);
		expect(stopOf(events)).toMatchObject({reason: 'done', refusal: null, progress: {done: 20, failed: 0, total: 20, inFlight: 0}});
		expect(stopOf(events).progress.costUsd).toBeCloseTo(0.02);
		const rows = await rowsOf(world.context);
		expect(rows.map(({answerExcerpt}) => answerExcerpt).toSorted()).toEqual(
			Array.from({length: 20}, (__, index) => `Answer to Question ${index}`).toSorted(),
		);
		expect(world.server.seen[0]?.body).toMatchObject({
			stream: false,
			provider: {enforce_distillable_text: true, only: ['fireworks', 'together/fp8']},
		});
	});

	it('asks for the routes once, not for each row', async () => {
		await using world = await openWorld(answer);
		let asked = 0;
		const {client} = world.context;
		const counting: Context = {
			...world.context,
			async client(gateway) {
				const real = await client(gateway);
				return {
					...real,
					fetchRoutes(...given) {
						asked++;
						return real.fetchRoutes(...given);
					},
				};
			},
		};
		await generate(counting);
		expect(asked).toBe(2);
	});

	it('started again sends nothing twice; equal rows stay as many as they are, whatever their order', async () => {
		await using world = await openWorld(answer);
		const lines = ['same', 'other', 'same', 'same'];
		await generate(world.context, {lines});
		expect(world.server.seen.map(said).toSorted()).toEqual(['other', 'same', 'same', 'same']);
		const again = await generate(world.context, {lines: ['same', 'same', 'same', 'same', 'other', 'new']});
		expect(again[0]).toMatchObject({type: 'planned', total: 6, alreadyDone: 4});
		expect(world.server.seen.slice(4).map(said).toSorted()).toEqual(['new', 'same']);
	});

	it('another model parameter, enforcement or repeat is another row; more of what was done is not', async () => {
		await using world = await openWorld(answer);
		const lines = ['one'];
		await generate(world.context, {lines});
		await generate(world.context, {lines, template: {...template, parameters: {maxTokens: 64, temperature: 1}}});
		await generate(world.context, {lines, template: {...template, enforcement: 'off', override: 'comparison'}});
		expect(world.server.seen).toHaveLength(3);
		await generate(world.context, {lines, repeat: 3, template: {...template, parameters: {maxTokens: 64}}});
		expect(world.server.seen).toHaveLength(5);
	});

	it('gives each repeat a seed of its own', async () => {
		await using world = await openWorld(answer);
		await generate(world.context, {lines: ['one'], repeat: 3, template: {...template, parameters: {maxTokens: 8, seed: 7}}});
		expect(world.server.seen.map(({body}) => body.seed).toSorted()).toEqual([7, 8, 9]);
	});

	it('puts the template before the row, but never two system messages', async () => {
		await using world = await openWorld(answer);
		const lines = [
			'{"prompt":"a"}',
			'{"prompt":"b","system":"Own."}',
			'{"messages":[{"role":"user","content":"c"}],"tags":{"part":"third"}}',
		];
		await generate(world.context, {
			lines,
			concurrency: 1,
			template: {...template, messages: [{role: 'system', content: 'Shared.'}], tags: {job: 'x'}},
		});
		expect(world.server.seen.map(({body}) => (body.messages as {content: string}[]).map(({content}) => content))).toEqual([
			['Shared.', 'a'],
			['Own.', 'b'],
			['Shared.', 'c'],
		]);
		expect((await rowsOf(world.context))[0]?.tags).toEqual({job: 'x', part: 'third'});
	});

	it('sends again what was under way when the program was killed', async () => {
		await using world = await openWorld(answer);
		const ledger = await world.context.ledger();
		// What a killed program leaves: starts on disk, ends that never got there.
		const dying = {
			...ledger,
			append: (draft: LedgerDraft) => (draft.kind === 'run-finished' ? Promise.reject(new Error('killed')) : ledger.append(draft)),
		};
		await generate({...world.context, ledger: async () => dying}, {lines: ['one', 'two', 'three'], concurrency: 2});
		const left = await rowsOf(world.context);
		expect(left.length).toBeGreaterThan(0);
		expect(left.every(({status}) => status === 'unfinished')).toBe(true);
		expect(stopOf(await generate(world.context, {lines: ['one', 'two', 'three']}))).toMatchObject({reason: 'done', progress: {done: 3}});
		const finished = (await rowsOf(world.context)).filter(({status}) => status === 'finished');
		expect(finished.map(({answerExcerpt}) => answerExcerpt).toSorted()).toEqual(['Answer to one', 'Answer to three', 'Answer to two']);
		expect((await ledger.verify()).isIntact).toBe(true);
	});
});

describe('rows that cannot be read', () => {
	it('are named by their line, and nothing is sent', async () => {
		await using world = await openWorld(answer);
		const events = await generate(world.context, {
			lines: ['{"prompt":"a"}', '{"prompt":', '', '{"messages":[]}', '[1]', '{"messages":[{"role":"user"}]}'],
		});
		expect(events.flatMap((happened) => (happened.type === 'invalid' ? [happened.line] : []))).toEqual([2, 4, 5, 6]);
		expect(stopOf(events)).toMatchObject({
			reason: 'refused',
			refusal: {kind: 'usage', message: expect.stringMatching(/^Line 2 is not JSON/)},
		});
		expect(world.server.seen).toEqual([]);
	});

	it('are left out on request', async () => {
		await using world = await openWorld(answer);
		const events = await generate(world.context, {lines: ['{"prompt":"a"}', '{"prompt":'], skipInvalid: true});
		expect(stopOf(events)).toMatchObject({reason: 'done', progress: {done: 1, total: 1}});
	});

	it('an empty file is said to be one', async () => {
		await using world = await openWorld(answer);
		expect(stopOf(await generate(world.context, {lines: ['', '  ']})).refusal).toMatchObject({code: 'empty-prompt'});
	});
});

describe('a row that fails', () => {
	const picky: Respond = (response, request) =>
		said(request) === 'bad' ? json(response, 400, {error: {code: 400, message: 'no'}}) : answer(response, request);

	it('is kept with its reason, left alone the next time, and sent again on request', async () => {
		await using world = await openWorld(picky);
		const lines = ['good', 'bad', 'fine'];
		expect(stopOf(await generate(world.context, {lines}))).toMatchObject({reason: 'done', progress: {done: 2, failed: 1}});
		expect((await rowsOf(world.context)).find(({status}) => status === 'failed')?.error).toContain('says: no');
		expect(stopOf(await generate(world.context, {lines}))).toMatchObject({reason: 'done', progress: {done: 2, failed: 1}});
		expect(world.server.seen).toHaveLength(3);
		world.server.answer(answer);
		expect(stopOf(await generate(world.context, {lines, retryFailed: true}))).toMatchObject({progress: {done: 3, failed: 0}});
		expect(world.server.seen).toHaveLength(4);
	});

	it('for a reason that concerns all stops the job, and is open again the next time', async () => {
		await using world = await openWorld((response) => json(response, 402, {error: {code: 402, message: 'Insufficient credits.'}}));
		const events = await generate(world.context);
		expect(stopOf(events)).toMatchObject({reason: 'refused', refusal: {code: 'credit'}, progress: {done: 0, failed: 0}});
		expect(world.server.seen.length).toBeLessThanOrEqual(4);
		world.server.answer(answer);
		expect(stopOf(await generate(world.context))).toMatchObject({reason: 'done', progress: {done: 20}});
	});

	it('because nothing listens ends the job after a few, and is open again the next time', async () => {
		const {clock} = quickClock();
		await using world = await openWorld((response) => void response.destroy(), {clock});
		const events = await generate(world.context, {lines: Array.from({length: 50}, (__, index) => `${index}`), concurrency: 1});
		expect(stopOf(events)).toMatchObject({reason: 'refused', refusal: {code: 'unreachable'}, progress: {done: 0, failed: 0}});
		world.server.answer(answer);
		expect(stopOf(await generate(world.context, {lines: ['0']}))).toMatchObject({progress: {done: 1}});
	});
});

describe('overload', () => {
	it('slows all workers down together, for as long as the service asks, and loses nothing', async () => {
		const {clock, slept} = quickClock();
		let refused = 0;
		await using world = await openWorld(
			(response, request) =>
				request.count % 5 === 0 && ++refused
					? json(response, 429, {error: {code: 429, message: 'slow'}}, {'retry-after': '3'})
					: answer(response, request),
			{clock},
		);
		const events = await generate(world.context, {lines: Array.from({length: 60}, (__, index) => `${index}`), concurrency: 8});
		expect(stopOf(events)).toMatchObject({reason: 'done', progress: {done: 60, failed: 0}});
		expect(world.server.seen).toHaveLength(60 + refused);
		expect(refused).toBeGreaterThan(5);
		expect(Math.max(...slept)).toBeGreaterThan(2500);
		// One run for each row: what was answered by "slow down" was not answered.
		expect(await rowsOf(world.context)).toHaveLength(60);
	});

	it('of the daily limit is never tried again', async () => {
		await using world = await openWorld((response) =>
			json(response, 429, {error: {code: 429, message: 'Rate limit exceeded: free-models-per-day'}}),
		);
		const events = await generate(world.context, {concurrency: 1});
		expect(stopOf(events)).toMatchObject({reason: 'refused', refusal: {code: 'daily-limit'}});
		expect(world.server.seen).toHaveLength(1);
	});
});

describe('a budget', () => {
	it('is never exceeded, because the most a request can cost is reserved before it leaves', async () => {
		const cost = 0.0001;
		let underWay = 0;
		let most = 0;
		await using world = await openWorld((response, request) => {
			most = Math.max(most, ++underWay);
			setImmediate(() => {
				underWay--;
				json(response, 200, {
					id: 'gen-1',
					model: 'maker/model',
					choices: [{message: {content: said(request)}, finish_reason: 'stop'}],
					usage: {prompt_tokens: 1, completion_tokens: 1, cost},
				});
			});
		});
		const lines = Array.from({length: 40}, (__, index) => `${index}`);
		const events = await generate(world.context, {lines, maxCostUsd: 0.001, concurrency: 16});
		const {reason, progress, refusal} = stopOf(events);
		expect(reason).toBe('budget');
		expect(refusal?.message).toBe('The cost limit of $0.001 is reached.');
		expect(progress.costUsd).toBeLessThanOrEqual(0.001);
		expect(progress.done).toBeGreaterThanOrEqual(8);
		// What earlier starts cost counts: the job as a whole has the limit.
		const again = await generate(world.context, {lines, maxCostUsd: 0.001});
		expect(stopOf(again).progress.done).toBe(progress.done);
		expect(stopOf(await generate(world.context, {lines, maxCostUsd: 1})).progress).toMatchObject({done: 40});
	});

	it('cannot be kept where no price is known, and nothing is sent', async () => {
		await using world = await openWorld(answer);
		const events = await generate(world.context, {maxCostUsd: 1, template: {...template, gateway: 'openai', modelId: 'gpt-unheard-of'}});
		expect(stopOf(events)).toMatchObject({reason: 'refused', refusal: {message: expect.stringContaining('price')}});
		expect(world.server.seen).toEqual([]);
	});
});

describe('a job that is stopped', () => {
	it('by its signal keeps what is done, and sends the rest the next time', async () => {
		await using world = await openWorld(answer);
		const controller = new AbortController();
		let seen = 0;
		const events: GenerateEvent[] = [];
		for await (const happened of generateCompletions(world.context, models, options(), controller.signal)) {
			events.push(happened);
			if (happened.type === 'row' && ++seen === 5) controller.abort();
		}
		const {reason, progress} = stopOf(events);
		expect(reason).toBe('interrupted');
		expect(progress.done).toBeLessThan(20);
		expect((await rowsOf(world.context)).every(({status}) => status !== 'unfinished')).toBe(true);
		expect(stopOf(await generate(world.context))).toMatchObject({reason: 'done', progress: {done: 20}});
		const rows = await rowsOf(world.context);
		expect(new Set(rows.filter(({status}) => status === 'finished').map(({idempotencyKey}) => idempotencyKey)).size).toBe(20);
	});

	it('by a consumer that goes away leaves no run without an end', async () => {
		await using world = await openWorld(answer);
		for await (const happened of generateCompletions(world.context, models, options(), signal)) if (happened.type === 'row') break;
		expect((await rowsOf(world.context)).every(({status}) => status !== 'unfinished')).toBe(true);
	});

	it('by the policy sends nothing', async () => {
		await using world = await openWorld(answer);
		const events = await generate(world.context, {template: {...template, modelId: 'closed/model'}});
		expect(stopOf(events)).toMatchObject({reason: 'refused', refusal: {kind: 'policy'}});
		expect(world.server.seen).toEqual([]);
	});
});

describe('prompts that change or cannot be read', () => {
	it('end the job with a sentence, not with an answer under a wrong name', async () => {
		await using world = await openWorld(answer);
		let reading = 0;
		const events = await collect(
			generateCompletions(
				world.context,
				models,
				options({concurrency: 1, rows: () => readPromptRows(['one', reading++ === 0 ? 'two' : 'three'])}),
				signal,
			),
		);
		expect(stopOf(events)).toMatchObject({
			reason: 'refused',
			refusal: {message: 'The prompts changed while they were sent.', why: expect.stringContaining('Line 2')},
		});
		expect(world.server.seen.map(said)).toEqual(['one']);
	});

	it('a file that is gone is said to be', async () => {
		await using world = await openWorld(answer);
		// biome-ignore lint/correctness/useYield: it fails before the first row
		async function* gone(): AsyncGenerator<never> {
			throw new Error('ENOENT: no such file');
		}
		const events = await collect(generateCompletions(world.context, models, options({rows: gone}), signal));
		expect(stopOf(events)).toMatchObject({
			reason: 'refused',
			refusal: {message: 'The prompts could not be read.', why: 'ENOENT: no such file.'},
		});
	});
});
