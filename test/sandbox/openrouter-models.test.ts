import {describe, expect, test} from 'vitest';
import {withSandbox} from './ask.js';

const now = new Date('2026-11-21T12:00:00Z');
const {ask} = withSandbox({now: () => now});

type Row = {
	id: string;
	name: string;
	canonical_slug: string;
	created: number;
	context_length: number | null;
	architecture: {input_modalities: string[]; output_modalities: string[]; tokenizer: string};
	pricing: {prompt: string; completion: string};
	supported_parameters: string[];
	benchmarks?: {artificial_analysis?: Record<string, number | null>; design_arena: {elo: number}[]};
};

const list = async (query: string): Promise<Row[]> => {
	const answer = await ask('openrouter', `/models${query}`);
	expect(answer.status, answer.text.slice(0, 300)).toBe(200);
	return answer.json.data;
};
const idsOf = (rows: readonly Row[]) => rows.map((row) => row.id);
const isRising = (values: readonly number[]) => values.every((value, index) => index === 0 || values[index - 1]! <= value);
const million = (price: string) => Number(price) * 1e6;

/** The filter keeps exactly the rows of the full text list that fit, and neither none nor all. */
async function expectFilter(query: string, fits: (row: Row) => boolean) {
	const all = await list('');
	const filtered = await list(query);
	expect(idsOf(filtered)).toEqual(idsOf(all.filter(fits)));
	expect(filtered.length).toBeGreaterThan(0);
	expect(filtered.length).toBeLessThan(all.length);
}

describe('GET /models filters', () => {
	test('lists at least 350 text models when nothing is asked, in one page', async () => {
		const answer = await ask('openrouter', '/models');
		expect(answer.json.data.length).toBeGreaterThanOrEqual(350);
		expect(answer.json.total_count).toBe(answer.json.data.length);
		expect(answer.json.links).toEqual({next: null});
		expect(new Set(idsOf(answer.json.data)).size).toBe(answer.json.data.length);
		expect(answer.json.data.every((row: Row) => row.architecture.output_modalities.includes('text'))).toBe(true);
	});
	test('q searches name and slug', () => expectFilter('?q=KIMI', (row) => /kimi/i.test(row.id + row.canonical_slug + row.name)));
	test('supported_parameters wants all of them', () =>
		expectFilter('?supported_parameters=tools,seed', (row) => ['tools', 'seed'].every((name) => row.supported_parameters.includes(name))));
	test('input_modalities wants all of them', () =>
		expectFilter('?input_modalities=image,audio', (row) =>
			['image', 'audio'].every((name) => row.architecture.input_modalities.includes(name)),
		));
	test('context is a minimum', () => expectFilter('?context=1000000', (row) => (row.context_length ?? 0) >= 1_000_000));
	test('arch is the tokenizer family, in any case', () => expectFilter('?arch=llama3', (row) => row.architecture.tokenizer === 'Llama3'));
	test('model_authors takes any of them, aliases too', () =>
		expectFilter('?model_authors=moonshotai,nvidia', (row) => /^~?(moonshotai|nvidia)\//.test(row.id)));
	test('min_price and max_price bound the prompt price per million', () =>
		expectFilter('?min_price=0.15&max_price=0.3', (row) => million(row.pricing.prompt) > 0.1499 && million(row.pricing.prompt) < 0.3001));
	test('min_output_price and max_output_price bound the completion price', () =>
		expectFilter(
			'?min_output_price=1&max_output_price=2',
			(row) => million(row.pricing.completion) > 0.999 && million(row.pricing.completion) < 2.001,
		));
	test('a router priced -1 is in no price range', async () => {
		expect(idsOf(await list('?max_price=1000'))).not.toContain('openrouter/auto');
		expect(idsOf(await list(''))).toContain('openrouter/auto');
	});
	test('min_age_days and max_age_days count from the sandbox’s clock', () =>
		expectFilter('?min_age_days=100&max_age_days=200', (row) => {
			const days = (now.getTime() / 1000 - row.created) / 86_400;
			return days >= 100 && days <= 200;
		}));
	for (const index of ['intelligence', 'coding', 'agentic']) {
		test(`min_${index}_index and max_${index}_index leave out models without it`, () =>
			expectFilter(`?min_${index}_index=30&max_${index}_index=50`, (row) => {
				const value = row.benchmarks?.artificial_analysis?.[`${index}_index`] ?? null;
				return value !== null && value >= 30 && value <= 50;
			}));
	}
	test('tool_success_rate splits the models that take tools', async () => {
		const low = idsOf(await list('?max_tool_success_rate=0.9'));
		const high = idsOf(await list('?min_tool_success_rate=0.9001'));
		const takers = (await list('?supported_parameters=tools')).map((row) => row.id);
		expect([...low, ...high].sort()).toEqual([...takers].sort());
		expect(Math.min(low.length, high.length)).toBeGreaterThan(20);
	});
	test('category lists the models of a category; marketing/seo is one of its own', async () => {
		const programming = idsOf(await list('?category=programming'));
		expect(programming).toContain('qwen/qwen3-coder');
		expect(programming).not.toContain('gryphe/mythomax-l2-13b');
		expect(idsOf(await list('?category=marketing/seo'))).not.toEqual(idsOf(await list('?category=marketing')));
	});
	test('distillable=true and =false part the list, by author, with the one exception', async () => {
		const yes = idsOf(await list('?distillable=true'));
		const no = idsOf(await list('?distillable=false'));
		expect([...yes, ...no].sort()).toEqual(idsOf(await list('')).sort());
		expect(yes).toContain('qwen/qwen3-235b-a22b-2507');
		expect(yes).toContain('~moonshotai/kimi-latest');
		expect(no).toEqual(expect.arrayContaining(['deepseek/deepseek-chat', 'openai/gpt-oss-120b', '~z-ai/glm-latest']));
		expect(new Set(yes.map((id) => id.replace(/^~/, '').split('/')[0]))).toEqual(
			new Set(['deepseek', 'meta-llama', 'microsoft', 'mistralai', 'moonshotai', 'nvidia', 'qwen']),
		);
	});
	test('providers, zdr and region speak of the endpoints', async () => {
		const endpoints = async (id: string) => (await ask('openrouter', `/models/${id}/endpoints`)).json.data.endpoints;
		const groq = (await list('?providers=Groq,Cerebras')).filter((row) => !row.id.startsWith('~'));
		expect(groq.length).toBeGreaterThan(5);
		for (const row of groq.slice(0, 6))
			expect((await endpoints(row.id)).some((endpoint: {provider_name: string}) => /^(Groq|Cerebras)$/.test(endpoint.provider_name))).toBe(
				true,
			);
		const zdr = idsOf(await list('?zdr=true'));
		expect(zdr).toContain('anthropic/claude-opus-5');
		expect(zdr).not.toContain('qwen/qwen3.8-max');
		const eu = idsOf(await list('?region=eu'));
		expect(eu).toContain('mistralai/mistral-large');
		expect(eu).not.toContain('x-ai/grok-4.6:batch');
		expect(eu.length).not.toBe((await list('?region=us')).length);
	});
	test('output_modalities adds the models that write no text', async () => {
		const all = await list('?output_modalities=all');
		expect(idsOf(all)).toContain('qwen/qwen3-embedding-8b');
		const images = await list('?output_modalities=image,embeddings');
		expect(images.length).toBeGreaterThan(5);
		expect(images.every((row) => row.architecture.output_modalities.some((name) => name === 'image' || name === 'embeddings'))).toBe(true);
		for (const [query, count] of [
			['', (await list('')).length],
			['?output_modalities=all', all.length],
		] as const)
			expect((await ask('openrouter', `/models/count${query}`)).json).toEqual({data: {count}});
	});
});

describe('GET /models orders', () => {
	const average = (row: Row) => Number((Number(row.pricing.prompt) + Number(row.pricing.completion)).toPrecision(12));
	const byIndex = (name: string) => (row: Row) => row.benchmarks?.artificial_analysis?.[`${name}_index`] ?? null;
	const orders: [string, (row: Row) => number | null, boolean][] = [
		['newest', (row) => row.created, false],
		['pricing-low-to-high', (row) => (average(row) < 0 ? null : average(row)), true],
		['pricing-high-to-low', (row) => (average(row) < 0 ? null : average(row)), false],
		['context-high-to-low', (row) => row.context_length, false],
		['intelligence-high-to-low', byIndex('intelligence'), false],
		['coding-high-to-low', byIndex('coding'), false],
		['agentic-high-to-low', byIndex('agentic'), false],
		[
			'design-arena-elo-high-to-low',
			(row) => (row.benchmarks?.design_arena.length ? Math.max(...row.benchmarks.design_arena.map((entry) => entry.elo)) : null),
			false,
		],
	];
	for (const [sort, value, rising] of orders) {
		test(`${sort}, models without the value last`, async () => {
			const rows = await list(`?sort=${sort}`);
			expect(idsOf(rows).sort()).toEqual(idsOf(await list('')).sort());
			const values = rows.map(value);
			const known = values.indexOf(null);
			const head = (known < 0 ? values : values.slice(0, known)) as number[];
			expect(values.slice(head.length).every((entry) => entry === null)).toBe(true);
			expect(isRising(rising ? head : head.toReversed())).toBe(true);
			expect(new Set(head).size).toBeGreaterThan(5);
		});
	}
	test('throughput-high-to-low and latency-low-to-high follow the endpoints', async () => {
		const measure = async (
			row: Row,
			read: (endpoint: {throughput_last_30m: {p50: number} | null; latency_last_30m: {p50: number} | null}) => number | undefined,
		) => {
			const answer = await ask('openrouter', `/models/${row.id}/endpoints`);
			return answer.json.data.endpoints.map(read).filter((value: number | undefined) => value !== undefined);
		};
		const fast: number[] = [];
		for (const row of (await list('?sort=throughput-high-to-low&limit=8')).filter((entry) => !entry.id.startsWith('~')))
			fast.push(Math.max(...(await measure(row, (endpoint) => endpoint.throughput_last_30m?.p50))));
		expect(fast.length).toBeGreaterThan(4);
		expect(isRising(fast.toReversed())).toBe(true);
		const quick: number[] = [];
		for (const row of (await list('?sort=latency-low-to-high&limit=8')).filter((entry) => !entry.id.startsWith('~')))
			quick.push(Math.min(...(await measure(row, (endpoint) => endpoint.latency_last_30m?.p50))));
		expect(isRising(quick)).toBe(true);
	});
	test('most-popular and top-weekly lead with the used models, each in its own order', async () => {
		const weekly = idsOf(await list('?sort=top-weekly'));
		const ever = idsOf(await list('?sort=most-popular'));
		expect(weekly[0]).toBe('deepseek/deepseek-v4-flash-0731');
		expect(ever).not.toEqual(weekly);
		expect(ever.slice(0, 20)).toContain('openai/gpt-4o-mini');
	});
});

describe('GET /models pages and refusals', () => {
	test('following links.next covers every model once', async () => {
		const all = idsOf(await list('?sort=newest'));
		const seen: string[] = [];
		let path: string | null = '/models?sort=newest&limit=37';
		while (path !== null) {
			const answer: {json: {data: Row[]; total_count: number; links: {next: string | null}}} = await ask('openrouter', path);
			expect(answer.json.total_count).toBe(all.length);
			seen.push(...idsOf(answer.json.data));
			path = answer.json.links.next?.replace('/openrouter/api/v1', '') ?? null;
		}
		expect(seen).toEqual(all);
	});
	test('offset alone has a limit of 500, limit alone starts at 0', async () => {
		const all = idsOf(await list(''));
		expect(idsOf(await list('?offset=380'))).toEqual(all.slice(380));
		expect(idsOf(await list('?limit=2'))).toEqual(all.slice(0, 2));
		expect(await list('?offset=100000')).toEqual([]);
	});
	const wrong = [
		'sort=best',
		'category=cooking',
		'distillable=yes',
		'zdr=false',
		'region=asia',
		'input_modalities=smell',
		'output_modalities=text,smell',
	];
	for (const query of [
		...wrong,
		'limit=0',
		'limit=1001',
		'limit=ten',
		'offset=-1',
		'context=0',
		'min_price=-1',
		'max_tool_success_rate=1.5',
		'min_age_days=1.5',
	]) {
		test(`${query} is refused with 400 in the envelope, named`, async () => {
			const answer = await ask('openrouter', `/models?${query}`);
			expect(answer.status).toBe(400);
			expect(answer.json.error.code).toBe(400);
			expect(answer.json.error.message).toContain(query.split('=')[0]);
		});
	}
	test('use_rss answers XML; chat links lead to a chat', async () => {
		const answer = await ask('openrouter', '/models?use_rss=true&model_authors=qwen');
		expect(answer.headers.get('content-type')).toContain('application/rss+xml');
		expect(answer.text).toContain('<link>https://openrouter.ai/qwen/qwen3-32b</link>');
		const chat = await ask('openrouter', '/models?use_rss=true&use_rss_chat_links=true&model_authors=qwen');
		expect(chat.text).toContain('https://openrouter.ai/chat?models=qwen%2Fqwen3-32b');
		expect(answer.text.match(/<item>/g)?.length).toBe((await list('?model_authors=qwen')).length);
	});
});
