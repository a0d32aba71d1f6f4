import {emptyLine, type Line, line, span, wrapLines} from '../../view/line.js';
import {verdictLines} from '../../view/verdict-lines.js';
import {selectChosen} from '../screens/models/state.js';
import {selectChosenRoute} from '../screens/routes/state.js';
import {modelById, type State} from '../state/state.js';
import type {Page} from './page.js';

function subject(state: State) {
	if (state.screen === 'models') return {title: selectChosen(state)?.id ?? '', verdict: selectChosen(state)?.verdict, reason: null};
	const route = selectChosenRoute(state);
	const model = modelById(state, state.screens.routes.modelId);
	return {title: `${model?.id ?? ''} by ${route?.provider ?? ''}`, verdict: route?.verdict, reason: route?.reason ?? null};
}

export const policyPage: Page = {
	title: (state) => `Policy evidence · ${subject(state).title}`,
	lines(state, width): readonly Line[] {
		const {verdict, reason} = subject(state);
		if (!verdict) return [[span('Nothing is chosen.', 'dim')]];
		const pin = reason === null ? [] : [line(span('Pin  ', 'strong'), reason), emptyLine];
		return wrapLines(
			[...pin, ...verdictLines(verdict, new Date(state.now)), emptyLine, [span('O opens the source, Y copies the evidence', 'dim')]],
			width,
		);
	},
};
