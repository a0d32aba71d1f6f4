import {exitCodes, Failure} from '../../domain/failure.js';
import type {PromptRequest} from '../../domain/prompt.js';
import {findModel} from '../../services/find-model.js';
import {generateCompletions} from '../../services/generate.js';
import type {GenerateEvent, GenerateOptions, GenerateProgress} from '../../services/generate-event.js';
import {type RowRead, readPromptRows, rowShapes} from '../../services/generate-rows.js';
import {toPlanJson} from '../../view/run-json.js';
import type {CommandInput, CommandRecord, Session} from '../command.js';
import {createDrain} from '../drain.js';
import {parseLimit} from '../list-options.js';
import type {GenerateSummary} from '../outputs.js';
import {openProgress} from '../progress.js';
import {parseUsd, promptOptions, readTemplate, toSystemMessages} from '../prompt-options.js';
import {readRecentModels} from '../read-catalogue.js';
import {readLines, readStdin} from '../read-input.js';
import {refusalExit, sayPlan, sayRefusal} from './ask-words.js';
import {progressLine, summaryLine} from './generate-words.js';

const defaultConcurrency = 16;

/** Lines that cannot be read are named up to here; the rest is counted. */
const namedLines = 20;

/** Opens the rows of the file anew at each call; stdin is kept, because the rows are read twice. */
async function openRows({args, options}: CommandInput, {io, signal}: Session): Promise<GenerateOptions['rows']> {
	const path = String(args[0]);
	const format = options.text ? 'text' : 'auto';
	if (path !== '-') {
		// Named before anything else is done.
		for await (const _ of readLines(path)) break;
		return () => readPromptRows(readLines(path), format);
	}
	const lines = (await readStdin(io.stdin, signal)).split('\n');
	return () => readPromptRows(lines, format);
}

/** The rows until the command is stopped: then what is under way ends, and nothing more begins. */
async function* untilStopped(rows: ReturnType<GenerateOptions['rows']>, signal: AbortSignal): AsyncGenerator<RowRead> {
	for await (const row of rows) {
		if (signal.aborted) return;
		yield row;
	}
}

async function readOptions(input: CommandInput, session: Session) {
	const {options} = input;
	const template = await readTemplate(options);
	const rows = await openRows(input, session);
	const modelId = String(options.model ?? '');
	if (modelId === '') throw new Failure('usage', 'Which model shall answer?', {next: 'Name it with --model ID.'});
	const models = await readRecentModels(session, {refresh: options.refresh === true, service: template.gateway});
	const found = findModel(models, modelId);
	const {system: _, gateway, ...rest} = template;
	const chosen: PromptRequest['gateway'] = gateway ?? (found instanceof Failure ? 'openrouter' : (found.catalogues[0] ?? 'openrouter'));
	const generate: GenerateOptions = {
		rows,
		template: {...rest, modelId, gateway: chosen, messages: toSystemMessages(template)},
		concurrency: (options.concurrency as number | undefined) ?? defaultConcurrency,
		maxCostUsd: (options.maxCost as number | undefined) ?? null,
		repeat: (options.repeat as number | undefined) ?? 1,
		retryFailed: options.retryFailed === true,
		skipInvalid: options.skipInvalid === true,
	};
	return {models, generate};
}

function toSummary(
	progress: GenerateProgress,
	alreadyDone: number,
	seconds: number,
	end: Extract<GenerateEvent, {type: 'stopped'}>,
	isInterrupted: boolean,
): GenerateSummary {
	const {total, done, failed, costUsd} = progress;
	const left = Math.max(0, total - done - failed);
	const reason = isInterrupted && end.reason === 'done' && left > 0 ? 'interrupted' : end.reason;
	return {
		total,
		done: done - alreadyDone,
		failed,
		skipped: alreadyDone,
		left,
		costUsd: Number(costUsd.toFixed(9)),
		seconds: Number(seconds.toFixed(3)),
		stoppedBy: reason === 'done' ? null : reason,
		problem: end.refusal,
	};
}

function exitOf({stoppedBy, problem, failed}: GenerateSummary): number {
	if (stoppedBy === 'interrupted') return exitCodes.interrupted;
	if (stoppedBy === 'refused') return problem === null ? exitCodes.failed : refusalExit(problem);
	return stoppedBy === 'budget' || failed > 0 ? exitCodes.partial : 0;
}

export const generateCommand: CommandRecord = {
	name: 'generate',
	summary: 'Send many prompts to one model, resumably and within a budget.',
	args: [{spec: '<prompts>', help: 'A file with one prompt a line, JSONL or text; - reads stdin.'}],
	options: [
		{flags: '--model <id>', help: 'The model that answers.'},
		{flags: '--concurrency <n>', help: `Requests under way at most (default ${defaultConcurrency}).`, parse: parseLimit},
		{
			flags: '--max-cost <usd>',
			help: 'Stop before the job as a whole, earlier starts included, can cost more than so many USD.',
			parse: parseUsd,
		},
		{flags: '--repeat <n>', help: 'So many answers to each prompt; --seed grows by one for each.', parse: parseLimit},
		{flags: '--retry-failed', help: 'Send rows again that failed before.'},
		{flags: '--skip-invalid', help: 'Leave out lines that cannot be read, instead of sending nothing.'},
		{flags: '--text', help: 'Every line is a prompt as it stands, even when it begins with {.'},
		...promptOptions,
		{flags: '--json', help: 'The summary as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One JSON object for each row as it ends, the summary last.'},
		{flags: '--quiet', help: 'No progress and no summary on stderr.'},
		{flags: '--refresh', help: 'Read the catalogues anew; fail when that fails.'},
	],
	outputs: [
		{flags: '--json', schema: 'generate'},
		{flags: '--ndjson', schema: 'generate.line'},
	],
	examples: [
		['stillroom generate prompts.jsonl --model deepseek/deepseek-v3.2 --max-cost 2 --dataset triage', 'bulk answers for at most 2 USD'],
		[
			'stillroom generate prompts.jsonl --model deepseek/deepseek-v3.2 --dataset triage --retry-failed',
			'the same again: only what is missing',
		],
		['stillroom ledger list dataset:triage --ndjson --texts', 'the answers'],
	],
	notes: () => `A line is ${rowShapes}, with optional "id" and "tags"; or plain text.
Started again with the same prompts and parameters it sends only what is missing, also after kill -9: rows are known by their content.
Ctrl+C lets what is under way come to its end, a second Ctrl+C ends at once. A line that cannot be read is named before anything is sent
(exit code 2). Exit code 6: the budget is used up, or rows failed.`,
	async run(input, session) {
		const {models, generate} = await readOptions(input, session);
		const {options} = input;
		const {diagnostics, output, signal} = session;
		const isQuiet = options.quiet === true;
		const progress = openProgress(session, options);
		const drain = createDrain(signal, () => {
			progress.clear();
			if (!isQuiet) diagnostics.note('Stopping: what is under way comes to its end; Ctrl+C again ends at once.');
		});
		const context = await session.context();
		const from = performance.now();
		const rows = () => untilStopped(generate.rows(), signal);
		let alreadyDone = 0;
		let invalid = 0;
		let end: Extract<GenerateEvent, {type: 'stopped'}> | null = null;
		const write = (value: object) => output.write(`${JSON.stringify(value)}\n`);
		try {
			for await (const event of generateCompletions(context, models, {...generate, rows}, drain.signal)) {
				if (event.type === 'planned') {
					alreadyDone = event.alreadyDone;
					drain.sending();
					if (options.ndjson) await write({...event, plan: toPlanJson(event.plan)});
					if (!isQuiet && event.plan.refusal === null)
						sayPlan(session, {...event.plan, costBoundUsd: event.costBoundUsd}, generate.template.modelId);
				} else if (event.type === 'invalid') {
					invalid++;
					if (invalid <= namedLines) diagnostics.write(`stillroom: ${event.message}`);
					if (options.ndjson) await write(event);
				} else if (event.type === 'row') {
					if (options.ndjson) await write(event);
				} else if (event.type === 'progress') {
					progress.show(() => progressLine(event.progress));
				} else end = event;
			}
		} finally {
			drain.end();
			progress.clear();
		}
		if (invalid > namedLines) diagnostics.write(`stillroom: ... and ${invalid - namedLines} more lines.`);
		if (end === null) return exitCodes.interrupted;
		const summary = toSummary(end.progress, alreadyDone, (performance.now() - from) / 1000, end, signal.aborted);
		if (options.json) await output.write(`${JSON.stringify(summary, null, 2)}\n`);
		else if (options.ndjson) await write({type: 'stopped', ...summary});
		if (end.refusal !== null && summary.stoppedBy !== 'interrupted') sayRefusal(session, end.refusal);
		if (!isQuiet && summary.total > 0 && exitOf(summary) !== exitCodes.usage) diagnostics.note(summaryLine(summary));
		return exitOf(summary);
	},
};
