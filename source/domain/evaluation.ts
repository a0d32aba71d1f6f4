import type {Service} from './service.js';

/** A model under test, or what judges: a role, a label that stands on the screen, and how to reach it. */
export type Candidate = {
	/** `teacher`, `base`, `student`, `checkpoint`, `other`: what it is in the story. */
	readonly role: 'teacher' | 'base' | 'student' | 'checkpoint' | 'other';
	readonly label: string;
	readonly target:
		| {readonly kind: 'gateway'; readonly gateway: Service; readonly model: string; readonly only: readonly string[] | null}
		/** Any OpenAI-shaped chat endpoint, such as a student that a tuner serves. */
		| {readonly kind: 'endpoint'; readonly service: string; readonly model: string};
};

/** OpenAI's names and semantics: https://platform.openai.com/docs/guides/graders */
export type Grader =
	| {
			readonly type: 'string_check';
			readonly name: string;
			readonly input: string;
			readonly reference: string;
			readonly operation: 'eq' | 'ne' | 'like' | 'ilike';
	  }
	| {
			readonly type: 'text_similarity';
			readonly name: string;
			readonly input: string;
			readonly reference: string;
			readonly evaluation_metric: SimilarityMetric;
			readonly pass_threshold: number;
			/** Cosine only: which embeddings. */
			readonly embedding_model?: string;
	  }
	| {
			readonly type: 'label_model';
			readonly name: string;
			readonly model: string;
			readonly input: readonly JudgeMessage[];
			readonly labels: readonly string[];
			readonly passing_labels: readonly string[];
	  }
	| {
			readonly type: 'score_model';
			readonly name: string;
			readonly model: string;
			readonly input: readonly JudgeMessage[];
			readonly range?: readonly [number, number];
			readonly pass_threshold?: number;
			readonly sampling_params?: Readonly<Record<string, unknown>>;
	  }
	| {readonly type: 'json_schema'; readonly name: string; readonly input: string; readonly schema: Readonly<Record<string, unknown>>}
	| {readonly type: 'tool_call_match'; readonly name: string; readonly reference: string; readonly match: 'name' | 'arguments'};

export type SimilarityMetric =
	| 'cosine'
	| 'fuzzy_match'
	| 'bleu'
	| 'gleu'
	| 'meteor'
	| 'rouge_1'
	| 'rouge_2'
	| 'rouge_3'
	| 'rouge_4'
	| 'rouge_5'
	| 'rouge_l';

export type JudgeMessage = {readonly role: 'system' | 'developer' | 'user' | 'assistant'; readonly content: string};

/** One row of a test set: what is sent, and what is expected; `item` is what templates see as `item.…`. */
export type EvalItem = {
	/** Stable within the test set; pairs answers of different candidates. */
	readonly key: string;
	readonly messages: readonly Readonly<Record<string, unknown>>[];
	readonly tools: readonly Readonly<Record<string, unknown>>[];
	readonly reference: string | null;
	readonly referenceToolCalls: readonly Readonly<Record<string, unknown>>[] | null;
	readonly item: Readonly<Record<string, unknown>>;
};

export type EvalDefinition = {
	readonly id: string;
	readonly name: string;
	readonly createdAt: string;
	/** Where the items come from, in words and as something that can be read again. */
	readonly testSet:
		| {readonly kind: 'dataset'; readonly name: string; readonly version: number; readonly part: 'valid' | 'train'}
		| {readonly kind: 'file'; readonly path: string; readonly hash: string}
		| {readonly kind: 'completions'; readonly runs: readonly string[]};
	readonly candidates: readonly Candidate[];
	readonly graders: readonly Grader[];
	readonly parameters: {
		readonly maxTokens: number;
		/** Null is not sent: some models refuse it, whatever it is. */
		readonly temperature: number | null;
		readonly seed: number | null;
	};
	/** Share of samples that a judge sees twice, to tell how far it agrees with itself. */
	readonly repeatShare: number;
};

/** One grader's word on one answer. */
export type Grade = {
	readonly grader: string;
	/** 0 to 1, or the judge's own range; null when it could not be graded. */
	readonly score: number | null;
	readonly isPassed: boolean | null;
	readonly label: string | null;
	/** Why, in the judge's or the metric's words. */
	readonly detail: string | null;
	/** Ledger id of the judge's answer; null for what is computed here. */
	readonly run: string | null;
	readonly costUsd: number | null;
	/** The seed that the judge was asked with; null for what is computed here, and where none was sent. Evaluations of the first version do not say. */
	readonly seed?: number | null;
	readonly error: string | null;
};

export type EvalSample = {
	readonly evaluation: string;
	readonly key: string;
	readonly candidate: number;
	/** Ledger id of the answer; null when none came. */
	readonly run: string | null;
	readonly text: string | null;
	readonly costUsd: number | null;
	readonly latencyMilliseconds: number | null;
	readonly promptTokens: number | null;
	readonly completionTokens: number | null;
	readonly grades: readonly Grade[];
	readonly error: string | null;
};

/** A number with its interval (95 %, percentile bootstrap, seeded). */
export type Interval = {readonly value: number; readonly low: number; readonly high: number; readonly count: number};

export type CandidateResult = {
	readonly candidate: number;
	readonly label: string;
	readonly answered: number;
	readonly failed: number;
	/** What failed answers say, the most frequent first; at most three. */
	readonly failures: readonly {readonly message: string; readonly count: number}[];
	/** Answers whose cost the service does not say: they are in no sum. */
	readonly unpriced: number;
	/** Share of answers that pass every grader. */
	readonly passRate: Interval | null;
	readonly byGrader: readonly {
		readonly grader: string;
		readonly passRate: Interval | null;
		readonly meanScore: Interval | null;
		readonly errors: number;
	}[];
	readonly costUsdPerAnswer: number | null;
	readonly costUsdPerThousand: number | null;
	readonly latencyMillisecondsMedian: number | null;
};

/** Student minus teacher on the same items. */
export type PairedDifference = {
	readonly one: number;
	readonly other: number;
	readonly grader: string | null;
	readonly passRate: Interval | null;
	readonly meanScore: Interval | null;
	readonly pairs: number;
	readonly onlyOnePasses: number;
	readonly onlyOtherPasses: number;
};

/** One evaluation, summed up. */
export type EvalResult = {
	readonly definition: EvalDefinition;
	readonly candidates: readonly CandidateResult[];
	/** Each candidate against the first teacher, or the first candidate where there is none; then what was trained against the first base. */
	readonly differences: readonly PairedDifference[];
	readonly items: number;
	/** How far judges agree with themselves on repeated samples; null where none was repeated. */
	readonly judges: readonly {
		readonly grader: string;
		readonly model: string;
		readonly repeated: number;
		/** Share of repeated samples with the same label, or scores within a tenth of the range. */
		readonly agreement: number | null;
		/** How many of them were asked with another seed: one that gets the same request twice may only repeat itself. Older results do not say. */
		readonly otherSeed?: number;
	}[];
	readonly costUsd: number;
	readonly isComplete: boolean;
};

/** An evaluation in the list. */
export type EvalSummary = {
	readonly id: string;
	readonly name: string;
	readonly createdAt: string;
	readonly definition: EvalDefinition;
	readonly samples: number;
	readonly expected: number;
	readonly costUsd: number;
	readonly result: EvalResult | null;
};

/** Where candidates differ on one item: rows sorted by disagreement, answers side by side. */
export type EvalRow = {
	readonly key: string;
	readonly prompt: string;
	readonly reference: string | null;
	/** By candidate; null where there is no answer. */
	readonly samples: readonly (EvalSample | null)[];
	/** 0 when all agree, 1 when they are as far apart as can be. */
	readonly disagreement: number;
};
