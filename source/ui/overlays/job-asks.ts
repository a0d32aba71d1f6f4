import type {Ask} from './ask.js';

const isYes = (text: string): boolean => text.trim().toLowerCase() === 'yes';

export const cancelJobAsk: Ask = {
	title: ({subject}) => `Cancel job ${subject}?`,
	help: () => 'It cannot be begun again; what it cost so far is not given back. Write yes and press enter; esc leaves it running.',
	answer: (_, {query}) => (isYes(query.text) ? [{type: 'jobs/cancel-asked'}] : 'write yes to cancel the job; esc leaves it running'),
};

export const pauseJobAsk: Ask = {
	title: ({subject}) => `${subject.slice(0, 1).toUpperCase()}${subject.slice(1)}?`,
	help: () => 'Write yes and press enter; esc leaves it as it is.',
	answer: (_, {query}) => (isYes(query.text) ? [{type: 'jobs/pause-asked'}] : 'write yes, or esc'),
};

export const createJobAsk: Ask = {
	title: ({subject}, {screens: {distil}}) =>
		`Upload ${subject} and create the job${distil.plan?.estimate?.costUsd ? ` (about $${distil.plan.estimate.costUsd.toFixed(2)})` : ''}?`,
	help: () =>
		'The files leave this machine now, and the service begins to charge when the job runs. Write yes and press enter; esc changes nothing.',
	answer: (_, {query}) => (isYes(query.text) ? [{type: 'distil/create-asked'}] : 'write yes to upload and create; esc changes nothing'),
};

export const runEvalAsk: Ask = {
	title: ({subject}) => `Run the evaluation (${subject})?`,
	help: () =>
		'Every answer is kept in the ledger; stopped or killed, it goes on where it ended. Write yes and press enter; esc changes nothing.',
	answer: (_, {query}) => (isYes(query.text) ? [{type: 'evaluation/run-asked'}] : 'write yes to run it; esc changes nothing'),
};

export const exportEvalAsk: Ask = {
	isPath: true,
	title: () => 'Export the evaluation: into which file?',
	help: () => 'The ending says the format: .promptfoo.yaml, .openai.json, .csv or .json.',
	answer(_, {query}) {
		const file = query.text.trim();
		if (!/\.(promptfoo\.ya?ml|openai\.json|csv|json)$/.test(file)) return 'the name ends with .promptfoo.yaml, .openai.json, .csv or .json';
		return [{type: 'evals/export-asked', file}];
	},
};
