import {cleanText} from '../../../domain/clean-text.js';
import {dropLines, dutyLines} from '../../../view/dataset-lines.js';
import {type Line, span} from '../../../view/line.js';
import {formProblem} from '../../state/form.js';
import type {Screen} from '../screen.js';
import {draftFields} from './draft-form.js';
import {besideLines, draftSubhead} from './draft-lines.js';
import {draftBindings} from './keys.js';
import {reduceDraft} from './state.js';

const waiting: readonly Line[] = [[span('the rows are still being judged …', 'dim')]];

export const draftScreen: Screen = {
	id: 'draft',
	title: 'New data set',
	about:
		'Decides what goes into a new data set, for which tuner and which release. Beside it stands what the gate lets in, and what it leaves out and why.',
	openedBy: 'a on Completions or n on Datasets opens it',
	digit: null,
	parent: ({screens: {draft}}) => draft.from,
	subject: ({screens: {draft}}) => `› new ${cleanText(draft.form.name)}`,
	bindings: draftBindings,
	reduce: reduceDraft,
	subhead: draftSubhead,
	detail: besideLines,
	form: {fields: () => draftFields, values: (state) => state.screens.draft.form, index: (state) => state.screens.draft.index},
	notice: ({screens: {draft}}) => formProblem(draftFields, draft.form) ?? '',
	pages: {
		drops: {
			title: () => 'What would be dropped, and why',
			lines: ({screens: {draft}}, width) => (draft.plan ? dropLines(draft.plan.drops, width, draft.plan.counts.dropped) : waiting),
		},
		policy: {
			title: () => 'Duties that come with these rows',
			lines: ({screens: {draft}}, width) => (draft.plan ? dutyLines(draft.plan.duties, width) : waiting),
		},
	},
};
