import {z} from 'zod';
import {type Destination, type Release, releases, type TunerId, tunerIds} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import {filterKeys, filterModels, parseFilter} from '../../domain/filter-models.js';
import {type Model, statusWords} from '../../domain/model.js';
import type {RouteList} from '../../domain/route.js';
import {gateways, serviceNames} from '../../domain/service.js';
import {type SortKey, sortKeys, sortModels} from '../../domain/sort-models.js';
import {disclaimer, type Status, type Verdict} from '../../domain/verdict.js';
import {findModel} from '../../services/find-model.js';
import {findAlternatives, judgeOpenaiUse, judgeRoutesUse, type RouteUse, type UseAnswer} from '../../services/judge-use.js';
import {pinRoutes} from '../../services/pin-routes.js';
import {countRoutes, fetchRouteList, loadRoutes} from '../../services/routes.js';
import {formatPrice, formatTokens} from '../../view/format.js';
import {toModelJson, toRouteJson} from '../../view/json.js';
import {lineText} from '../../view/line.js';
import {verdictLines} from '../../view/verdict-lines.js';
import {readCatalogue, readRecentModels} from '../read-catalogue.js';
import {checkFilter, pageInput, sayPage, toPage} from './paging.js';
import type {McpModelRow} from './results.js';
import {defineTool, type ToolCall} from './tool.js';

const answers: Readonly<Record<Status, UseAnswer>> = {allowed: 'yes', disallowed: 'no', unknown: 'unknown'};
const answerWords: Readonly<Record<UseAnswer, string>> = {
	yes: 'YES',
	no: 'NO',
	unknown: 'UNKNOWN (neither yes nor no)',
};

const modelInput = z.string().min(1).describe('Id of the model at OpenRouter or NanoGPT, such as deepseek/deepseek-v3.2.');
const gatewayInput = z.enum(gateways as readonly [string, ...string[]]);

async function readModels({session, isOffline, inTurn}: ToolCall): Promise<readonly Model[]> {
	if (isOffline) return (await readCatalogue(session, 'offline')).models;
	return inTurn(() => readRecentModels(session, {refresh: false, service: null}));
}

async function readOne(call: ToolCall, id: string): Promise<{readonly models: readonly Model[]; readonly model: Model}> {
	const models = await readModels(call);
	const model = findModel(models, id);
	if (model instanceof Failure) throw model;
	return {models, model};
}

/** The routes as they are now; what a gateway that failed left out is told in the sources. */
async function readRoutes({context, signal, isOffline}: ToolCall, model: Model): Promise<RouteList> {
	if (!isOffline) return fetchRouteList(context, model, signal);
	const saved = loadRoutes(context, model);
	if (saved !== null) return saved;
	throw new Failure('failed', `No routes of "${model.id}" were saved yet.`, {next: 'Start the server once without --offline.'});
}

const sayRead = (fetchedAt: string | null) => (fetchedAt === null ? 'not read' : `read ${fetchedAt.slice(0, 10)}`);

/** The reason that decides: the first that says what the verdict says. */
const decisive = ({status, reasons}: Verdict) => reasons.find((reason) => reason.status === status) ?? reasons[0]!;

function toRow(model: Model): McpModelRow {
	const {id, name, author, catalogues, contextLength, maxOutputTokens, inputPrice, outputPrice, routes} = toModelJson(model);
	const {label, sourceUrl, fetchedAt} = decisive(model.verdict);
	const {status, conflict, duties} = model.verdict;
	const verdict = {status, conflict, reason: label, sourceUrl, fetchedAt, duties: duties.length};
	return {id, name, author, catalogues, contextLength, maxOutputTokens, inputPrice, outputPrice, routes, verdict};
}

const rowLine = ({id, verdict, inputPrice, outputPrice, contextLength}: McpModelRow) =>
	`${statusWords[verdict.status]}${verdict.conflict ? ' ≠' : ''}  ${id}  ${formatPrice(inputPrice)} in, ${formatPrice(outputPrice)} out (USD per million tokens), context ${formatTokens(contextLength)}  ${verdict.reason} (${verdict.sourceUrl ?? 'no document named'}, ${sayRead(verdict.fetchedAt)})`;

export const findModelsTool = defineTool({
	name: 'find_models',
	title: 'Find models',
	description:
		"Lists models of OpenRouter and NanoGPT with the verdict whether their outputs may train another model, price and context. The filter is stillroom's own language, for example `policy:yes ctx>=128k out<2 qwen`; see the resource stillroom://filter-language. A verdict of unknown is neither yes nor no.",
	input: z.strictObject({
		filter: z.string().optional().describe('Filter language; all models when left out. `policy:yes` are those recorded as allowed.'),
		sort: z
			.enum(sortKeys.map(({id}) => id) as [SortKey, ...SortKey[]])
			.optional()
			.describe('in and out are prices of input and output; in the order of the catalogues, or best match first, when left out.'),
		descending: z.boolean().optional().describe('Turns the order round.'),
		...pageInput,
	}),
	isOpenWorld: true,
	async run({filter: text = '', sort, descending = false, ...page}, call) {
		const {filter, problems} = parseFilter(text);
		checkFilter(text, problems, filterKeys);
		const models = await readModels(call);
		const found = text.trim() === '' ? models : filterModels(models, filter);
		const {items, total, next} = toPage(sort === undefined ? found : sortModels(found, {by: sort, descending}), page);
		const rows = items.map(toRow);
		return {
			value: {models: rows, total, next, warnings: call.warnings, disclaimer},
			text: [sayPage(rows.length, total, next, 'models'), ...rows.map(rowLine), disclaimer].join('\n'),
		};
	},
});

export const judgeModelTool = defineTool({
	name: 'judge_model',
	title: 'May this model be distilled?',
	description:
		'Says whether outputs of a model may be used to train another model: yes, no or unknown, with every layer that speaks (lists, licences, terms), its source, when it was read, duties that travel with a permission, and the nearest models that may be distilled when this one may not. Unknown is neither yes nor no. For a particular base model, tuner and release ask judge_use.',
	input: z.strictObject({model: modelInput}),
	isOpenWorld: true,
	async run({model: id}, call) {
		const {models, model: found} = await readOne(call, id);
		const routes = loadRoutes(call.context, found);
		const model = routes === null ? found : {...found, routes: countRoutes(routes)};
		const answer = answers[model.verdict.status];
		const alternatives = answer === 'yes' ? [] : findAlternatives(call.context, models, found);
		const lines = verdictLines(model.verdict, call.context.clock.now()).map(lineText);
		return {
			value: {answer, model: toModelJson(model), alternatives, warnings: call.warnings, disclaimer},
			text: [
				`${answerWords[answer]}: ${model.id}`,
				...lines,
				...alternatives.map(({modelId, note}) => `May be distilled instead: ${modelId} (${note})`),
			].join('\n'),
		};
	},
});

export const listRoutesTool = defineTool({
	name: 'list_routes',
	title: 'Routes of a model',
	description:
		'Lists who serves a model at each gateway: verdict of the route, whether it belongs to the safe pin and why, price, latency, limits.',
	input: z.strictObject({model: modelInput, ...pageInput}),
	isOpenWorld: true,
	async run({model: id, ...page}, call) {
		const {model} = await readOne(call, id);
		const list = await readRoutes(call, model);
		const {items, total, next} = toPage(list.routes, page);
		const lines = items.map(
			({gateway, provider, tag, verdict, eligible, reason}) =>
				`${statusWords[verdict.status]}  ${gateway} ${provider} (${tag})  ${eligible ? '' : 'not in the pin: '}${reason}`,
		);
		const failed = list.sources.flatMap(({gateway, message}) => (message === null ? [] : [`${serviceNames[gateway]}: ${message}`]));
		return {
			value: {
				model: model.id,
				routes: items.map(toRouteJson),
				sources: list.sources,
				total,
				next,
				warnings: [...call.warnings, ...failed],
				disclaimer,
			},
			text: [sayPage(items.length, total, next, `routes of ${model.id}`), ...lines, ...failed, disclaimer].join('\n'),
		};
	},
});

export const routePinTool = defineTool({
	name: 'route_pin',
	title: 'Pin a prompt to allowed routes',
	description:
		'Gives the `model` and `provider` parts of a chat request that keep it on routes recorded as allowed, without fallbacks; or says why there is no such pin. It sends nothing.',
	input: z.strictObject({model: modelInput, gateway: gatewayInput.optional().describe('The first that lists the model when left out.')}),
	isOpenWorld: true,
	async run({model: id, gateway: asked}, call) {
		const {model} = await readOne(call, id);
		const gateway = gateways.find((name) => name === asked) ?? model.catalogues[0] ?? 'openrouter';
		const pin = pinRoutes(model, await readRoutes(call, model), gateway);
		if (typeof pin === 'string')
			return {
				value: {gateway, pin: null, why: pin, warnings: call.warnings, disclaimer},
				text: `There is no safe pin for ${model.id} at ${serviceNames[gateway]}: ${pin}\n${disclaimer}`,
			};
		const part = {model: pin.model, provider: pin.provider};
		return {
			value: {gateway, pin: part, why: null, warnings: [...call.warnings, ...pin.warnings], disclaimer},
			text: [JSON.stringify(part), ...pin.warnings, disclaimer].join('\n'),
		};
	},
});

const order: Readonly<Record<UseAnswer, number>> = {yes: 0, unknown: 1, no: 2};
/** Routes that are told in full. */
const toldRoutes = 12;

/** Routes whose every reason stands in the text; structured content has all of them. */
const fullRoutes = 3;

function useLines({answer, gateway, provider, tag, reasons, refusals, duties}: RouteUse, index: number): readonly string[] {
	const told = answer === 'yes' ? (index < fullRoutes ? reasons : []) : refusals;
	return [
		`${answerWords[answer]}  ${gateway} ${provider} (${tag})`,
		...told.map(
			({layer, label, sourceUrl, fetchedAt}) => `    ${layer}: ${label} (${sourceUrl ?? 'no document named'}, ${sayRead(fetchedAt)})`,
		),
		...duties.filter(({state}) => state !== 'not-applicable').map(({text, state, because}) => `    duty, ${state}: ${text} ${because}`),
	];
}

export const judgeUseTool = defineTool({
	name: 'judge_use',
	title: 'May outputs be trained on there?',
	description:
		"The gate: may outputs of MODEL, served by its routes, be trained on at a tuner, on a base model, for a release? Five layers per route (model, route, gateway, evidence, destination), each with source and date. It assumes that the prompt is pinned to the route and the gateway names it; real completions are judged with their own evidence. Unknown never passes. For OpenAI's own API set service to openai.",
	input: z.strictObject({
		model: modelInput,
		service: z.enum(['openrouter', 'nanogpt', 'openai']).optional().describe('Only routes of this service; openai is OpenAI itself.'),
		route: z.string().optional().describe('Only this route: its tag as list_routes gives it.'),
		tuner: z.enum(tunerIds as readonly [string, ...string[]]).describe("Where it is trained; own: machines of one's own."),
		base: z
			.string()
			.min(1)
			.describe('The base model as the tuner or its maker names it, such as gpt-4.1-mini-2025-04-14 or Qwen/Qwen3-8B.'),
		release: z
			.enum(releases as readonly [string, ...string[]])
			.optional()
			.describe('What becomes of the student: internal (when left out), service, weights.'),
		student: z.string().optional().describe('What the student will be called: some licences ask for a name.'),
		level: z.enum(['route', 'model']).optional().describe('How much is asked for; route when left out.'),
	}),
	isOpenWorld: true,
	async run({model: id, service, route, tuner, base, release = 'internal', student, level = 'route'}, call) {
		const destination: Destination = {
			tuner: tuner as TunerId,
			baseModel: base,
			release: release as Release,
			studentName: student ?? null,
		};
		const use = {destination, level};
		const judged = await judgeEach(call, {id, service, route}, use);
		const all = judged.uses.toSorted((one, other) => order[one.answer] - order[other.answer]);
		const routes = all.slice(0, toldRoutes);
		const answer: UseAnswer =
			all.length === 0 ? 'unknown' : all[0]!.answer === 'yes' ? 'yes' : all.every((one) => one.answer === 'no') ? 'no' : 'unknown';
		const passing = all.filter((one) => one.answer === 'yes').length;
		const warnings = [...call.warnings, ...judged.warnings];
		return {
			value: {answer, model: judged.model, destination, level, routes, routeCount: all.length, warnings, disclaimer},
			text: [
				`${answerWords[answer]}: outputs of ${judged.model} for training ${base} at ${tuner}, release ${release} (level ${level}); ${passing} of ${all.length} routes pass.`,
				...routes.flatMap(useLines),
				'Judged as if a prompt were pinned to the route now and the gateway named it; what is really answered is judged with its own evidence.',
				...(all.length > routes.length ? [`... and ${all.length - routes.length} more routes.`] : []),
				...warnings,
				disclaimer,
			].join('\n'),
		};
	},
});

type Judged = {readonly model: string; readonly uses: readonly RouteUse[]; readonly warnings: readonly string[]};

async function judgeEach(
	call: ToolCall,
	{id, service, route}: {readonly id: string; readonly service?: string | undefined; readonly route?: string | undefined},
	use: {readonly destination: Destination; readonly level: 'route' | 'model'},
): Promise<Judged> {
	if (service === 'openai') return {model: id, uses: [judgeOpenaiUse(call.context, id.replace(/^openai\//, ''), use)], warnings: []};
	const {model} = await readOne(call, id);
	const list = await readRoutes(call, model);
	const warnings = list.sources.flatMap(({gateway, state, message}) =>
		message === null || (service !== undefined && service !== gateway) || state === 'not-listed'
			? []
			: [`${serviceNames[gateway]}: ${message}`],
	);
	const chosen = list.routes.filter(
		(one) => (service === undefined || one.gateway === service) && (route === undefined || one.tag === route || one.id === route),
	);
	if (route !== undefined && chosen.length === 0)
		throw new Failure('failed', `${model.id} has no route "${route}"${service === undefined ? '' : ` at ${service}`}.`, {
			next: `There are: ${[...new Set(list.routes.map(({tag}) => tag))].slice(0, 20).join(', ')}.`,
		});
	return {model: model.id, uses: judgeRoutesUse(call.context, model, chosen, use), warnings};
}

export const modelTools = [findModelsTool, judgeModelTool, listRoutesTool, routePinTool, judgeUseTool];
