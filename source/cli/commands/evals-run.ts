import {cleanText} from '../../domain/clean-text.js';
import type {EvalDefinition, EvalItem} from '../../domain/evaluation.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import type {EvalEvent, EvalProgress, EvalRequest} from '../../services/evals/eval-event.js';
import {graderHelp} from '../../services/evals/parse-eval-words.js';
import {sayTestSet} from '../../view/eval-columns.js';
import {evalLines} from '../../view/eval-lines.js';
import {evalPlanLines} from '../../view/eval-plan-lines.js';
import {formatCount, formatUsd} from '../../view/format.js';
import {progressWords} from '../../view/progress-words.js';
import {widthOfOutput, writeCells} from '../check-options.js';
import type {CommandRecord, Session} from '../command.js';
import {createDrain} from '../drain.js';
import {evalRunOptions, readCandidates, readGraders, readPromptTemplate, readTestSource} from '../eval-options.js';
import {openProgress} from '../progress.js';
import {readRecentModels} from '../read-catalogue.js';

type Options = Readonly<Record<string, unknown>>;

/** Rows that cannot be used are named up to here; the rest is counted. */
const namedRows = 20;

/** The definition with its items; null for items that are kept already. */
type Ready = {readonly definition: EvalDefinition; readonly items: readonly EvalItem[] | null};

/** What an evaluation is called that nobody named. */
const nameOf = ({testSet, candidates}: Pick<EvalDefinition, 'testSet' | 'candidates'>): string =>
	`${sayTestSet(testSet)}: ${candidates.map(({label}) => label).join(', ')}`;

/** A new evaluation, its test set read; or the exit code after saying what is wrong. */
async function createDefinition(session: Session, options: Options): Promise<Ready | number> {
	const [candidates, graders, template] = [readCandidates(options), await readGraders(session, options), await readPromptTemplate(options)];
	if (candidates.length === 0)
		throw new Failure('usage', 'Which models are compared?', {next: 'For example: --candidate teacher=openrouter:deepseek/deepseek-v3.2'});
	if (graders.length === 0)
		throw new Failure('usage', 'By what are answers graded?', {next: 'For example: --grader exact --grader "fuzzy_match>=0.8"'});
	const testSet = await readTestSource(session, options);
	if (typeof testSet === 'number') return testSet;
	const context = await session.context();
	const [{readTestSet}, {noItems}] = await Promise.all([
		import('../../services/evals/read-test-set.js'),
		import('../../services/evals/define-eval.js'),
	]);
	const {items, problems, repeated, hash} = await readTestSet(context, {source: testSet, template}, session.signal);
	for (const {line, problem} of problems.slice(0, namedRows))
		session.diagnostics.write(`stillroom: ${line === null ? '' : `Line ${line}: `}${cleanText(problem)}`);
	if (problems.length > namedRows) session.diagnostics.write(`stillroom: ... and ${problems.length - namedRows} more.`);
	if (items.length === 0) throw noItems(problems);
	if (problems.length > 0 && options.skipInvalid !== true)
		throw new Failure('usage', `${formatCount(problems.length, 'row')} of the test set cannot be used; nothing was sent.`, {
			next: 'Mend the file, or leave such rows out with --skip-invalid.',
		});
	if (repeated > 0) session.diagnostics.note(`${formatCount(repeated, 'row')} ask what an earlier one asks, and are left out.`);
	const source = testSet.kind === 'file' ? {...testSet, hash: hash ?? ''} : testSet;
	return {
		items,
		definition: {
			id: (await context.ledger()).createId(),
			name: (options.name as string | undefined) ?? nameOf({testSet: source, candidates}),
			createdAt: context.clock.now().toISOString(),
			testSet: source,
			candidates,
			graders,
			parameters: {
				maxTokens: (options.maxTokens as number | undefined) ?? 1024,
				temperature: options.temperature === 'none' ? null : ((options.temperature as number | undefined) ?? 0),
				seed: (options.seed as number | undefined) ?? null,
			},
			repeatShare: (options.repeat as number | undefined) ?? 0.1,
		},
	};
}

/** An evaluation that is there, with what is added to it. */
async function extendDefinition(session: Session, options: Options): Promise<Ready> {
	const wrong = ['set', 'filter', 'ids', 'prompt', 'maxTokens', 'temperature', 'seed', 'repeat', 'part'].find(
		(name) => options[name] !== undefined,
	);
	if (wrong !== undefined)
		throw new Failure(
			'usage',
			`--${wrong.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} cannot be changed in an evaluation that is there.`,
			{
				next: 'Leave it out, or start a new evaluation.',
			},
		);
	const [{findEval}, {sayModelTarget}] = await Promise.all([
		import('../../services/evals/find-eval.js'),
		import('../../services/evals/model-target.js'),
	]);
	const {definition} = await findEval(await session.context(), String(options.extend));
	const known = new Set(definition.candidates.map(({target}) => sayModelTarget(target)));
	const labels = new Set(definition.candidates.map(({label}) => label));
	const fresh = readCandidates(options)
		.filter(({target}) => !known.has(sayModelTarget(target)))
		.map((candidate) => (labels.has(candidate.label) ? {...candidate, label: `${candidate.label} ${candidate.target.model}`} : candidate));
	const candidates = [...definition.candidates, ...fresh];
	const names = new Set(definition.graders.map(({name}) => name));
	const graders = (await readGraders(session, options)).filter(({name}) => !names.has(name));
	return {
		items: null,
		definition: {
			...definition,
			name:
				(options.name as string | undefined) ??
				(definition.name === nameOf(definition) ? nameOf({...definition, candidates}) : definition.name),
			candidates,
			graders: [...definition.graders, ...graders],
		},
	};
}

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)}%`);

function progressLine({done, total, failed, costUsd, perSecond, passing}: EvalProgress, {candidates}: EvalDefinition): string {
	return progressWords({
		done,
		total,
		unit: 'answer',
		perSecond,
		more: [
			...(failed > 0 ? [`${failed} failed`] : []),
			candidates.map(({label}, index) => `${cleanText(label)} ${percent(passing[index] ?? null)}`).join(', '),
			formatUsd(costUsd),
		],
	});
}

type Stopped = Extract<EvalEvent, {type: 'stopped'}>;

function exitOf({reason, refusal, result}: Stopped): number {
	if (reason === 'interrupted') return exitCodes.interrupted;
	if (reason === 'failed') return refusal === undefined ? exitCodes.failed : exitCodes[refusal.kind];
	const isWhole =
		result.isComplete && result.candidates.every(({failed, byGrader}) => failed === 0 && byGrader.every(({errors}) => errors === 0));
	return reason === 'done' && isWhole ? 0 : exitCodes.partial;
}

export const evalsRunCommand: CommandRecord = {
	name: 'run',
	summary: 'Ask several models the same questions and grade the answers: teacher, base, student, checkpoints.',
	args: [],
	options: evalRunOptions,
	outputs: [
		{flags: '--json', schema: 'evals-run'},
		{flags: '--ndjson', schema: 'evals-run.line'},
		{flags: '--json --dry-run', schema: 'evals-run.dry-run'},
		{flags: '--ndjson --dry-run', schema: 'evals-run.dry-run'},
	],
	examples: [
		[
			'stillroom evals run --set triage@1 --candidate teacher=openrouter:deepseek/deepseek-v3.2 --candidate base=openai:gpt-4.1-mini --grader exact --dry-run',
			'what it takes and costs at most',
		],
		[
			'stillroom evals run --extend last --candidate student=openai:ft:gpt-4.1-mini:me::abc',
			'the student on the same questions: one comparison',
		],
		[
			'stillroom evals run --set questions.jsonl --candidate other=nanogpt:qwen/qwen3-32b --grader judge:openai:gpt-4.1 --max-cost 2',
			'a judge compares with the reference, for at most 2 USD',
		],
	],
	notes: () => `${graderHelp}

A row is {"messages": [...]} with the answer last or as "reference" (ideal, expected), {"prompt": "...", "reference": "..."}, {"item": {...}} or
{"vars": {...}} with --prompt. Templates read {{item.name}}, {{sample.output_text}}, {{sample.output_json.field}}.
Every answer and every word of a judge is a run of the ledger. Run again with --extend it sends only what is missing, also after kill -9.
Ctrl+C lets what is under way come to its end. Exit code 6: the budget is used up, or answers failed or could not be graded.`,
	async run({options}, session) {
		const isQuiet = options.quiet === true;
		const {diagnostics, output} = session;
		const context = await session.context();
		const made = options.extend === undefined ? await createDefinition(session, options) : await extendDefinition(session, options);
		if (typeof made === 'number') return made;
		const isAtGateway = made.definition.candidates.some(({target}) => target.kind === 'gateway');
		if (isAtGateway || options.refresh === true) {
			const isOnlyOpenai = made.definition.candidates.every(({target}) => target.kind !== 'gateway' || target.gateway === 'openai');
			await readRecentModels(session, {refresh: options.refresh === true, service: isOnlyOpenai ? 'openai' : null});
		}
		const request: EvalRequest & {readonly items?: readonly EvalItem[]} = {
			definition: made.definition,
			...(made.items === null ? {} : {items: made.items}),
			concurrency: (options.concurrency as number | undefined) ?? 8,
			maxCostUsd: (options.maxCost as number | undefined) ?? null,
			limit: (options.limit as number | undefined) ?? null,
			retryFailed: options.retryFailed === true,
			override: ((options.reason as string | undefined) ?? '').trim() || null,
		};
		const {planEval} = await import('../../services/evals/plan-eval.js');
		if (options.dryRun === true) {
			const plan = await planEval(context, request, session.signal);
			if (options.json || options.ndjson)
				await output.write(`${JSON.stringify({definition: made.definition, plan}, null, options.json ? 2 : undefined)}\n`);
			else await writeCells(session, evalPlanLines(plan, widthOfOutput(session)));
			return 0;
		}
		const {runEval} = await import('../../services/evals/run-eval.js');
		const progress = openProgress(session, options);
		const drain = createDrain(session.signal, () => {
			progress.clear();
			if (!isQuiet) diagnostics.note('Stopping: what is under way comes to its end; Ctrl+C again ends at once.');
		});
		let end: Stopped | null = null;
		try {
			for await (const event of runEval(context, {...request, stop: session.signal}, drain.signal)) {
				drain.sending();
				if (event.type === 'stopped') end = event;
				else if (event.type === 'progress') {
					progress.show(() => progressLine(event.progress, made.definition));
				} else if (options.ndjson) await output.write(`${JSON.stringify(event)}\n`);
			}
		} finally {
			drain.end();
			progress.clear();
		}
		if (end === null) return exitCodes.interrupted;
		const {result, reason, message} = end;
		if (options.json) await output.write(`${JSON.stringify({id: made.definition.id, reason, message, result}, null, 2)}\n`);
		else if (options.ndjson) await output.write(`${JSON.stringify(end)}\n`);
		else await writeCells(session, evalLines(result, widthOfOutput(session)));
		if (message !== null && reason !== 'interrupted') diagnostics.write(`stillroom: ${message}`);
		if (!isQuiet)
			diagnostics.note(
				`stillroom evals run --extend ${made.definition.id} ${result.isComplete ? 'adds candidates' : 'goes on'}; evals show ${made.definition.id} --disagreements`,
			);
		return exitOf(end);
	},
};
