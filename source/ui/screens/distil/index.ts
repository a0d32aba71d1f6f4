import {dutyLines} from '../../../view/dataset-lines.js';
import {type Line, line, span} from '../../../view/line.js';
import {formProblem} from '../../state/form.js';
import type {Screen} from '../screen.js';
import {besideLines} from './distil-lines.js';
import {distilBindings} from './keys.js';
import {reduceDistil, selectFields} from './state.js';

const waiting: readonly Line[] = [[span('the job is still being planned …', 'dim')]];

export const distilScreen: Screen = {
	id: 'distil',
	title: 'New job',
	about: 'Plans a fine-tuning job from a frozen data set. Nothing is uploaded before you confirm.',
	openedBy: 't on Datasets or n on Jobs opens it',
	digit: null,
	parent: ({screens: {distil}}) => distil.from,
	subject: () => '› new',
	bindings: distilBindings,
	reduce: reduceDistil,
	subhead: ({screens: {distil}}) =>
		line(
			span(' new job on ', 'dim'),
			span((distil.asked ?? distil.values.dataset) || 'a data set', 'strong'),
			span('  nothing is uploaded before you confirm', 'dim'),
		),
	notice: (state) => formProblem(selectFields(state), state.screens.distil.values) ?? '',
	detail: besideLines,
	form: {fields: selectFields, values: (state) => state.screens.distil.values, index: (state) => state.screens.distil.index},
	pages: {
		policy: {
			title: () => 'Duties that come with this job',
			lines: ({screens: {distil}}, width) => (distil.plan ? dutyLines(distil.plan.duties, width) : waiting),
		},
	},
};
