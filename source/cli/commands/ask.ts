import {Failure} from '../../domain/failure.js';
import type {Model} from '../../domain/model.js';
import type {PromptRequest} from '../../domain/prompt.js';
import type {PromptPlan} from '../../domain/run-event.js';
import {fillMessages} from '../../services/fill-variables.js';
import {findModel} from '../../services/find-model.js';
import {planPrompt} from '../../services/plan-prompt.js';
import type {CommandInput, CommandRecord, Session} from '../command.js';
import {type PromptTemplate, promptOptions, readTemplate, readVariables, toSystemMessages} from '../prompt-options.js';
import {readRecentModels} from '../read-catalogue.js';
import {readStdin} from '../read-input.js';
import {askMany} from './ask-many.js';
import {askOne} from './ask-one.js';
import {planLines, refusalExit, sayRefusal, toPlanOutput} from './ask-words.js';

/** The words behind the model, else stdin: `-` asks for it, a pipe is read where no words stand. One final line break of a pipe is cut off. */
async function readPrompt({args}: CommandInput, {io, signal}: Session): Promise<string> {
	const words = Array.isArray(args[1]) ? args[1] : [];
	const isDash = words.length === 1 && words[0] === '-';
	if (words.length > 0 && !isDash) return words.join(' ');
	if (!isDash && io.stdin.isTTY)
		throw new Failure('usage', 'There is no prompt.', {next: 'Write it behind the model, or pipe it in: echo "…" | stillroom ask MODEL'});
	return (await readStdin(io.stdin, signal)).replace(/\r?\n$/, '');
}

/** The first service that lists the model; one that is nowhere goes to OpenRouter, whose plan then names the nearest ids. */
function chooseGateway(models: readonly Model[], id: string): PromptRequest['gateway'] {
	const found = findModel(models, id);
	return found instanceof Failure ? 'openrouter' : (found.catalogues[0] ?? 'openrouter');
}

function toMessages(template: PromptTemplate, prompt: string, options: CommandInput['options']): PromptRequest['messages'] {
	const messages = [...toSystemMessages(template), {role: 'user', content: prompt} as const];
	const variables = readVariables(options);
	if (options.raw) return messages;
	const filled = fillMessages(messages, variables);
	const list = (names: readonly string[]) => names.map((name) => `{{${name}}}`).join(', ');
	if (filled.missing.length > 0)
		throw new Failure('usage', `There is no value for ${list(filled.missing)}.`, {
			next: `Give it with --var ${filled.missing[0]}=…, or send the braces as they stand with --raw.`,
		});
	if (filled.unknown.length > 0) throw new Failure('usage', `Neither prompt nor system message holds ${list(filled.unknown)}.`);
	return filled.messages;
}

async function dryRun(
	session: Session,
	models: readonly Model[],
	requests: readonly PromptRequest[],
	options: CommandInput['options'],
): Promise<number> {
	const context = await session.context();
	const plans: PromptPlan[] = [];
	for (const request of requests) plans.push(await planPrompt(context, models, request, session.signal));
	const url = (plan: PromptPlan) => `${context.baseUrls[plan.gateway]}${plan.path}`;
	if (options.json) {
		const all = plans.map((plan) => toPlanOutput(plan, url(plan)));
		await session.output.write(`${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`);
	} else if (options.ndjson) await session.output.writeLines(plans.map((plan) => JSON.stringify(toPlanOutput(plan, url(plan)))));
	else {
		const paint = await session.paint();
		for (const [index, plan] of plans.entries()) {
			if (index > 0) await session.output.write('\n');
			await session.output.writeLines(planLines(plan, url(plan), {paint, width: session.output.columns, now: context.clock.now()}));
		}
	}
	for (const plan of plans) {
		for (const warning of plan.enforcement.warnings) session.diagnostics.warn(warning);
		if (plan.refusal !== null) sayRefusal(session, plan.refusal, plan.modelId);
	}
	const refused = plans.find(({refusal}) => refusal !== null)?.refusal;
	return refused ? refusalExit(refused) : 0;
}

export const askCommand: CommandRecord = {
	name: 'ask',
	summary: 'Send a prompt, held to allowed routes, and keep the answer with its evidence.',
	args: [
		{spec: '<model>', help: "The id at either gateway; with --gateway openai, OpenAI's own."},
		{spec: '[prompt...]', help: 'The prompt; - reads stdin, as does a pipe where no prompt stands.'},
	],
	options: [
		...promptOptions,
		{flags: '--var <name=value>', help: 'A value for {{name}} in prompt and system message (may be repeated).', isRepeatable: true},
		{flags: '--raw', help: 'Send {{…}} as it stands.', conflicts: ['var']},
		{flags: '--also <model>', help: 'Ask this model too, at the same time (may be repeated).', isRepeatable: true},
		{flags: '--dry-run', help: 'Say what would be sent, which routes remain and what it can cost; send nothing.'},
		{flags: '--show-reasoning', help: 'Reasoning on stderr as it comes.'},
		{flags: '--json', help: 'One JSON object at the end; with --also an array.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'Every event as one JSON object a line.'},
		{flags: '--quiet', help: 'No plan, progress and evidence on stderr; warnings and refusals stay.'},
		{flags: '--refresh', help: 'Read the catalogues anew, even when they were read within five minutes; fail when that fails.'},
	],
	outputs: [
		{flags: '--json', schema: 'ask'},
		{flags: '--ndjson', schema: 'ask.line'},
		{flags: '--json --also', schema: 'ask.also'},
		{flags: '--json --dry-run', schema: 'ask.dry-run'},
		{flags: '--json --dry-run --also', schema: 'ask.dry-run-also'},
		{flags: '--ndjson --dry-run', schema: 'ask.dry-run'},
	],
	examples: [
		['stillroom ask deepseek/deepseek-v3.2 "Name three stills."', 'the answer on stdout, the evidence on stderr'],
		['stillroom ask qwen/qwen3-235b-a22b --dry-run "Hello"', 'the exact body, the routes that remain, the cost bound'],
		['git diff | stillroom ask z-ai/glm-4.7 --system "Review this."', 'the prompt from a pipe'],
		['stillroom ask MODEL "Translate {{word}}" --var word=still --json | jq .served', 'filled in; what served it'],
		['stillroom ask MODEL "Explain JCS." --also OTHER --json | jq ".[].costUsd"', 'the same prompt to several models'],
	],
	notes:
		() => `Enforcement is on unless switched off: the prompt is pinned to the routes recorded as allowed, without fallbacks, and OpenRouter's
flag is set; where no route is recorded as allowed, OpenRouter's flag alone holds it. Where nothing can hold it, nothing is sent and
the exit code is 3. --enforcement off wants a --reason, which is recorded. The start is in the ledger before the request leaves; an
interrupted answer is kept and marked. An answer cut by --max-tokens is an answer: exit code 0. With --also, exit code 6 says that
some models answered and others did not.`,
	async run(input, session) {
		const {args, options} = input;
		const template = await readTemplate(options);
		const prompt = await readPrompt(input, session);
		const messages = toMessages(template, prompt, options);
		const ids = [String(args[0]), ...((options.also as readonly string[] | undefined) ?? [])];
		if (ids.length > 1 && template.only !== null)
			throw new Failure('usage', '--route pins the routes of one model and cannot stand beside --also.');
		const models = await readRecentModels(session, {refresh: options.refresh === true, service: template.gateway});
		const {system: _, gateway, ...rest} = template;
		const requests = ids.map(
			(modelId): PromptRequest => ({
				...rest,
				modelId,
				messages,
				gateway: gateway ?? chooseGateway(models, modelId),
				idempotencyKey: null,
			}),
		);
		if (options.dryRun) return dryRun(session, models, requests, options);
		const format = options.json ? 'json' : options.ndjson ? 'ndjson' : 'text';
		const isQuiet = options.quiet === true;
		const asked = isQuiet ? {...session, diagnostics: {...session.diagnostics, note() {}}} : session;
		if (requests.length > 1) return askMany(asked, models, requests, {format, isQuiet});
		return askOne(asked, models, requests[0]!, {format, isReasoningShown: options.showReasoning === true});
	},
};
