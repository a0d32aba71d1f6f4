import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {selectAll, selectProblems} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {evals, problem, list} = state.screens.evals;
	if (problem !== null) return [[span(problem, 'bad')], emptyLine, [span('r tries again.', 'dim')]];
	if (evals === null) return [[span('reading …', 'dim')]];
	const wrong = selectProblems(state)[0];
	if (wrong) return [[span(wrong, 'bad')], emptyLine, [span('? lists the keys of the filter; ctrl+x clears it.', 'dim')]];
	if (selectAll(state).length > 0)
		return [line('No evaluation passes the filter ', span(list.filter.text, 'accent'), '.'), emptyLine, [span('ctrl+x clears it.', 'dim')]];
	return [
		[span('Nothing was evaluated yet.', 'strong')],
		emptyLine,
		[
			span(
				'An evaluation asks several models the same questions and grades their answers: teacher, base, student, checkpoints. It runs here, through any gateway.',
			),
		],
		emptyLine,
		line(span('n  ', 'accent'), 'runs one; the held-out rows of a data set are a good test set'),
		line(span('6  ', 'accent'), 'Jobs: e on a job that succeeded compares its student with the teacher'),
	];
}
