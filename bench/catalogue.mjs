// A home folder whose catalogue is saved, and made-up catalogues of any size in the shape of OpenRouter's answer.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';

const bin = new URL('../dist/stillroom.js', import.meta.url).pathname;

const authors = ['deepseek', 'qwen', 'mistralai', 'meta-llama', 'nvidia', 'openai', 'anthropic', 'google', 'z-ai', 'moonshotai'];
const families = ['chat', 'coder', 'vision', 'router', 'thinking', 'instruct', 'graph', 'nano', 'max', 'flash'];

/** `count` invented models, the same ones at every run. */
export function inventModels(count) {
	return Array.from({length: count}, (_, index) => {
		const author = authors[index % authors.length];
		const slug = `${families[(index >> 3) % families.length]}-${index.toString(36)}-${1 + (index % 400)}b`;
		return {
			id: `${author}/${slug}`,
			canonical_slug: `${author}/${slug}`,
			name: `${author} ${slug.replaceAll('-', ' ')}`,
			created: 1_700_000_000 + index * 300,
			description: 'An invented model.',
			context_length: 8192 * (1 + (index % 64)),
			architecture: {
				modality: 'text->text',
				input_modalities: ['text'],
				output_modalities: ['text'],
				tokenizer: 'Other',
				instruct_type: null,
			},
			pricing: {prompt: String((1 + (index % 97)) / 1e8), completion: String((1 + (index % 89)) / 1e7)},
			top_provider: {context_length: 8192, max_completion_tokens: 4096, is_moderated: false},
			per_request_limits: null,
			supported_parameters: ['max_tokens', 'temperature', 'tools'],
			default_parameters: null,
			supported_voices: null,
			links: {details: `/api/v1/models/${author}/${slug}/endpoints`},
		};
	});
}

/** Starts `stillroom sandbox`, with an invented catalogue when `count` is given. */
export async function startServer(count) {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-bench-'));
	const args = [bin, 'sandbox', '--port', '0'];
	if (count !== undefined) {
		const models = inventModels(count);
		writeFileSync(join(folder, 'models.json'), JSON.stringify({data: models, total_count: count, links: {next: null}}));
		writeFileSync(join(folder, 'distillable.json'), JSON.stringify({data: models.filter((_, index) => index % 10 < 5)}));
		args.push('--catalogue', join(folder, 'models.json'), '--distillable', join(folder, 'distillable.json'));
	}
	const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']});
	const [line] = await once(createInterface({input: child.stdout}), 'line');
	const urls = JSON.parse(line);
	const home = join(folder, 'home');
	const env = {STILLROOM_HOME: home, OPENROUTER_BASE_URL: urls.openrouter, NANOGPT_BASE_URL: urls.nanogpt, OPENAI_BASE_URL: urls.openai};
	return {
		env,
		urls,
		home,
		stop() {
			child.kill();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

/** Runs `stillroom` to its end with its output thrown away; milliseconds and exit code. */
export async function runOnce(args, env = {}) {
	const from = performance.now();
	const child = spawn(process.execPath, args, {stdio: ['ignore', 'ignore', 'ignore'], env: {...process.env, ...env}});
	const [code] = await once(child, 'exit');
	return {milliseconds: performance.now() - from, code};
}

export {bin};
