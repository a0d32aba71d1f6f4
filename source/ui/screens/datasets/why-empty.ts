import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {selectProblems} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {datasets, problem, list} = state.screens.datasets;
	if (problem !== null) return [[span(problem, 'bad')], emptyLine, [span('r tries again.', 'dim')]];
	if (datasets === null) return [[span('reading …', 'dim')]];
	const wrong = selectProblems(state)[0];
	if (wrong) return [[span(wrong, 'bad')], emptyLine, [span('? lists the keys of the filter; ctrl+x clears it.', 'dim')]];
	if (datasets.length > 0)
		return [line('No data set passes the filter ', span(list.filter.text, 'accent'), '.'), emptyLine, [span('ctrl+x clears it.', 'dim')]];
	return [
		[span('No data set is frozen yet.', 'strong')],
		emptyLine,
		[
			span(
				'A data set is a frozen selection of completions with a destination: where it will be trained, on what base, how the result is released.',
			),
		],
		[span('Every row has to pass the gate for that destination; what does not is left out, and you see why.')],
		emptyLine,
		line(span('4  ', 'accent'), 'choose completions: filter or mark them, then a'),
		line(span('n  ', 'accent'), 'make one from what the filter of Completions leaves now'),
	];
}
