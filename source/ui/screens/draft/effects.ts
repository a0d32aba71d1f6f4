import {isDatasetName} from '../../../domain/dataset.js';
import {parseCompletionFilter} from '../../../domain/filter-completions.js';
import {datasetRef} from '../../../domain/filter-datasets.js';
import type {DatasetEvent, DatasetRequest} from '../../../services/dataset/dataset-event.js';
import {createProgressWords} from '../../../view/progress-words.js';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {toDestination, toShape} from './draft-form.js';

/** So long nothing must be changed before the rows are judged anew. */
const restMilliseconds = 150;

async function toRequest({context, getState}: EffectInput, isDryRun: boolean): Promise<DatasetRequest> {
	const {form, seqs, filter} = getState().screens.draft;
	const {criteria} = parseCompletionFilter(filter, context.clock.now());
	const reason = form.override.trim();
	return {
		name: isDatasetName(form.name) ? form.name : 'new',
		filter: seqs === null ? filter : null,
		criteria: seqs === null ? criteria : null,
		runs: seqs === null ? null : (await context.ledger()).ids(seqs),
		destination: toDestination(form),
		level: form.level,
		shape: toShape(form),
		override: reason === '' ? null : {reason, runs: 'all'},
		note: form.note.trim() || null,
		isDryRun,
	};
}

const stepWords = {read: 'judging', pair: 'pairing', 'near-duplicates': 'comparing', write: 'writing'} as const;

const toFacts = ({step, done, total}: DatasetEvent & {type: 'progress'}) => ({verb: stepWords[step], done, total});

async function create(input: EffectInput, isDryRun: boolean): Promise<AsyncGenerator<DatasetEvent>> {
	const {createDataset} = await import('../../../services/dataset/create-dataset.js');
	return createDataset(input.context, await toRequest(input, isDryRun), input.signal);
}

/** Lines of the form that change no row and no duty. */
const isForPeople: ReadonlySet<string> = new Set(['name', 'note']);

/** The rows are judged again as soon as the form rests: what stands beside it is what would be frozen. */
const plan: Effect = {
	on: ['draft/opened', 'form/set'],
	async *run(input) {
		const {action, context, signal, getState} = input;
		if (getState().screen !== 'draft') return;
		if (action.type === 'form/set' && isForPeople.has(action.field) && getState().screens.draft.plan) return;
		await context.clock.sleep(action.type === 'draft/opened' ? 0 : restMilliseconds, signal);
		if (signal.aborted) return;
		yield {type: 'draft/planning', words: 'judging the rows'};
		const tell = createProgressWords('row');
		try {
			for await (const event of await create(input, true)) {
				if (signal.aborted) return;
				if (event.type === 'progress') yield {type: 'draft/planning', words: tell(toFacts(event))()};
				if (event.type === 'planned') yield {type: 'draft/planned', plan: event.plan, problem: null};
			}
		} catch (error) {
			if (!signal.aborted) yield {type: 'draft/planned', plan: null, problem: toLine(error)};
		}
	},
};

/** Which version comes next follows from the name alone: no row is judged anew for it. */
const nextVersion: Effect = {
	on: ['form/set', 'draft/planned'],
	async *run({context, getState}) {
		const {screen, screens} = getState();
		const {form, plan} = screens.draft;
		if (screen !== 'draft' || !plan || plan.name === form.name || !isDatasetName(form.name)) return;
		const versions = (await context.datasets()).list().flatMap(({name, version}) => (name === form.name ? [version] : []));
		yield {type: 'draft/named', name: form.name, version: Math.max(0, ...versions) + 1};
	},
};

async function* freezing(input: EffectInput): AsyncGenerator<WorkStep> {
	const tell = createProgressWords('row');
	for await (const event of await create(input, false)) {
		if (event.type === 'progress') yield tell(toFacts(event));
		if (event.type === 'frozen') {
			const ref = datasetRef(event.dataset);
			yield {type: 'datasets/frozen', ref};
			yield {
				ended: `frozen ${ref}: ${event.dataset.counts.train.toLocaleString('en')} train, ${event.dataset.counts.valid.toLocaleString('en')} validation; c checks it, E packs it`,
			};
		}
	}
}

const freeze: Effect = {
	on: ['draft/freeze-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'draft/freeze-asked') yield* carryOut(input, 'freezing', freezing(input), 'nothing was frozen');
	},
};

export const draftEffects: readonly Effect[] = [plan, nextVersion, freeze];
