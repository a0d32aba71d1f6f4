import {
	type Destination,
	defaultShape,
	type GateLevel,
	isDatasetName,
	type Release,
	releases,
	type Shape,
	type TunerId,
	tunerIds,
} from '../../../domain/dataset.js';
import {type Choice, type FormField, readValues} from '../../state/form.js';

/** Everything that is asked before a data set is frozen, each as the text that stands on the screen. */
export type DraftForm = {
	readonly name: string;
	readonly tuner: TunerId;
	readonly base: string;
	readonly release: Release;
	readonly student: string;
	readonly level: GateLevel;
	readonly kind: Shape['kind'];
	/** `keep`, `remove`, or the text that takes its place. */
	readonly system: string;
	readonly turns: Shape['turns'];
	readonly tools: Shape['tools'];
	readonly reasoning: Shape['reasoning'];
	readonly maxTokens: string;
	readonly dedup: Shape['dedup'];
	/** `tag:rows`, or empty. */
	readonly balance: string;
	/** Percent. */
	readonly validation: string;
	readonly seed: string;
	readonly note: string;
	/** Why rows that the gate refused are taken all the same; empty leaves them out. */
	readonly override: string;
};

export const emptyForm: DraftForm = {
	name: '',
	tuner: 'own',
	base: '',
	release: 'internal',
	student: '',
	level: 'route',
	kind: 'supervised',
	system: 'keep',
	turns: 'last',
	tools: 'keep',
	reasoning: 'drop',
	maxTokens: '',
	dedup: 'exact',
	balance: '',
	validation: '10',
	seed: '1',
	note: '',
	override: '',
};

const tunerHelp: Readonly<Record<TunerId, string>> = {
	own: 'machines of your own, or only exported',
	openai: 'OpenAI; no new jobs from 2027-01-06',
	azure: 'Azure OpenAI: another party than OpenAI',
	nebius: 'Nebius Token Factory',
	together: 'Together AI',
	fireworks: 'Fireworks AI',
};

const releaseHelp: Readonly<Record<Release, string>> = {
	internal: 'weights and answers stay inside the organisation',
	service: 'others use the student through a product or an API',
	weights: "the student's weights are given to others",
};

const choices = <Value extends string>(values: readonly Value[], help: Readonly<Record<Value, string>>): readonly Choice[] =>
	values.map((value) => ({value, help: help[value]}));

const wholeNumber = (least: number, what: string) => (value: string) =>
	value === '' || (/^\d+$/.test(value) && Number(value) >= least) ? null : `${what} is a whole number from ${least}`;

/** The form, in the order in which it is drawn. */
export const draftFields: readonly FormField[] = [
	{
		id: 'name',
		title: 'name',
		help: 'Letters, digits, dots, dashes and underscores. The same name again makes the next version.',
		choices: null,
		empty: 'needed',
		check: (value) =>
			isDatasetName(value)
				? null
				: value === ''
					? 'a name is needed'
					: 'a name has letters, digits, dots, dashes and underscores, at most 64, and begins with a letter or digit',
	},
	{id: 'tuner', title: 'trained at', help: 'The gate judges each row against where it goes.', choices: choices(tunerIds, tunerHelp)},
	{
		id: 'base',
		title: 'base model',
		help: 'As the tuner names it, such as gpt-4.1-mini or meta-llama/Llama-3.1-8B-Instruct.',
		choices: null,
		empty: 'needed',
		check: (value) => (value.trim() === '' ? 'the base model is needed: licences depend on what is trained' : null),
	},
	{
		id: 'release',
		title: 'released',
		help: 'How the result is used: licences ask for more the further it goes.',
		choices: choices(releases, releaseHelp),
	},
	{
		id: 'student',
		title: 'student name',
		help: 'What the student will be called; some licences say how it has to begin. Empty while that is open.',
		choices: null,
		empty: 'not decided',
	},
	{
		id: 'level',
		title: 'gate level',
		help: 'How much has to be recorded before a row passes. Unknown never passes.',
		choices: choices(['route', 'model'] as const, {
			route: 'the route that served is known and its terms allow',
			model: "the model's layers allow, no layer forbids; the route may be unrecorded",
		}),
	},
	{
		id: 'kind',
		title: 'rows',
		help: 'What a row teaches.',
		choices: choices(['supervised', 'preference'] as const, {
			supervised: 'one answer to learn',
			preference: 'a better and a worse answer (DPO), from comparisons and ratings',
		}),
	},
	{
		id: 'system',
		title: 'system text',
		help: '`keep`, `remove`, or the text that takes its place in every row.',
		choices: null,
		empty: 'keep',
	},
	{
		id: 'turns',
		title: 'train on',
		help: 'Earlier answers of a conversation.',
		choices: choices(['last', 'all'] as const, {last: 'the last answer; earlier ones get weight 0', all: 'every answer'}),
	},
	{
		id: 'tools',
		title: 'tools',
		help: 'Tools that the request offered.',
		choices: choices(['keep', 'drop'] as const, {keep: 'carried along', drop: 'left out'}),
	},
	{
		id: 'reasoning',
		title: 'reasoning',
		help: 'What the teacher thought before it answered.',
		choices: choices(['drop', 'keep'] as const, {drop: 'left out', keep: 'before the answer, between <think> and </think>'}),
	},
	{
		id: 'maxTokens',
		title: 'longest row',
		help: 'Rows with more tokens are left out; empty leaves none out.',
		choices: null,
		empty: 'any',
		check: wholeNumber(1, 'the longest row in tokens'),
	},
	{
		id: 'dedup',
		title: 'duplicates',
		help: 'Rows that are the same, or nearly.',
		choices: choices(['exact', 'near', 'none'] as const, {
			exact: 'the same prompt and answer once',
			near: 'and nearly the same once',
			none: 'all stay',
		}),
	},
	{
		id: 'balance',
		title: 'balance',
		help: 'At most so many rows for each value of a tag: task:200. Empty does not balance.',
		choices: null,
		empty: 'none',
		check: (value) =>
			value === '' || /^[^:]+:[1-9]\d*$/.test(value) ? null : 'write a tag and the most rows for each of its values: task:200',
	},
	{
		id: 'validation',
		title: 'validation %',
		help: 'Share of rows for the validation file, 0 to 50. Near duplicates always stay on one side.',
		choices: null,
		empty: '0',
		check: (value) =>
			value === '' || (Number(value) >= 0 && Number(value) <= 50) ? null : 'the validation share is a percentage from 0 to 50',
	},
	{
		id: 'seed',
		title: 'seed',
		help: 'The same rows and the same seed make the same split.',
		choices: null,
		empty: '1',
		check: wholeNumber(0, 'the seed'),
	},
	{id: 'note', title: 'note', help: 'For people: stands in the card.', choices: null, empty: 'none'},
	{
		id: 'override',
		title: 'take refused',
		help: 'Rows that the gate refuses are left out. To take them all the same, write why: it is recorded and printed in the card. Empty leaves them out.',
		choices: null,
		empty: 'no',
	},
];

export function toDestination({tuner, base, release, student}: DraftForm): Destination {
	return {tuner, baseModel: base.trim(), release, studentName: student.trim() || null};
}

export function toShape(form: DraftForm): Shape {
	const [tag = '', rows = ''] = form.balance.split(':');
	return {
		...defaultShape,
		kind: form.kind,
		system:
			form.system === '' || form.system === 'keep'
				? {mode: 'keep'}
				: form.system === 'remove'
					? {mode: 'remove'}
					: {mode: 'replace', text: form.system},
		turns: form.turns,
		tools: form.tools,
		reasoning: form.reasoning,
		maxTokensPerRow: form.maxTokens === '' ? null : Number(form.maxTokens),
		dedup: form.dedup,
		balance: form.balance === '' ? null : {tag, rows: Number(rows)},
		validationShare: Number(form.validation || 0) / 100,
		seed: Number(form.seed || 1),
	};
}

/** A form that was kept, without what belongs to one data set only. */
export function readForm(value: unknown): DraftForm {
	return {...(readValues(draftFields, emptyForm, value) as DraftForm), name: '', override: ''};
}
