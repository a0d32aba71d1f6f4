import {Box} from 'ink';
import {useRef} from 'react';
import {emptyLine, type Line, line, paragraph, span} from '../../../view/line.js';
import {type AnswerLayout, layOutAnswer} from '../../../view/markdown-lines.js';
import {Lines} from '../../components/lines.js';
import type {State} from '../../state/state.js';
import type {Theme} from '../../theme/theme.js';
import type {ViewProps} from '../view.js';
import {promptLayout} from './prompt-layout.js';
import {bulkLines, composerLines, evidenceLines, refusalLines, runningWords} from './prompt-lines.js';
import type {Run} from './prompt-slice.js';

type AnswerProps = {
	readonly state: State;
	readonly run: Run;
	readonly isChosen: boolean;
	readonly columns: number;
	readonly rows: number;
	readonly theme: Theme;
};

function headOf(run: Run, isChosen: boolean, isPicked: boolean): Line {
	const pin = run.target.only ? ` ${run.target.only.join(', ')}` : '';
	return [
		span(isChosen ? '>' : ' ', 'accent'),
		span(`${run.target.modelId}${pin}`, isChosen ? 'strong' : 'dim'),
		...(isPicked ? [span('  picked', 'good')] : []),
	];
}

/** Reasoning stands apart: dim, folded to its last lines unless it is asked for. */
function reasoningLines(run: Run, width: number, isShown: boolean): readonly Line[] {
	if (run.reasoning === '') return [];
	const lines = paragraph(run.reasoning.slice(isShown ? 0 : -400), width - 2, 'dim', 2);
	const shown = isShown ? lines : lines.slice(-2);
	return [
		line(span(`Reasoning, ${run.reasoning.length.toLocaleString('en')} characters`, 'dim'), span(isShown ? '' : '  R shows all', 'dim')),
		...shown,
		emptyLine,
	];
}

/** One answer with its figures and evidence below; scrolled from its end, so that it follows what is written. */
function AnswerPane({state, run, isChosen, columns, rows, theme}: AnswerProps) {
	const layout = useRef<AnswerLayout | null>(null);
	const width = columns - 2;
	layout.current = layOutAnswer(run.text, width, layout.current);
	const {isReasoningShown, picked, scroll} = state.screens.prompt;
	const foot = [...refusalLines(run, width, state.now), ...evidenceLines(run, width, state.now)];
	const status = run.status === 'sending' || run.status === 'streaming' ? [line(span(runningWords(run, state), 'accent'))] : [];
	const idle = run.status === 'idle' ? [line(span('ctrl+s sends; nothing was sent yet.', 'dim'))] : [];
	const body = [...reasoningLines(run, width, isReasoningShown), ...layout.current.lines];
	const room = Math.max(1, rows - 1 - foot.length - status.length - (foot.length > 0 ? 1 : 0));
	const first = Math.max(0, body.length - room - (isChosen ? scroll : 0));
	const shown = body.slice(first, first + room);
	const lines = [
		headOf(run, isChosen, picked !== null && picked === run.ledgerId),
		...idle,
		...shown,
		...(foot.length > 0 ? [emptyLine, ...foot] : []),
		...status,
	];
	return (
		<Box width={columns} flexDirection="column">
			<Lines lines={lines} width={columns - 1} height={rows} theme={theme} />
		</Box>
	);
}

export function PromptScreen({state, theme}: ViewProps) {
	const layout = promptLayout(state);
	const {runs, column, bulk} = state.screens.prompt;
	const most = Math.max(1, Math.floor(state.size.columns / 30));
	const from = Math.max(0, Math.min(column - most + 1, runs.length - most));
	const shown = runs.slice(from, from + most);
	const columns = shown.length > 1 ? Math.floor(state.size.columns / shown.length) : layout.answerColumns;
	return (
		<Box
			flexDirection={layout.isBeside ? 'row' : 'column'}
			height={layout.isBeside ? layout.answerRows : layout.composerRows + layout.answerRows}
		>
			<Box width={layout.composerColumns} height={layout.composerRows} flexDirection="column">
				<Lines lines={composerLines(state)} width={layout.composerColumns - 1} height={layout.composerRows} theme={theme} />
			</Box>
			<Box height={layout.answerRows} marginLeft={layout.isBeside ? 2 : 0}>
				{bulk && (
					<Lines
						lines={bulkLines(bulk, layout.answerColumns - 2)}
						width={layout.answerColumns - 1}
						height={layout.answerRows}
						theme={theme}
					/>
				)}
				{!bulk &&
					shown.map((run, index) => (
						<AnswerPane
							key={index + from}
							state={state}
							run={run}
							isChosen={index + from === column}
							columns={columns}
							rows={layout.answerRows}
							theme={theme}
						/>
					))}
			</Box>
		</Box>
	);
}
