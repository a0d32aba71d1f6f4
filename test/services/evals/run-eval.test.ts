import {rmSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Grader} from '../../../source/domain/evaluation.js';
import type {Context} from '../../../source/services/context.js';
import {planEval} from '../../../source/services/evals/plan-eval.js';
import {openEvals} from '../../../source/store/evals/open-evals.js';
import {openLedger} from '../../../source/store/ledger/open-ledger.js';
import {
	aDefinition,
	anItem,
	answer,
	aRequestOf,
	candidate,
	modelOf,
	openEvalWorld,
	run,
	said,
	say,
	stopOf,
	student,
	teacher,
} from '../../helpers/eval-world.js';
import {unaskedPorts} from '../../helpers/literals.js';
import {json, type Respond} from '../../helpers/scripted-chat.js';

const {signal} = new AbortController();

const judge: Grader = {
	type: 'label_model',
	name: 'judge',
	model: 'openrouter:other/large',
	input: [{role: 'user', content: 'Is this right? {{sample.output_text}}'}],
	labels: ['good', 'bad'],
	passing_labels: ['good'],
};

/** Candidates answer, and the judge finds good what begins with Answer. */
const answerAndJudge: Respond = (response, request) => {
	if (modelOf(request) !== 'other/large') return answer(response, request);
	return say(response, request, JSON.stringify({reason: 'I looked.', label: /Answer \d/.test(said(request)) ? 'good' : 'bad'}));
};

const entriesOf = async (context: Context) => [...(await context.ledger()).entries()];

/** The same data folder in a world whose stores were closed, as after the end of the program. */
async function reopened(folder: string, withoutSamples: boolean): Promise<Partial<Context>> {
	if (withoutSamples) for (const ending of ['', '-wal', '-shm']) rmSync(path.join(folder, `evals.sqlite${ending}`), {force: true});
	const [ledger, evals] = [openLedger(folder), openEvals(folder)];
	return {ledger: () => ledger, evals: () => evals};
}

describe('an evaluation', () => {
	it('asks every candidate everything once, grades it, and sums it up', async () => {
		await using world = await openEvalWorld(answer);
		const events = await run(world.context);
		expect(world.server.seen).toHaveLength(20);
		expect(events.filter(({type}) => type === 'sample')).toHaveLength(20);
		const {reason, result} = stopOf(events);
		expect(reason).toBe('done');
		expect(result).toMatchObject({items: 10, isComplete: true, costUsd: expect.closeTo(0.02)});
		expect(result.candidates).toMatchObject([
			{label: 'teacher', answered: 10, passRate: {value: 1, count: 10}},
			{label: 'student', answered: 10, passRate: {value: 0.5}},
		]);
		expect(result.differences[0]).toMatchObject({one: 1, other: 0, passRate: {value: -0.5}, pairs: 10, onlyOtherPasses: 5});
	});

	it('keeps every answer as a run with its evidence, started before the request leaves', async () => {
		let startedFirst = 0;
		await using world = await openEvalWorld(async (response, request) => {
			const starts = (await entriesOf(world.context)).filter((entry) => entry.kind === 'run-started');
			if (starts.length >= request.count) startedFirst++;
			await answer(response, request);
		});
		const samples = (await run(world.context)).flatMap((event) => (event.type === 'sample' ? [event.sample] : []));
		expect(startedFirst).toBe(20);
		const ledger = await world.context.ledger();
		for (const {run: id, candidate: of} of samples) {
			expect(ledger.readRun(id!)?.completion).toMatchObject({
				status: 'finished',
				task: 'evaluation',
				tags: {evaluation: 'eval-1', candidate: of === 0 ? 'teacher' : 'student'},
				level: 'route',
				verdict: 'allowed',
			});
		}
		expect((await ledger.verify()).isIntact).toBe(true);
	});

	it('tells the ledger once when it is finished, with a hash over all samples', async () => {
		await using world = await openEvalWorld(answer);
		await run(world.context);
		await run(world.context);
		const finished = (await entriesOf(world.context)).filter((entry) => entry.kind === 'evaluation-finished');
		expect(finished).toMatchObject([{evaluation: 'eval-1', counts: {items: 10, candidates: 2, samples: 20, failed: 0, grade_errors: 0}}]);
		expect((await world.context.evals()).resultHash('eval-1')).toBe(
			finished[0]!.kind === 'evaluation-finished' && finished[0]!.results_hash,
		);
	});

	it('run again sends nothing; with one more candidate, only its answers', async () => {
		await using world = await openEvalWorld(answer);
		await run(world.context, {definition: aDefinition({candidates: [teacher]})});
		expect(stopOf(await run(world.context, {definition: aDefinition({candidates: [teacher]})})).reason).toBe('done');
		expect(world.server.seen).toHaveLength(10);
		const {result} = stopOf(await run(world.context));
		expect(world.server.seen.slice(10).map(modelOf)).toEqual(Array(10).fill('maker/model-mini'));
		expect(result).toMatchObject({isComplete: true, items: 10});
		expect(result.differences[0]?.pairs).toBe(10);
	});

	it('graded anew by one more grader asks no candidate again', async () => {
		await using world = await openEvalWorld(answerAndJudge);
		await run(world.context);
		const {result} = stopOf(await run(world.context, {definition: aDefinition({graders: [...aDefinition().graders, judge]})}));
		expect(world.server.seen.slice(20).map(modelOf)).toEqual(Array(20).fill('other/large'));
		expect(result.candidates[0]?.byGrader).toMatchObject([
			{grader: 'exact', passRate: {value: 1}},
			{grader: 'judge', passRate: {value: 1}},
		]);
	});

	it('takes answers from the ledger whose samples were lost, and sends none twice', async () => {
		await using world = await openEvalWorld(answerAndJudge);
		const definition = aDefinition({graders: [judge]});
		await run(world.context, {definition});
		await (await world.context.ledger()).close();
		(await world.context.evals()).close();
		const sent = world.server.seen.length;
		const stores = await reopened(world.folder, true);
		const {result} = stopOf(await run({...world.context, ...stores}, {definition}));
		expect(world.server.seen).toHaveLength(sent);
		expect(result).toMatchObject({isComplete: true, items: 10});
		await (await stores.ledger!()).close();
		(await stores.evals!()).close();
	});

	it('with a limit asks so many, and without it the rest', async () => {
		await using world = await openEvalWorld(answer);
		expect(stopOf(await run(world.context, {limit: 3})).result).toMatchObject({items: 3, isComplete: true});
		expect(world.server.seen).toHaveLength(6);
		expect(stopOf(await run(world.context)).result).toMatchObject({items: 10, isComplete: true});
		expect(world.server.seen).toHaveLength(20);
	});

	it('sends tools and messages as they stand, and grades the calls', async () => {
		const calls = [{id: 'call_1', type: 'function', function: {name: 'weather', arguments: '{"city": "Oslo"}'}}];
		await using world = await openEvalWorld((response, request) => say(response, request, null, {tool_calls: calls}));
		const messages = [
			{role: 'developer', content: 'Use tools.'},
			{role: 'user', content: 'Weather in Oslo?'},
		];
		const tools = [{type: 'function', function: {name: 'weather', parameters: {type: 'object'}}}];
		const wanted = [{function: {name: 'weather', arguments: '{"city":"Oslo"}'}}];
		const {result} = stopOf(
			await run(world.context, {
				items: [anItem(0, {messages, tools, referenceToolCalls: wanted})],
				definition: aDefinition({
					candidates: [teacher],
					graders: [{type: 'tool_call_match', name: 'tools', reference: '', match: 'arguments'}],
				}),
			}),
		);
		expect(world.server.seen[0]?.body).toMatchObject({messages, tools});
		expect(result.candidates[0]).toMatchObject({answered: 1, passRate: {value: 1}});
		const ledger = await world.context.ledger();
		expect(ledger.readRun(ledger.list({}).rows[0]!.id)?.toolCalls).toEqual(calls);
	});
});

describe('judges', () => {
	const definition = aDefinition({graders: [judge], repeatShare: 0.5, parameters: {maxTokens: 64, temperature: 0, seed: 3}});

	it('are runs of their own, asked twice on the same drawn share, and their costs are told', async () => {
		await using world = await openEvalWorld(answerAndJudge);
		const {result} = stopOf(await run(world.context, {definition}));
		const asked = world.server.seen.filter((request) => modelOf(request) === 'other/large').length;
		const [told] = result.judges;
		expect(told).toMatchObject({grader: 'judge', model: 'openrouter:other/large', agreement: 1});
		expect(told!.repeated).toBeGreaterThan(0);
		expect(asked).toBe(20 + told!.repeated);
		const seeds = world.server.seen.filter((request) => modelOf(request) === 'other/large').map(({body}) => body.seed);
		expect(seeds.filter((seed) => seed === 2)).toHaveLength(told!.repeated);
		expect(told).toMatchObject({otherSeed: told!.repeated});
		expect(result.costUsd).toBeCloseTo((20 + asked) * 0.001);
		const ledger = await world.context.ledger();
		expect(ledger.count({task: 'judge', tags: {evaluation: 'eval-1'}}).count).toBe(asked);
		await run(world.context, {definition});
		expect(world.server.seen).toHaveLength(20 + asked);
	});

	it('that do not say what they were asked for leave an error, which --retry-failed mends', async () => {
		let isDull = true;
		await using world = await openEvalWorld((response, request) => {
			if (modelOf(request) === 'other/large' && isDull) return say(response, request, 'Hm.');
			return answerAndJudge(response, request);
		});
		const part = {definition: aDefinition({graders: [judge]})};
		expect(stopOf(await run(world.context, part)).result.candidates[0]?.byGrader[0]).toMatchObject({errors: 10, passRate: null});
		isDull = false;
		const sent = world.server.seen.length;
		expect(stopOf(await run(world.context, part)).result.candidates[0]?.byGrader[0]).toMatchObject({errors: 10});
		expect(world.server.seen).toHaveLength(sent);
		expect(stopOf(await run(world.context, {...part, retryFailed: true})).result.candidates[0]?.byGrader[0]).toMatchObject({
			errors: 0,
			passRate: {value: 1},
		});
		expect(world.server.seen).toHaveLength(sent + 20);
	});
});

describe('what goes wrong', () => {
	it('a budget is kept, judges included, and a higher one goes on', async () => {
		await using world = await openEvalWorld(answerAndJudge);
		const part = {definition: aDefinition({graders: [judge]})};
		const stopped = stopOf(await run(world.context, {...part, maxCostUsd: 0.06}));
		expect(stopped).toMatchObject({reason: 'budget', result: {isComplete: false}});
		expect(stopped.message).toContain('cost limit');
		expect(world.server.seen.length * 0.001).toBeLessThanOrEqual(0.06);
		const done = stopOf(await run(world.context, {...part, maxCostUsd: 10}));
		expect(done).toMatchObject({reason: 'done', result: {isComplete: true}});
		expect(world.server.seen).toHaveLength(40);
	});

	it('a limit that cannot be kept sends nothing', async () => {
		const unpriced = {...student, target: {kind: 'endpoint', service: 'together', model: 'me/student'}} as const;
		await using world = await openEvalWorld(answer, {chatAt: async () => ({service: 'together', stream: async function* () {}})});
		const definition = aDefinition({candidates: [teacher, unpriced]});
		await expect(run(world.context, {definition, maxCostUsd: 1})).rejects.toMatchObject({
			kind: 'usage',
			message: expect.stringContaining('together:me/student'),
		});
		expect(world.server.seen).toHaveLength(0);
	});

	it('a model that the policy refuses is asked only with a reason, which is recorded', async () => {
		await using world = await openEvalWorld(answer);
		const definition = aDefinition({candidates: [candidate('base', 'closed/model')]});
		await expect(run(world.context, {definition})).rejects.toMatchObject({kind: 'policy', next: expect.stringContaining('--reason')});
		expect(world.server.seen).toHaveLength(0);
		const {result} = stopOf(await run(world.context, {definition, limit: 1, override: 'Only measured, never trained on.'}));
		expect(result).toMatchObject({isComplete: true});
		const start = (await entriesOf(world.context)).find((entry) => entry.kind === 'run-started');
		expect(start).toMatchObject({
			enforcement: {level: 'off'},
			policy: {decision: 'NO', override: {reason: 'Only measured, never trained on.'}},
		});
	});

	it('a model that nobody lists sends nothing', async () => {
		await using world = await openEvalWorld(answer);
		const definition = aDefinition({candidates: [teacher, candidate('base', 'nowhere/model')]});
		await expect(run(world.context, {definition})).rejects.toMatchObject({
			kind: 'failed',
			message: expect.stringContaining('nowhere/model'),
		});
		expect(world.server.seen).toHaveLength(0);
	});

	it('a refused key ends it at once; what was not asked is asked the next time', async () => {
		let isRefusing = true;
		await using world = await openEvalWorld((response, request) =>
			isRefusing && request.count > 4 ? json(response, 401, {error: {message: 'No auth', code: 401}}) : answer(response, request),
		);
		const stopped = stopOf(await run(world.context));
		expect(stopped).toMatchObject({reason: 'failed', refusal: {kind: 'auth'}, result: {isComplete: false}});
		isRefusing = false;
		const sent = world.server.seen.length;
		expect(sent).toBeLessThan(14);
		expect(stopOf(await run(world.context))).toMatchObject({
			reason: 'done',
			result: {isComplete: true, candidates: [{failed: 0}, {failed: 0}]},
		});
	});

	it('a model that turns out not to be there is left out again, so that the others are not held up', async () => {
		await using world = await openEvalWorld((response, request) =>
			modelOf(request) === 'maker/model'
				? answer(response, request)
				: json(response, 404, {error: {message: 'No endpoints found', code: 404}}),
		);
		await run(world.context, {definition: aDefinition({candidates: [teacher]})});
		const stopped = stopOf(await run(world.context));
		expect(stopped).toMatchObject({reason: 'failed', result: {isComplete: true, definition: {candidates: [teacher]}}});
		expect(stopped.message).toContain('Nothing was answered by student');
		expect((await world.context.evals()).find('eval-1')).toMatchObject({samples: 10, expected: 10, definition: {candidates: [teacher]}});
	});

	it('an answer that fails is told and left out of the numbers; it is sent again only on request', async () => {
		let isBad = true;
		await using world = await openEvalWorld((response, request) =>
			isBad && said(request) === 'Question 1'
				? json(response, 403, {error: {message: 'flagged', code: 403, metadata: {reasons: ['violence']}}})
				: answer(response, request),
		);
		const {result} = stopOf(await run(world.context));
		expect(result.candidates).toMatchObject([
			{answered: 9, failed: 1},
			{answered: 9, failed: 1},
		]);
		const sent = world.server.seen.length;
		await run(world.context);
		expect(world.server.seen).toHaveLength(sent);
		isBad = false;
		expect(stopOf(await run(world.context, {retryFailed: true})).result.candidates).toMatchObject([{failed: 0}, {failed: 0}]);
		expect(world.server.seen).toHaveLength(sent + 2);
	});

	it('stopped by its signal it keeps what is done, and the rest is sent the next time', async () => {
		const controller = new AbortController();
		await using world = await openEvalWorld((response, request) => {
			if (request.count === 8) controller.abort();
			return answer(response, request);
		});
		const stopped = stopOf(await run(world.context, {}, controller.signal));
		expect(stopped).toMatchObject({reason: 'interrupted', result: {isComplete: false}});
		const kept = (await world.context.evals()).samples('eval-1').length;
		expect(kept).toBeGreaterThan(0);
		const {result} = stopOf(await run(world.context));
		expect(result.isComplete).toBe(true);
		const finished = (await world.context.ledger()).list({statuses: ['finished']}, {limit: 100}).rows;
		expect(new Set(finished.map(({idempotencyKey}) => idempotencyKey)).size).toBe(20);
		expect(finished).toHaveLength(20);
	});

	it.each([
		['no candidates', {candidates: []}],
		['no graders', {graders: []}],
		['one model twice', {candidates: [teacher, {...teacher, label: 'again'}]}],
		['one label twice', {candidates: [teacher, {...student, label: 'teacher'}]}],
		['a share that is none', {repeatShare: 2}],
		['no tokens', {parameters: {maxTokens: 0, temperature: 0, seed: null}}],
	])('%s: nothing is sent', async (_, part) => {
		await using world = await openEvalWorld(answer);
		await expect(run(world.context, {definition: aDefinition(part)})).rejects.toMatchObject({kind: 'usage'});
		expect(world.server.seen).toHaveLength(0);
	});

	it('an evaluation that is there cannot become another one', async () => {
		await using world = await openEvalWorld(answer);
		await run(world.context, {limit: 1});
		await expect(run(world.context, {definition: aDefinition({candidates: [student, teacher]})})).rejects.toMatchObject({kind: 'usage'});
		await expect(
			run(world.context, {definition: aDefinition({parameters: {maxTokens: 9, temperature: 0, seed: null}})}),
		).rejects.toMatchObject({kind: 'usage'});
	});
});

describe('a plan', () => {
	it('tells requests and the most they can cost, sends nothing and keeps nothing', async () => {
		await using world = await openEvalWorld(answerAndJudge);
		const request = aRequestOf({definition: aDefinition({graders: [judge]}), limit: 5});
		const plan = await planEval(world.context, request, signal);
		expect(plan).toMatchObject({items: 5, samples: 10, done: 0, answers: 10, judgements: 10, spentUsd: 0, unpriced: []});
		expect(world.server.seen).toHaveLength(0);
		expect((await world.context.evals()).list()).toEqual([]);
		const {result} = stopOf(await run(world.context, request));
		expect(plan.costBoundUsd).toBeGreaterThanOrEqual(result.costUsd);
		expect(await planEval(world.context, request, signal)).toMatchObject({done: 10, answers: 0, judgements: 0, costBoundUsd: 0});
	});
});

describe('a model that a tuning service serves', () => {
	it('is asked there, and the ledger says that nothing held it and nothing is known of its terms', async () => {
		const bodies: Readonly<Record<string, unknown>>[] = [];
		await using world = await openEvalWorld(answer, {
			tunerSetups: {
				...unaskedPorts.tunerSetups,
				together: {baseUrl: 'https://api.together.example/v1', hasKey: true, missing: []},
			},
			chatAt: async () => ({
				service: 'together',
				async *stream(body) {
					bodies.push(body);
					yield {type: 'text', text: 'Answer 0'};
					yield {type: 'facts', facts: {finishReason: 'stop', servedModel: 'me/student', promptTokens: 5, completionTokens: 2}};
				},
			}),
		});
		const definition = aDefinition({
			candidates: [{role: 'student', label: 'student', target: {kind: 'endpoint', service: 'together', model: 'me/student'}}],
		});
		const {result} = stopOf(await run(world.context, {definition, limit: 1}));
		expect(result.candidates[0]).toMatchObject({answered: 1, passRate: {value: 1}, costUsdPerAnswer: null});
		expect(bodies[0]).toMatchObject({model: 'me/student', max_tokens: 64, temperature: 0});
		expect(bodies[0]).not.toHaveProperty('store');
		const start = (await entriesOf(world.context)).find((entry) => entry.kind === 'run-started');
		expect(start).toMatchObject({
			gateway: {name: 'unknown', base_url: 'https://api.together.example/v1'},
			model: {requested: 'me/student'},
			policy: {decision: 'UNKNOWN'},
			enforcement: {level: 'off'},
			tags: {evaluation: 'eval-1', candidate: 'student'},
		});
	});
});
