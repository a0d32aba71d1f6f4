import {isEnded} from '../../domain/job.js';
import {screens} from '../screens/index.js';
import {selectChosen as selectJob} from '../screens/jobs/state.js';
import {selectEntry} from '../screens/routes/state.js';
import type {State} from '../state/state.js';
import type {Move, TourStep} from './move.js';

const isWorking = ({work}: State): boolean => work !== null;
const isWriting = ({screen, screens: {prompt}}: State): boolean => screen === 'prompt' && prompt.isEditing;
const run = ({screens: {prompt}}: State) => prompt.runs[0];
const collected = 100;
const student = 'gpt-4.1-mini-2025-04-14';

/** What a plan of a form says is wrong, once it is made. */
const problemOf =
	(slice: 'draft' | 'distil' | 'evaluation') =>
	(state: State): string | null =>
		state.screens[slice].problem;

const filtered = (text: string): readonly Move[] => [{press: 'list.filter'}, {type: text}, {press: 'filter.keep'}];
const typedInto = (text: string | ((folder: string) => string)): readonly Move[] => [{type: text}, {press: 'ask.done'}];
const leaveText: Move = {press: 'write.leave', unless: (state) => !isWriting(state)};
/** What the last key began is over: it said so, or it reported. */
const isOver = (state: State, since: State): boolean =>
	!isWorking(state) && (state.said !== since.said || (state.report !== since.report && state.report !== null));
const worked = (words: string): Move => ({until: isOver, words});
const packFolder = (folder: string): string => `${folder}/tour-pack`;

/** The whole workflow, as a person would go through it: every step presses the keys that it shows. */
export const tourSteps: readonly TourStep[] = [
	{
		id: 'welcome',
		title: 'Which models may teach',
		text: 'This is a sandbox on your own machine: nothing is real, nothing of yours is touched, and every key works. The list shows what two gateways offer; the column Policy says what may be distilled.',
		moves: [
			{
				until: ({services, catalogue}) =>
					catalogue.models.length > 0 && services.openrouter.state === 'fresh' && services.nanogpt.state === 'fresh',
				words: 'both catalogues',
			},
		],
	},
	{
		id: 'teacher',
		title: 'Find a teacher',
		text: 'A filter leaves what is recorded as allowed; what no source says is "?", and never counts as a yes. Tab completes filters, f offers values with their counts.',
		moves: [
			...filtered('policy:yes deepseek-v4-pro'),
			{until: (state) => screens.models.list!.count(state) > 0 && screens.models.list!.count(state) < 20, words: 'the rows'},
		],
	},
	{
		id: 'evidence',
		title: 'Read the evidence',
		text: 'No verdict without a source: each layer says what it read, where and when. A recorded restriction wins over any permission.',
		moves: [{press: 'models.policy'}],
	},
	{
		id: 'routes',
		title: 'Keep the safe routes',
		text: 'The same model is served by many, and not all of their terms allow training. Enter keeps a pin to the routes that do; the tour leaves your clipboard alone.',
		moves: [
			{press: 'text.close'},
			{press: 'models.routes'},
			{
				until: (state) => Boolean(selectEntry(state)?.list) && !selectEntry(state)!.isAsking,
				words: 'the routes',
				fails: (state) => selectEntry(state)?.problem ?? null,
			},
			{press: 'routes.pin'},
			{until: ({pin}) => pin !== null, words: 'the pin'},
		],
	},
	{
		id: 'prompt',
		title: 'Ask by them',
		text: 'Only pinned routes may answer. Below the answer stands its evidence: who served it, on whose word, at what price. The same goes into the ledger, which nobody can change unseen.',
		moves: [
			{press: 'routes.prompt'},
			{press: 'prompt.write', unless: isWriting},
			{type: 'Name three uses of a copper still, in one line.'},
			{press: 'write.send'},
			{
				until: (state) => run(state)?.status === 'done' && !state.screens.prompt.isRunning,
				words: 'the answer',
				fails: (state) => run(state)?.refusal?.message ?? null,
			},
			leaveText,
		],
	},
	{
		id: 'refusal',
		title: 'A recorded NO',
		text: 'Here the record forbids it, and nothing was sent. Below stand the nearest models that may be used (a takes the first); P shows the source of the refusal.',
		moves: [
			{press: 'app.open-models'},
			...filtered('policy:no openai'),
			{press: 'models.prompt'},
			{press: 'prompt.write', unless: isWriting},
			{press: 'write.send'},
			{until: (state) => run(state)?.status === 'refused', words: 'the refusal'},
			leaveText,
		],
	},
	{
		id: 'stored',
		title: 'Fetch stored completions',
		text: `OpenAI keeps answers for 30 days; F mirrors them here, with what is known of their origin. Esc ended it after ${collected}: long work can always be ended, and what is done stays.`,
		moves: [
			{press: 'app.open-completions'},
			{press: 'completions.sync'},
			{
				until: (state, since) => state.screens.completions.total >= collected || isOver(state, since),
				words: `the first ${collected} answers`,
			},
			{press: 'app.end-work', unless: (state) => !isWorking(state)},
			{until: (state) => !isWorking(state), words: 'the end of the fetching'},
		],
	},
	{
		id: 'rate',
		title: 'Rate and filter',
		text: 'A filter, ctrl+a to mark all it leaves, + to accept them: every rating is an entry of the ledger, and u takes it back. What follows is made of what was accepted.',
		moves: [
			...filtered('source:openai-stored'),
			{
				until: (state) =>
					screens.completions.list!.count(state) > 0 && screens.completions.list!.count(state) < state.screens.completions.total,
				words: 'the rows',
			},
			{press: 'list.mark-all'},
			{press: 'completions.accept'},
			worked('the ratings'),
			{press: 'list.unmark', unless: ({screens: {completions}}) => completions.list.marks.size === 0},
			...filtered('mark:picked'),
			{until: ({screens: {completions}}) => (completions.seqs?.length ?? 0) >= 10, words: 'the accepted answers'},
		],
	},
	{
		id: 'gate',
		title: 'The gate',
		text: "A data set is judged for the place where it is trained. For a base model of your own the gate refuses these rows, each with the sentence of OpenAI's terms and its source.",
		moves: [
			{press: 'completions.dataset'},
			{press: 'form.change'},
			...typedInto('tour'),
			{press: 'form.down'},
			{press: 'form.down'},
			{press: 'form.change'},
			...typedInto(student),
			{
				until: ({screens: {draft}}) => draft.planning === null && (draft.plan?.counts.dropped.gate ?? 0) > 0,
				words: 'the verdict on every row',
			},
			{press: 'draft.drops'},
			{press: 'text.search'},
			{type: 'refused by the gate'},
			{press: 'search.done'},
		],
	},
	{
		id: 'freeze',
		title: 'Another destination',
		text: "The same terms allow OpenAI's own models to learn from them, so for that place the rows pass. Frozen, a data set never changes: another choice becomes its next version.",
		moves: [
			{press: 'text.close'},
			{press: 'form.up'},
			{press: 'form.next-value'},
			{
				until: ({screens: {draft}}) => draft.planning === null && draft.form.tuner === 'openai' && (draft.plan?.counts.train ?? 0) >= 10,
				words: 'the verdict for OpenAI',
			},
			{press: 'draft.freeze'},
			{
				until: ({screen, work, screens: {datasets}}) => screen === 'datasets' && work === null && (datasets.datasets?.length ?? 0) > 0,
				words: 'the frozen data set',
			},
		],
	},
	{
		id: 'pack',
		title: 'Check, pack and verify',
		text: 'The check read every row as the tuner will; the pack holds rows, provenance, card and a sealed manifest. What you see is its verification, which needs neither ledger nor network.',
		moves: [
			{press: 'datasets.check'},
			{until: isOver, words: 'the check'},
			{press: 'text.close', unless: ({overlay}) => overlay === null},
			{press: 'datasets.pack'},
			...typedInto(packFolder),
			worked('the pack'),
			{press: 'text.close', unless: ({overlay}) => overlay === null},
			{press: 'datasets.verify'},
			...typedInto(packFolder),
			{until: (state, since) => isOver(state, since) && state.report !== null, words: 'the verification'},
		],
	},
	{
		id: 'train',
		title: 'Train a student',
		text: 'The plan says what will be uploaded and what it may cost; nothing leaves this machine before you write yes. A sandbox job ends at once: here are its curves and its model.',
		moves: [
			{press: 'text.close', unless: ({overlay}) => overlay === null},
			{press: 'datasets.distil'},
			{
				until: ({screens: {distil}}) => distil.planning === null && distil.plan !== null && distil.plan.blockers.length === 0,
				words: 'the plan',
				fails: problemOf('distil'),
			},
			{press: 'distil.create'},
			...typedInto('yes'),
			{until: ({screen}) => screen === 'jobs', words: 'the upload'},
			{
				until: (state) => {
					const job = selectJob(state)?.job;
					return job !== undefined && isEnded(job.state);
				},
				words: 'the job',
			},
		],
	},
	{
		id: 'evaluate',
		title: 'Student, base, teacher',
		text: 'All are asked the same held-out questions and graded alike. So few rows make no better student, and the intervals say so; enter shows where the answers differ.',
		moves: [
			{press: 'jobs.evaluate'},
			{
				until: ({screens: {evaluation}}) => evaluation.planning === null && evaluation.plan !== null,
				words: 'the plan',
				fails: problemOf('evaluation'),
			},
			{press: 'evaluation.run'},
			...typedInto('yes'),
			{
				until: ({screen, work, screens: {evals}}) => screen === 'evals' && work === null && (evals.evals?.[0]?.result?.isComplete ?? false),
				words: 'every answer and its grade',
			},
		],
	},
	{
		id: 'end',
		title: 'Where everything is',
		text: 'All of this lies in {folder}. ? shows the keys of a screen, : finds every action by its name, and stillroom setup takes your own keys. Space leaves you here, free to look around.',
		moves: [],
	},
];
