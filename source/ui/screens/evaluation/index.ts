import {line, span} from '../../../view/line.js';
import {formProblem} from '../../state/form.js';
import type {Screen} from '../screen.js';
import {besideLines} from './evaluation-lines.js';
import {evaluationBindings} from './keys.js';
import {reduceEvaluation, selectFields} from './state.js';

export const evaluationScreen: Screen = {
	id: 'evaluation',
	title: 'New evaluation',
	about: 'Chooses who is asked, on which rows, and who grades. It runs here; what is answered stays, so it can go on later.',
	openedBy: 'n on Evaluations or e on Jobs opens it',
	digit: null,
	parent: ({screens: {evaluation}}) => evaluation.from,
	subject: () => '› new',
	bindings: evaluationBindings,
	reduce: reduceEvaluation,
	subhead: ({screens: {evaluation}}) =>
		evaluation.extended
			? line(span(' more candidates for ', 'dim'), span(evaluation.extended.name, 'strong'), span('  same questions, same graders', 'dim'))
			: line(span(' new evaluation', 'dim'), span('  the same questions for every candidate; it runs here', 'dim')),
	notice: (state) => formProblem(selectFields(state), state.screens.evaluation.values) ?? '',
	detail: besideLines,
	form: {fields: selectFields, values: (state) => state.screens.evaluation.values, index: (state) => state.screens.evaluation.index},
};
