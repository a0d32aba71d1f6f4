import {DatabaseSync} from 'node:sqlite';
import {describe, expect, it} from 'vitest';
import {Failure} from '../../source/domain/failure.js';
import type {PromptRequest} from '../../source/domain/prompt.js';
import type {RunEvent} from '../../source/domain/run-event.js';
import {backfillRuns} from '../../source/services/backfill.js';
import {markPick, runBakeOff} from '../../source/services/bake-off.js';
import type {Context} from '../../source/services/context.js';
import {runPrompt} from '../../source/services/run-prompt.js';
import {aRequest, collect, models, only, openWorld} from '../helpers/prompt-world.js';
import {chunk, done, event, finish, goodStream, json, type Respond, stream, usage} from '../helpers/scripted-chat.js';

const {signal} = new AbortController();

async function run(respond: Respond, part: Partial<PromptRequest> = {}, context: Partial<Context> = {}) {
	await using world = await openWorld(respond, context);
	const events = await collect(runPrompt(world.context, models, aRequest(part), signal));
	const ledger = await world.context.ledger().catch(() => null);
	const runs = ledger === null ? [] : ledger.list({}).rows.map(({id}) => ledger.readRun(id)!);
	return {events, runs, seen: world.server.seen};
}

describe('a prompt that goes well', () => {
	it('is planned, started, told piece by piece, and finished with grade B when the router names a route of the pin', async () => {
		const {events, runs} = await run((response) => stream(response, goodStream('Hello', 'Fireworks')));
		expect(events.map(({type}) => type)).toEqual(['planned', 'started', 'text', 'finished']);
		const {answer} = only(events, 'finished');
		expect(answer).toMatchObject({
			outcome: 'finished',
			text: 'Hello',
			finishReason: 'stop',
			costUsd: 0.00031,
			usage: {promptTokens: 12, completionTokens: 3, reasoningTokens: 1},
			evidence: {
				requestedModel: 'maker/model',
				servedModel: 'maker/model',
				servedProvider: 'Fireworks',
				proof: 'openrouter_metadata',
				grade: 'B',
				warnings: [],
				responseId: 'gen-1',
			},
			problem: null,
		});
		expect(answer.firstTokenMilliseconds).toBeLessThanOrEqual(answer.milliseconds);
		expect(runs).toHaveLength(1);
		expect(runs[0]).toMatchObject({
			text: 'Hello',
			messages: [{role: 'user', content: 'Say hello.'}],
			completion: {id: answer.ledgerId, status: 'finished', verdict: 'allowed', level: 'route', grade: 'B'},
			record: {
				enforcement: {enforce_distillable_text: true, provider_only: ['fireworks', 'together/fp8'], allow_fallbacks: false},
				model: {canonical_slug: 'maker/model-20260101'},
				operator: {tool: 'stillroom@0.0.0'},
			},
		});
	});

	it('is in the ledger, on disk, before the server sees the request', async () => {
		let onDisk: unknown = null;
		await using world = await openWorld((response, {body}) => {
			// Another connection sees only what was committed.
			const other = new DatabaseSync(`${world.folder}/ledger.sqlite`, {readOnly: true});
			onDisk = other
				.prepare('SELECT status, model FROM completion')
				.all()
				.map((row) => ({...row}));
			other.close();
			expect(body.model).toBe('maker/model');
			stream(response, goodStream());
		});
		await collect(runPrompt(world.context, models, aRequest(), signal));
		expect(onDisk).toEqual([{status: 'unfinished', model: 'maker/model'}]);
	});

	it('keeps an answer of escape sequences, wide characters and half a surrogate pair as it came', async () => {
		const text = '\u001B]0;title\u0007\u001B[31m漢字 \u202E';
		const {events, runs} = await run((response) => stream(response, chunk(text) + finish() + usage() + done));
		expect(only(events, 'finished').answer.text).toBe(text);
		expect(runs[0]?.text).toBe(text);
	});

	it('at OpenAI carries the id of its ledger entry in its metadata', async () => {
		const {events, seen} = await run((response) => stream(response, goodStream()), {gateway: 'openai', modelId: 'gpt-4.1', store: true});
		const {answer} = only(events, 'finished');
		expect(seen[0]?.body.metadata).toEqual({ledger_id: answer.ledgerId});
		expect(only(events, 'planned').plan.body).toEqual(seen[0]?.body);
	});
});

describe('evidence', () => {
	it('a provider outside the pin is a loud warning and drops the grade', async () => {
		const {events} = await run((response) => stream(response, goodStream('Hello', 'Groq')));
		expect(only(events, 'finished').answer.evidence).toMatchObject({grade: 'D', warnings: [expect.stringContaining('Groq')]});
	});

	it('a model that was not asked for is a loud warning, its canonical slug is none', async () => {
		const other = await run((response) => stream(response, goodStream().replaceAll('maker/model', 'maker/model-mini')));
		expect(only(other.events, 'finished').answer.evidence.warnings[0]).toContain('maker/model-mini');
		const slug = await run((response) =>
			stream(response, goodStream('Hello', 'Together').replaceAll('"maker/model"', '"maker/model-20260101"')),
		);
		expect(only(slug.events, 'finished').answer.evidence).toMatchObject({grade: 'B', warnings: []});
	});

	it("OpenAI's dated snapshot is the model that was asked for", async () => {
		const {events} = await run((response) => stream(response, goodStream().replaceAll('maker/model', 'gpt-4.1-2025-04-14')), {
			gateway: 'openai',
			modelId: 'gpt-4.1',
		});
		expect(only(events, 'finished').answer.evidence.warnings).toEqual([]);
	});

	it('a response field is weaker than metadata, and nothing is not proven', async () => {
		const field = await run((response) => stream(response, chunk('Hi', {provider: 'Together'}) + finish() + done));
		expect(only(field.events, 'finished').answer.evidence).toMatchObject({grade: 'C', proof: 'response_field', servedProvider: 'Together'});
		const none = await run((response) => stream(response, chunk('Hi') + finish() + done));
		expect(only(none.events, 'finished').answer.evidence).toMatchObject({grade: 'D', proof: 'none', servedProvider: null});
	});
});

describe('a prompt that is stopped', () => {
	const slow: Respond = (response) => {
		response.writeHead(200, {'content-type': 'text/event-stream'});
		response.write(chunk('Hel'));
	};

	it('by its signal keeps the partial answer and is marked aborted', async () => {
		await using world = await openWorld(slow);
		const controller = new AbortController();
		const events: RunEvent[] = [];
		for await (const happened of runPrompt(world.context, models, aRequest(), controller.signal)) {
			events.push(happened);
			if (happened.type === 'text') controller.abort();
		}
		expect(only(events, 'finished').answer).toMatchObject({outcome: 'aborted', text: 'Hel'});
		const ledger = await world.context.ledger();
		expect(ledger.list({}).rows).toMatchObject([{status: 'aborted', answerExcerpt: 'Hel'}]);
	});

	it('by a consumer that goes away is recorded as aborted all the same', async () => {
		await using world = await openWorld(slow);
		for await (const happened of runPrompt(world.context, models, aRequest(), signal)) if (happened.type === 'text') break;
		const ledger = await world.context.ledger();
		expect(ledger.list({}).rows).toMatchObject([{status: 'aborted', answerExcerpt: 'Hel'}]);
	});
});

describe('nothing is sent', () => {
	const never: Respond = () => {
		throw new Error('nothing may be sent');
	};

	it('when the policy refuses, and nothing is recorded', async () => {
		const {events, runs, seen} = await run(never, {modelId: 'closed/model'});
		expect(events.map(({type}) => type)).toEqual(['planned', 'refused']);
		expect(only(events, 'refused')).toMatchObject({refusal: {kind: 'policy'}, ledgerId: null});
		expect([runs, seen]).toEqual([[], []]);
	});

	it('without a key, and the variable is named', async () => {
		const {events, seen} = await run(never, {}, {hasKey: {openrouter: false, nanogpt: false, openai: false}});
		expect(only(events, 'refused').refusal).toMatchObject({kind: 'auth', code: 'no-key', why: 'OPENROUTER_API_KEY is not set.'});
		expect(seen).toEqual([]);
	});

	it('when the ledger cannot be written', async () => {
		const broken = () => Promise.reject(new Failure('failed', 'The ledger cannot be written.', {why: 'The disk is full.'}));
		const {events, seen} = await run(never, {}, {ledger: broken});
		expect(only(events, 'refused').refusal).toMatchObject({
			code: 'ledger',
			message: 'The ledger cannot be written.',
			why: 'The disk is full.',
		});
		expect(seen).toEqual([]);
	});
});

describe('a refusal of the service', () => {
	const refuse =
		(status: number, error: unknown, headers: Readonly<Record<string, string>> = {}): Respond =>
		(response) =>
			json(response, status, {error}, headers);

	async function refusal(respond: Respond, part: Partial<PromptRequest> = {}) {
		const {events, runs} = await run(respond, part);
		const refused = only(events, 'refused');
		expect(runs[0]?.completion).toMatchObject({
			id: refused.ledgerId,
			status: 'failed',
			error: expect.stringContaining(refused.refusal.message),
		});
		expect(runs[0]?.completion.grade).toBeNull();
		return refused.refusal;
	}

	it('404 under enforcement: the model is not in the distillable set, with its age and three alternatives', async () => {
		const said = await refusal(refuse(404, {code: 404, message: 'No endpoints found.'}), {modelId: 'silent/model'});
		expect(said).toMatchObject({kind: 'policy', code: 'not-distillable', status: 404});
		expect(said.message).toMatch(/^silent\/model is not in OpenRouter's distillable set \(read .* ago\)\.$/);
		expect(said.alternatives).toHaveLength(3);
		expect(said.alternatives.every(({note}) => /price.*context/.test(note))).toBe(true);
	});

	it('404 under enforcement: the constraint that removed the last route is found on our own data', async () => {
		const notFound = refuse(404, {code: 404, message: 'No endpoints found.', metadata: {failed_routing_step: 'Filter by Price'}});
		const price = await refusal(notFound, {constraints: {maxPrice: {completion: 0.5}}});
		expect(price).toMatchObject({code: 'no-route-left', next: expect.stringMatching(/^Raise max_price/)});
		expect(price.message).toMatch(/^max_price removes all 4 known routes of maker\/model: fireworks output costs \$0\.75/);
		expect(price.why).toContain('Filter by Price');
		const together = await refusal(notFound, {constraints: {zdr: true}, only: ['together/fp8']});
		expect(together.message).toBe('Together these remove all 4 known routes of maker/model: only removes 3, zdr removes 3.');
		const parameters = await refusal(notFound, {constraints: {requireParameters: true}, parameters: {maxTokens: 8, topP: 0.9}});
		expect(parameters.message).toMatch(/^require_parameters removes all 4 .*does not take top_p/);
	});

	it('404 under enforcement that our data cannot explain says just that', async () => {
		const said = await refusal(refuse(404, {code: 404, message: 'No endpoints found.'}));
		expect(said).toMatchObject({code: 'no-route-left'});
		expect(said.why).toContain('2 of 4 known routes pass enforce_distillable_text, only');
	});

	it('404 of the account’s own guardrails, and 404 without enforcement', async () => {
		const guardrail = await refusal(refuse(404, {code: 404, message: 'x', metadata: {failed_routing_step: 'Filter by Guardrails'}}));
		expect(guardrail.code).toBe('guardrail');
		const plain = await refusal(refuse(404, {code: 404, message: 'No endpoints found for maker/bare.'}), {
			modelId: 'maker/bare',
			enforcement: 'off',
			override: 'test',
		});
		expect(plain).toMatchObject({kind: 'failed', code: 'no-endpoints'});
	});

	it.each<[string, Respond, object]>([
		[
			'401',
			refuse(401, {code: 401, message: 'User not found.'}),
			{
				kind: 'auth',
				code: 'auth',
				next: expect.stringMatching(/^Check OPENROUTER_API_KEY, or the key that stillroom setup openrouter kept/),
			},
		],
		['402', refuse(402, {code: 402, message: 'Insufficient credits.'}), {code: 'credit', affordableMaxTokens: null}],
		[
			'402 with what is affordable',
			refuse(402, {code: 402, message: 'You requested up to 131072 tokens, but can only afford 54095. To increase, …'}),
			{code: 'credit', affordableMaxTokens: 54_095, next: 'Lower max_tokens to 54095, or add credit.'},
		],
		[
			'403 by moderation',
			refuse(403, {code: 403, message: 'flagged', metadata: {reasons: ['violence', 'hate'], provider_name: 'OpenAI'}}),
			{code: 'moderated', message: 'OpenAI flagged the prompt for violence, hate.'},
		],
		[
			'403 for bare clients',
			refuse(403, {
				code: 403,
				message: 'x:free is only available on agentic harnesses.',
				metadata: {failed_routing_step: 'Gate Free Endpoints by Agentic Harness'},
			}),
			{code: 'agentic-only'},
		],
		['408', refuse(408, {code: 408, message: 'timeout'}), {code: 'timeout', isRetryable: true}],
		['413', refuse(413, {code: 413, message: 'too large'}), {code: 'too-large'}],
		['422', refuse(422, {code: 422, message: 'bad schema'}), {code: 'bad-request'}],
		[
			'429 with a wait',
			refuse(429, {code: 429, message: 'slow down'}, {'retry-after': '17'}),
			{kind: 'unreachable', code: 'rate-limited', retryAfterSeconds: 17, isRetryable: true},
		],
		[
			'429 of the free day',
			refuse(429, {code: 429, message: 'Rate limit exceeded: free-models-per-day.'}),
			{code: 'daily-limit', isRetryable: false},
		],
		[
			'429 without quota',
			refuse(429, {code: 'insufficient_quota', message: 'You exceeded your current quota'}),
			{code: 'quota', isRetryable: false},
		],
		[
			'400 too long',
			refuse(400, {code: 400, message: 'Provider returned error', metadata: {provider_error_code: 'context_length_exceeded'}}),
			{code: 'too-long'},
		],
		['400 unknown model', refuse(400, {code: 400, message: 'maker/model is not a valid model ID'}), {code: 'no-endpoints'}],
		['500', refuse(500, {code: 500, message: 'x'}), {code: 'unavailable', isRetryable: true}],
		['503', refuse(503, {code: 503, message: 'x'}), {code: 'overloaded', isRetryable: true}],
		['524', refuse(524, {code: 524, message: 'x'}), {code: 'timeout', isRetryable: true}],
		['529', refuse(529, {code: 529, message: 'x'}), {code: 'overloaded', isRetryable: true}],
		[
			'200 with an error in the body',
			(response) => json(response, 200, {error: {code: 502, message: 'gone'}}),
			{code: 'mid-stream', status: 502},
		],
		[
			'an error event before the first token',
			(response) => stream(response, event({error: {code: 429, message: 'busy'}, choices: []})),
			{code: 'rate-limited', status: 429},
		],
		['a web page', (response) => void response.writeHead(200, {'content-type': 'text/html'}).end('<html>'), {code: 'broken'}],
		['a closed connection', (response) => void response.destroy(), {kind: 'unreachable'}],
	])('%s has its own clear sentence', async (_, respond, expected) => {
		const said = await refusal(respond);
		expect(said).toMatchObject(expected);
		expect(said.message).toMatch(/^[^{}[\]]+\.$/);
		expect(said.next).toMatch(/\S+/);
	});
});

describe('an answer with a flaw', () => {
	it.each<[string, string, object, object]>([
		[
			'that stops at max_tokens',
			chunk('Hel') + finish('length') + done,
			{outcome: 'finished', text: 'Hel'},
			{code: 'length', message: 'The answer stops at max_tokens (64): it is not complete.'},
		],
		['cut by a content filter', chunk('Hel') + finish('content_filter') + done, {outcome: 'finished'}, {code: 'content-filter'}],
		['with no text', finish() + done, {outcome: 'failed', text: ''}, {code: 'empty'}],
		[
			'that is all reasoning',
			event({model: 'maker/model', choices: [{delta: {reasoning: 'Hm.'}}]}) + finish('length') + done,
			{outcome: 'failed', reasoning: 'Hm.'},
			{code: 'empty', message: expect.stringContaining('reasoning')},
		],
		['that breaks off', chunk('Hel'), {outcome: 'failed', text: 'Hel'}, {code: 'cut'}],
		[
			'with an error in the middle',
			chunk('Hel') + event({error: {code: 502, message: 'gone'}, choices: []}),
			{outcome: 'failed', text: 'Hel'},
			{code: 'mid-stream'},
		],
		['without its closing mark', chunk('Hel') + finish(), {outcome: 'finished', text: 'Hel'}, {code: 'no-end-mark'}],
	])('%s says so and is kept', async (_, body, answer, problem) => {
		const {events, runs} = await run((response) => stream(response, body));
		const finished = only(events, 'finished').answer;
		expect(finished).toMatchObject({...answer, problem});
		expect(runs[0]?.completion.status).toBe(finished.outcome);
		expect(runs[0]?.text ?? '').toBe(finished.text);
	});
});

describe('a bake-off', () => {
	it('merges the events of all, each with its place, and the pick is marked', async () => {
		await using world = await openWorld((response, {body}) => stream(response, goodStream(`I am ${body.model}`, 'Fireworks')));
		const events = await collect(
			runBakeOff(world.context, models, [aRequest(), aRequest({modelId: 'maker/model-mini'}), aRequest({modelId: 'closed/model'})], signal),
		);
		expect([...new Set(events.map(({index}) => index))].toSorted()).toEqual([0, 1, 2]);
		const answers = events.flatMap(({index, event: happened}) => (happened.type === 'finished' ? [{index, answer: happened.answer}] : []));
		expect(answers.map(({index, answer}) => [index, answer.text]).toSorted()).toEqual([
			[0, 'I am maker/model'],
			[1, 'I am maker/model-mini'],
		]);
		expect(events.filter(({index}) => index === 2).map(({event: happened}) => happened.type)).toEqual(['planned', 'refused']);
		const [winner, loser] = answers.toSorted((a, b) => b.index - a.index);
		const group = await markPick(world.context, {winnerId: winner!.answer.ledgerId, loserIds: [loser!.answer.ledgerId]});
		const ledger = await world.context.ledger();
		expect(ledger.readCompletion(winner!.answer.ledgerId)).toMatchObject({mark: 'picked', group});
		expect(ledger.readCompletion(loser!.answer.ledgerId)).toMatchObject({mark: 'rejected', group});
	});

	it('ends all of them when the consumer goes away', async () => {
		await using world = await openWorld((response) => {
			response.writeHead(200, {'content-type': 'text/event-stream'});
			response.write(chunk('Hel'));
		});
		for await (const {event: happened} of runBakeOff(world.context, models, [aRequest(), aRequest({modelId: 'other/small'})], signal))
			if (happened.type === 'text') break;
		const ledger = await world.context.ledger();
		expect(ledger.list({}).rows.every(({status}) => status === 'aborted')).toBe(true);
	});
});

describe('looking up who served', () => {
	it('proves what was not proven, leaves what is not there, and asks for it again', async () => {
		await using world = await openWorld((response, {path, count}) => {
			if (path.startsWith('/generation?id=gen-a'))
				return json(response, 200, {data: {model: 'maker/model', provider_name: 'Fireworks', total_cost: 0.5}});
			if (path.startsWith('/generation')) return json(response, 404, {error: {code: 404, message: 'not found'}});
			stream(response, (chunk('Hi') + finish() + done).replaceAll('gen-1', count === 1 ? 'gen-a' : 'gen-b'));
		});
		for (let time = 0; time < 2; time++) await collect(runPrompt(world.context, models, aRequest(), signal));
		const events = await collect(backfillRuns(world.context, signal));
		expect(events.at(-1)).toEqual({type: 'progress', done: 2, total: 2, proven: 1, missing: 1, failed: 0});
		const ledger = await world.context.ledger();
		const rows = ledger.list({}).rows;
		expect(rows.map(({responseId, proof, provider, grade}) => [responseId, proof, provider, grade])).toEqual([
			['gen-b', 'none', null, 'D'],
			['gen-a', 'generation', 'Fireworks', 'C'],
		]);
		expect((await collect(backfillRuns(world.context, signal))).at(-1)).toMatchObject({done: 1, missing: 1});
	});

	it('stops at the first refusal of the key', async () => {
		await using world = await openWorld((response, {path}) =>
			path.startsWith('/generation')
				? json(response, 401, {error: {code: 401, message: 'No key'}})
				: stream(response, chunk('Hi') + finish() + done),
		);
		await collect(runPrompt(world.context, models, aRequest(), signal));
		expect((await collect(backfillRuns(world.context, signal))).at(-1)).toMatchObject({type: 'stopped', failure: {kind: 'auth'}});
	});
});

it('metadata of another shape never breaks an answer', async () => {
	const {events} = await run((response) => stream(response, chunk('Hi') + finish() + usage({openrouter_metadata: {endpoints: 7}}) + done));
	expect(only(events, 'finished').answer).toMatchObject({text: 'Hi', problem: null});
});
