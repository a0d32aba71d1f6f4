import {cleanText} from '../../domain/clean-text.js';
import {emptyLine, type Line, paragraph, span} from '../../view/line.js';
import {selectChosen} from '../screens/models/state.js';
import {selectChosenRoute} from '../screens/routes/state.js';
import type {State} from '../state/state.js';
import type {Page} from './page.js';

/** Indented JSON with its keys toned, long strings wrapped. */
export function jsonLines(value: unknown, width: number): readonly Line[] {
	return JSON.stringify(value, null, 2)
		.split('\n')
		.flatMap((text) => {
			const [, indent = '', key = '', rest = ''] = /^(\s*)("(?:[^"\\]|\\.)*": )?(.*)$/s.exec(cleanText(text, {isOneLine: false})) ?? [];
			const [first, ...more] = paragraph(rest, Math.max(20, width - indent.length - key.length));
			return [
				[span(indent), span(key, 'accent'), ...(first ?? [])],
				...more.map((part): Line => [span(' '.repeat(indent.length + key.length)), ...part]),
			];
		});
}

function modelLines(state: State, width: number): readonly Line[] {
	const model = selectChosen(state);
	if (!model) return [[span('No model is chosen.', 'dim')]];
	const raw = state.rawModels.get(model.id);
	return [
		[span('As received from the services', 'strong')],
		...(raw === undefined ? [[span('asking …', 'dim')]] : jsonLines(raw, width)),
		emptyLine,
		[span('As stillroom holds it', 'strong'), span('  prices in USD per million tokens', 'dim')],
		...jsonLines(model, width),
	];
}

export const rawPage: Page = {
	title: (state) => `JSON · ${(state.screen === 'routes' ? selectChosenRoute(state)?.id : selectChosen(state)?.id) ?? ''}`,
	lines: (state, width) => (state.screen === 'routes' ? jsonLines(selectChosenRoute(state) ?? null, width) : modelLines(state, width)),
};
