import {tuningServiceNames} from '../../../domain/job.js';
import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {selectAll, selectProblems} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {rows, problem, problems, services, list} = state.screens.jobs;
	if (problem !== null) return [[span(problem, 'bad')], emptyLine, [span('r tries again.', 'dim')]];
	const wrong = selectProblems(state)[0];
	if (wrong) return [[span(wrong, 'bad')], emptyLine, [span('? lists the keys of the filter; ctrl+x clears it.', 'dim')]];
	if (selectAll(state).length > 0)
		return [line('No job passes the filter ', span(list.filter.text, 'accent'), '.'), emptyLine, [span('ctrl+x clears it.', 'dim')]];
	if (services?.length === 0)
		return [
			[span('No tuning service has a key.', 'strong')],
			emptyLine,
			line('K sets up keys of OpenAI, Nebius, Together, Fireworks or Azure, and shows which are set.'),
			line('A pack needs none: ', span('5', 'accent'), ' then ', span('E', 'accent'), ' writes files that any tuner takes.'),
		];
	if (rows === null) return [[span('asking the tuning services …', 'dim')]];
	return [
		[span('No fine-tuning job yet.', 'strong')],
		emptyLine,
		line(span('n  ', 'accent'), 'creates one from a frozen data set: you see rows, tokens, cost and the gate before anything is uploaded.'),
		...[...problems].map(([service, message]) => line(span(`${tuningServiceNames[service]}  `, 'dim'), span(message, 'bad'))),
	];
}
