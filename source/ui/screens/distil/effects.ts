import type {JobCreateEvent} from '../../../services/jobs/job-event.js';
import {createProgressWords, type ProgressTeller} from '../../../view/progress-words.js';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {toJobRequest} from './distil-form.js';

const restMilliseconds = 150;

const readChoices: Effect = {
	on: ['distil/opened'],
	async *run({context, quitting}) {
		try {
			const {openSettledDatasets} = await import('../../../services/dataset/find-dataset.js');
			const store = await openSettledDatasets(context, quitting);
			yield {type: 'distil/choices-received', datasets: store.list(), services: context.tuners};
		} catch (error) {
			yield {type: 'distil/planned', plan: null, problem: toLine(error)};
		}
	},
};

/** What would be uploaded is reckoned anew as soon as the form rests. */
const plan: Effect = {
	on: ['distil/choices-received', 'form/set'],
	async *run({context, getState, signal}) {
		if (getState().screen !== 'distil') return;
		await context.clock.sleep(restMilliseconds, signal);
		if (signal.aborted) return;
		const {values, datasets} = getState().screens.distil;
		const request = toJobRequest(values, datasets, true);
		if (request === null) return yield {type: 'distil/planned', plan: null, problem: 'no data set is frozen yet: 5 shows how to make one'};
		yield {type: 'distil/planning', words: 'counting rows and tokens'};
		try {
			const {createJob} = await import('../../../services/jobs/create-job.js');
			for await (const event of createJob(context, request, signal)) {
				if (!signal.aborted && event.type === 'planned') yield {type: 'distil/planned', plan: event.plan, problem: null};
			}
		} catch (error) {
			if (!signal.aborted) yield {type: 'distil/planned', plan: null, problem: toLine(error)};
		}
	},
};

const stepWords = {
	write: 'writing',
	upload: 'uploading',
	wait: 'waiting until the service has read',
	create: 'creating the job',
	reconcile: 'looking for the job whose answer was lost',
} as const;

function stepFacts({step, file, done, total}: JobCreateEvent & {type: 'progress'}, tell: ProgressTeller): () => string {
	if (step === 'write' && file === null) return tell({verb: 'reading', done, total: null, unit: 'row'});
	const verb = `${stepWords[step]}${file === null ? '' : ` ${file}`}`;
	return total === null ? () => verb : tell({verb: `${verb},`, done, total});
}

async function* creating({context, getState, signal}: EffectInput): AsyncGenerator<WorkStep> {
	const {values, datasets} = getState().screens.distil;
	const request = toJobRequest(values, datasets, false);
	if (request === null) return;
	const {createJob} = await import('../../../services/jobs/create-job.js');
	const tell = createProgressWords('byte');
	for await (const event of createJob(context, request, signal)) {
		if (event.type === 'progress') yield stepFacts(event, tell);
		if (event.type !== 'created') continue;
		const {job, link, isFoundAgain} = event;
		yield {
			type: 'jobs/created',
			row: {job, link, seenAt: context.clock.now().toISOString(), goneAt: null, isStale: false, estimatedCostUsd: null},
		};
		yield {
			ended: isFoundAgain
				? `the answer was lost, but job ${job.id} was created: it was found by its metadata`
				: `job ${job.id} was created; its progress is followed here`,
		};
	}
}

const create: Effect = {
	on: ['distil/create-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'distil/create-asked') yield* carryOut(input, 'creating', creating(input));
	},
};

export const distilEffects: readonly Effect[] = [readChoices, plan, create];
