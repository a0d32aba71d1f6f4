import path from 'node:path';
import {z} from 'zod';
import {cleanText} from '../../domain/clean-text.js';
import {dropSteps, type TunerId, tunerIds} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import {datasetFilterKeys, filterDatasets, parseDatasetFilter} from '../../domain/filter-datasets.js';
import {evalFilterKeys, filterEvals, parseEvalFilter} from '../../domain/filter-evals.js';
import {filterJobs, jobFilterKeys, parseJobFilter} from '../../domain/filter-jobs.js';
import {tuningServiceNames} from '../../domain/job.js';
import {toEvalSummaryJson} from '../../view/json.js';
import {lineText} from '../../view/line.js';
import {packReportLines} from '../../view/pack-lines.js';
import {checkFilter, pageInput, sayPage, toPage} from './paging.js';
import {defineTool} from './tool.js';

const textWidth = 120;
/** Examples of each step that left completions out. */
const drops = 3;
/** Items on which candidates differ most. */
const disagreements = 10;

const datasetInput = z.string().min(1).describe('A data set, or one version of it: NAME or NAME@VERSION.');
const fileInput = z.string().min(1).describe('Path on this machine; a relative one begins where the server was started.');

export const listDatasetsTool = defineTool({
	name: 'list_datasets',
	title: 'List data sets',
	description: 'Lists frozen data sets, newest first: destination, level of the gate, counts, hash of the rows.',
	input: z.strictObject({
		filter: z.string().optional().describe('Filter language for data sets, such as `name:triage tuner:openai`.'),
		...pageInput,
	}),
	isOpenWorld: false,
	async run({filter: text = '', ...page}, {context, signal}) {
		const {filter, problems} = parseDatasetFilter(text);
		checkFilter(text, problems, datasetFilterKeys);
		const {openSettledDatasets} = await import('../../services/dataset/find-dataset.js');
		const found = filterDatasets((await openSettledDatasets(context, signal)).list(), filter);
		const {items, total, next} = toPage(found, page);
		const datasets = items.map(({selection: _, shape: __, teachers: ___, duties: ____, ...rest}) => rest);
		const lines = datasets.map(({name, version, createdAt, destination: {tuner, baseModel, release}, counts}) =>
			cleanText(
				`${name}@${version}  ${createdAt.slice(0, 10)}  ${counts.train} train, ${counts.valid} validation  for ${tuner} ${baseModel}, ${release}`,
			),
		);
		return {value: {datasets, total, next}, text: [sayPage(items.length, total, next, 'data sets'), ...lines].join('\n')};
	},
});

export const showDatasetTool = defineTool({
	name: 'show_dataset',
	title: 'Show a data set',
	description:
		'Shows a frozen data set: destination, counts, teachers, duties, hashes, and examples of completions that were left out and why.',
	input: z.strictObject({dataset: datasetInput}),
	isOpenWorld: false,
	async run({dataset: ref}, {context, signal}) {
		const [{findDataset}, {datasetLines}] = await Promise.all([
			import('../../services/dataset/find-dataset.js'),
			import('../../view/dataset-lines.js'),
		]);
		const dataset = await findDataset(context, ref, signal);
		const store = await context.datasets();
		const examples = dropSteps.flatMap((step) =>
			Iterator.from(store.drops(dataset.name, dataset.version, step))
				.take(drops)
				.toArray(),
		);
		return {value: {dataset, drops: examples}, text: datasetLines(dataset, textWidth).map(lineText).join('\n')};
	},
});

export const checkFileTool = defineTool({
	name: 'check_file',
	title: 'Check a training file',
	description:
		'Checks a training file on this machine against the published rules of tuners, counts tokens, estimates cost; with a provenance file the gate judges every row. Nothing is sent.',
	input: z.strictObject({
		file: fileInput,
		provenance: fileInput.optional().describe('provenance.jsonl of a pack; needs tuner and base.'),
		tuner: z
			.enum(tunerIds as readonly [string, ...string[]])
			.optional()
			.describe('Where it will be trained; the rules are those of OpenAI when left out.'),
		base: z.string().optional().describe('The base model as the tuner names it.'),
		epochs: z.number().int().min(1).max(100).optional().describe('For the estimate.'),
	}),
	isOpenWorld: false,
	async run({file, provenance, tuner, base, epochs}, {context, signal}) {
		if (provenance !== undefined && (tuner === undefined || base === undefined))
			throw new Failure('usage', 'For which destination should the gate judge?', {
				next: 'Give tuner and base: what is allowed depends on them.',
			});
		const [{checkFile}, {checkLines}] = await Promise.all([
			import('../../services/dataset/check-file.js'),
			import('../../view/check-lines.js'),
		]);
		const destination = {tuner: (tuner ?? 'openai') as TunerId, baseModel: base ?? '', release: 'internal', studentName: null} as const;
		const provenancePath = provenance === undefined ? undefined : path.resolve(provenance);
		for await (const event of checkFile(context, path.resolve(file), {destination, epochs, provenancePath}, signal))
			if (event.type === 'report')
				return {value: {report: event.report}, text: checkLines(event.report, textWidth).map(lineText).join('\n')};
		throw new Failure('interrupted', 'Stopped.');
	},
});

export const verifyPackTool = defineTool({
	name: 'verify_pack',
	title: 'Verify a pack',
	description:
		'Recomputes everything about a pack on this machine, offline: bytes, hashes, rows, provenance, the gate as the register says now, duties.',
	input: z.strictObject({
		folder: fileInput.describe('The folder that `stillroom dataset pack` wrote.'),
		manifestHash: z
			.string()
			.regex(/^sha256:[0-9a-f]{64}$/)
			.optional()
			.describe('sha256:… as it was printed when it was packed: finds a pack that was written anew.'),
	}),
	isOpenWorld: false,
	async run({folder, manifestHash}, {context, signal}) {
		const {verifyPack} = await import('../../services/pack/verify-pack.js');
		const request = {tool: context.tool, ...(manifestHash === undefined ? {} : {manifestHash})};
		for await (const event of verifyPack(path.resolve(folder), request, signal)) {
			if (event.type === 'progress') continue;
			const {report} = event;
			const words = `${report.isIntact ? 'It is what was written' : 'It is not what was written'}; ${report.isAllowed ? 'every row and duty fits the policy' : 'a row or a duty is against the policy'}.`;
			return {value: {report}, text: [words, ...packReportLines(report, textWidth).map(lineText)].join('\n')};
		}
		throw new Failure('interrupted', 'Stopped.');
	},
});

export const listJobsTool = defineTool({
	name: 'list_jobs',
	title: 'List fine-tuning jobs',
	description:
		'Lists fine-tuning jobs of every tuning service that is set up, newest first: state, base, model that came of it, what it was made from.',
	input: z.strictObject({filter: z.string().optional().describe('Filter language for jobs, such as `state:running`.'), ...pageInput}),
	isOpenWorld: true,
	async run({filter: text = '', ...page}, {context, signal, isOffline}) {
		const {filter, problems} = parseJobFilter(text);
		checkFilter(text, problems, jobFilterKeys);
		if (isOffline) throw new Failure('failed', 'Jobs are asked for at their services.', {next: 'Start the server without --offline.'});
		const {listJobs} = await import('../../services/jobs/list-jobs.js');
		const read = await listJobs(context, signal);
		const rows = new Map(read.rows.map((row) => [row.job, row]));
		const {items, total, next} = toPage(filterJobs([...rows.keys()], filter), page);
		const failed = read.problems.map(({service, failure}) => `${tuningServiceNames[service]}: ${failure.toLine()}`);
		const unset = context.tuners.length === 0 ? ['No tuning service is set up: stillroom info names the variables.'] : [];
		const lines = items.map(({service, id, state, baseModel, fineTunedModel}) =>
			cleanText(`${service}/${id}  ${state}  ${baseModel}${fineTunedModel === null ? '' : ` → ${fineTunedModel}`}`),
		);
		return {
			value: {jobs: items.map((job) => rows.get(job)!), total, next, problems: [...failed, ...unset]},
			text: [sayPage(items.length, total, next, 'jobs'), ...lines, ...failed, ...unset].join('\n'),
		};
	},
});

export const listEvaluationsTool = defineTool({
	name: 'list_evaluations',
	title: 'List evaluations',
	description: 'Lists evaluations, newest first: test set, candidates, graders, pass rates with intervals, cost.',
	input: z.strictObject({filter: z.string().optional().describe('Filter language for evaluations.'), ...pageInput}),
	isOpenWorld: false,
	async run({filter: text = '', ...page}, {context}) {
		const {filter, problems} = parseEvalFilter(text);
		checkFilter(text, problems, evalFilterKeys);
		const {items, total, next} = toPage(filterEvals((await context.evals()).list(), filter), page);
		const lines = items.map(({id, name, createdAt, result}) => {
			const rates = (result?.candidates ?? []).map(
				({label, passRate}) => `${label} ${passRate === null ? '-' : passRate.value.toFixed(3)}`,
			);
			return cleanText(`${id}  ${createdAt.slice(0, 10)}  ${name}  ${rates.join(', ') || 'nothing summed up yet'}`);
		});
		return {
			value: {evaluations: items.map(toEvalSummaryJson), total, next},
			text: [sayPage(items.length, total, next, 'evaluations'), ...lines].join('\n'),
		};
	},
});

export const showEvaluationTool = defineTool({
	name: 'show_evaluation',
	title: 'Show an evaluation',
	description:
		'Shows an evaluation: pass rate of each candidate with its 95 % interval, paired differences, judges, cost, and the items on which the candidates differ most with their answers.',
	input: z.strictObject({id: z.string().min(1).describe('Id, the beginning of one, a name, or last.')}),
	isOpenWorld: false,
	async run({id}, {context}) {
		const [{findEval}, {readEvalJson}, {readEvalRows}, {evalLines}] = await Promise.all([
			import('../../services/evals/find-eval.js'),
			import('../../services/evals/export-eval.js'),
			import('../../services/evals/read-eval-rows.js'),
			import('../../view/eval-lines.js'),
		]);
		const summary = await findEval(context, id);
		const {answers: _, ...evaluation} = await readEvalJson(context, summary.id);
		const rows = (await readEvalRows(context, summary.id, disagreements))
			.filter(({disagreement}) => disagreement > 0)
			.slice(0, disagreements);
		const text =
			summary.result === null
				? `${summary.samples} of ${summary.expected} answers are there; nothing was summed up yet.`
				: evalLines(summary.result, textWidth).map(lineText).join('\n');
		return {value: {evaluation, disagreements: rows}, text: cleanText(`${summary.name}\n${text}`, {isOneLine: false})};
	},
});

export const workTools = [
	listDatasetsTool,
	showDatasetTool,
	checkFileTool,
	verifyPackTool,
	listJobsTool,
	listEvaluationsTool,
	showEvaluationTool,
];
