import {cleanText} from '../../../domain/clean-text.js';
import {completionLines, evidenceLines} from '../../../view/completion-lines.js';
import {diffLines} from '../../../view/diff-lines.js';
import {jsonLines} from '../../../view/json-lines.js';
import {emptyLine, type Line, paragraph, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import type {ScreenPages} from '../screen.js';
import {selectRun} from './state.js';

const waiting: readonly Line[] = [[span('reading …', 'dim')]];

const title = (state: State, words: string): string => {
	const run = selectRun(state);
	return run ? `${words} · ${run.completion.model} · ${run.completion.id}` : words;
};

const promptHeight = 6;

/** What was asked, above what was answered; of a long one the beginning. */
function promptLines(prompt: string, width: number): readonly Line[] {
	const lines = paragraph(cleanText(prompt, {isOneLine: false}), width);
	if (prompt.trim() === '') return [];
	const shown =
		lines.length > promptHeight ? [...lines.slice(0, promptHeight - 1), [span('… enter on one of them reads it whole', 'dim')]] : lines;
	return [[span('Prompt', 'strong')], ...shown, emptyLine];
}

export const completionPages: ScreenPages = {
	completion: {
		title: (state) => title(state, 'Completion'),
		lines(state, width) {
			const run = selectRun(state);
			return run ? completionLines(run, width, new Date(state.now)) : waiting;
		},
	},
	policy: {
		title: (state) => title(state, 'Evidence'),
		lines(state, width) {
			const run = selectRun(state);
			return run ? evidenceLines(run, width, new Date(state.now)) : waiting;
		},
	},
	raw: {
		title: (state) => title(state, 'Provenance record'),
		lines(state, width) {
			const run = selectRun(state);
			return run ? jsonLines(run.record, width) : waiting;
		},
	},
	compare: {
		title: () => 'Two answers',
		lines(state, width) {
			const {compared, comparedPrompt} = state.screens.completions;
			return compared ? [...promptLines(comparedPrompt, width), ...diffLines(compared, width)] : waiting;
		},
	},
};
