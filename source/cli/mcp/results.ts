import type {Dataset, DatasetDrop, Destination, GateLevel} from '../../domain/dataset.js';
import type {CheckReport} from '../../domain/dataset-check.js';
import type {DriftReport} from '../../domain/drift.js';
import type {EvalRow} from '../../domain/evaluation.js';
import type {JobRow} from '../../domain/job-row.js';
import type {RouteCounts} from '../../domain/model.js';
import type {PackReport} from '../../domain/pack-report.js';
import type {RoutePin, RouteSource} from '../../domain/route.js';
import type {Alternative} from '../../domain/run-event.js';
import type {Gateway} from '../../domain/service.js';
import type {Status} from '../../domain/verdict.js';
import type {EvalJson} from '../../services/evals/export-eval.js';
import type {RouteUse, UseAnswer} from '../../services/judge-use.js';
import type {EvalSummaryJson, ModelJson, RouteJson} from '../../view/json.js';
import type {AnswerJson, CompletionJson, RunJson} from '../../view/run-json.js';

/** What every answer about policy carries. */
type Said = {
	/** What went wrong on the way or is old, in sentences; empty when all was read now. */
	readonly warnings: readonly string[];
	/** Informational, not legal advice. */
	readonly disclaimer: string;
};

/** A part of a list. */
type Page = {
	/** How many match in all. */
	readonly total: number;
	/** Hand it back as `cursor` for the next part; null at the end. */
	readonly next: string | null;
};

/** A model in a list, with the reason that decides its verdict. */
export type McpModelRow = Pick<
	ModelJson,
	'id' | 'name' | 'author' | 'catalogues' | 'contextLength' | 'maxOutputTokens' | 'inputPrice' | 'outputPrice'
> & {
	readonly routes: RouteCounts;
	readonly verdict: {
		/** `unknown` is neither yes nor no. */
		readonly status: Status;
		/** Do layers contradict each other? */
		readonly conflict: boolean;
		/** The reason that decides. */
		readonly reason: string;
		readonly sourceUrl: string | null;
		/** ISO 8601, or the day of a register row; null when nothing was read. */
		readonly fetchedAt: string | null;
		/** How many obligations travel with it: see `judge_model`. */
		readonly duties: number;
	};
};

/** What each tool answers as structured content, by the name of its schema. */
export type McpOutputs = {
	/** Models that match a filter. */
	readonly 'mcp.find_models': Said & Page & {readonly models: readonly McpModelRow[]};
	/** May outputs of this model be used to train another? Every layer with its source and time. */
	readonly 'mcp.judge_model': Said & {
		readonly answer: UseAnswer;
		/** With the whole verdict: reasons and duties. */
		readonly model: ModelJson;
		/** Distillable models to move to, nearest first; empty when this one is recorded as allowed. */
		readonly alternatives: readonly Alternative[];
	};
	/** The routes of a model, each with its verdict and whether it belongs to the safe pin. */
	readonly 'mcp.list_routes': Said &
		Page & {readonly model: string; readonly routes: readonly RouteJson[]; readonly sources: readonly RouteSource[]};
	/** The part of a request that keeps it on routes recorded as allowed; null where there is none. */
	readonly 'mcp.route_pin': Said & {
		readonly gateway: Gateway;
		/** `model` and `provider` as they go into the request body. */
		readonly pin: Pick<RoutePin, 'model' | 'provider'> | null;
		/** Why there is no pin; null when there is one. */
		readonly why: string | null;
	};
	/** May outputs of a model, by each of its routes, be trained on for this destination? */
	readonly 'mcp.judge_use': Said & {
		/** `yes` when at least one route passes every layer; `no` when all are forbidden; else `unknown`. */
		readonly answer: UseAnswer;
		readonly model: string;
		readonly destination: Destination;
		readonly level: GateLevel;
		/** Those that pass first. */
		readonly routes: readonly RouteUse[];
		/** How many routes there are in all. */
		readonly routeCount: number;
	};
	/** Completions of the ledger that match a filter, newest first. */
	readonly 'mcp.find_completions': Page & {readonly completions: readonly CompletionJson[]};
	/** One completion whole. */
	readonly 'mcp.show_completion': RunJson & {
		/** True where texts were cut because they are long. */
		readonly isCut: boolean;
	};
	/** Frozen data sets, newest first. */
	readonly 'mcp.list_datasets': Page & {readonly datasets: ReadonlyArray<Omit<Dataset, 'selection' | 'shape' | 'teachers' | 'duties'>>};
	/** A frozen data set, with examples of what was left out and why. */
	readonly 'mcp.show_dataset': {readonly dataset: Dataset; readonly drops: readonly DatasetDrop[]};
	/** What was found in a training file. */
	readonly 'mcp.check_file': {readonly report: CheckReport};
	/** What was found in a pack. */
	readonly 'mcp.verify_pack': {readonly report: PackReport};
	/** Fine-tuning jobs, newest first. */
	readonly 'mcp.list_jobs': Page & {
		readonly jobs: readonly JobRow[];
		/** Services that could not be asked, and why. */
		readonly problems: readonly string[];
	};
	/** Evaluations, newest first. */
	readonly 'mcp.list_evaluations': Page & {readonly evaluations: readonly EvalSummaryJson[]};
	/** One evaluation: candidates with intervals, differences, judges, and items on which candidates differ most. */
	readonly 'mcp.show_evaluation': {
		readonly evaluation: Omit<EvalJson, 'answers'>;
		readonly disagreements: readonly EvalRow[];
	};
	/** The answer to a prompt, with its evidence and what is left of the budget. */
	readonly 'mcp.ask': {
		readonly answer: AnswerJson;
		/** USD that this server has spent. */
		readonly spentUsd: number;
		/** USD that it may still spend. */
		readonly leftUsd: number;
		/** Sentences that a person should read. */
		readonly warnings: readonly string[];
	};
	/** Completions that were collected under a policy that has changed since. */
	readonly 'mcp.find_drift': {readonly report: DriftReport};
};

/** A tool's name. */
export type McpToolName = keyof McpOutputs extends infer Key ? (Key extends `mcp.${infer Name}` ? Name : never) : never;
