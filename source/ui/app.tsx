import {Box, useApp, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect, useSyncExternalStore} from 'react';
import {type Line, span} from '../view/line.js';
import {footLines, hintLine, shortMessageLine} from './components/foot.js';
import {filterLine, titleLine} from './components/head.js';
import {Lines} from './components/lines.js';
import {OverlayView} from './components/overlay-view.js';
import type {TerminalControls} from './create-terminal.js';
import {type Press, toPresses} from './keys/chord.js';
import {typedInto} from './keys/groups.js';
import {useRawInput} from './keys/use-raw-input.js';
import {layoutOf, smallest, tourRows} from './layout.js';
import {views} from './screens/views.js';
import type {Store} from './state/create-store.js';
import type {State} from './state/state.js';
import {themeOf} from './theme/theme-of.js';

type AppProps = {readonly store: Store; readonly controls: Pick<TerminalControls, 'exit' | 'suspend'>};

const tooSmall = ({size}: State): readonly Line[] => [
	[span(`stillroom needs ${smallest.columns}x${smallest.rows}`, 'strong')],
	[span(`this is ${size.columns}x${size.rows}: enlarge it, or q quits`)],
];

/** Keys and pastes, and the hand on the terminal, for whatever draws or speaks; the only useInput of the program. */
export function useKeyboard(
	store: Store,
	controls: Pick<TerminalControls, 'exit' | 'suspend'>,
	press: (press: Press) => void = store.press,
): void {
	const {exit, suspendTerminal} = useApp();
	controls.exit = exit;
	controls.suspend = suspendTerminal;

	const raw = useRawInput();
	useInput((input, key) => {
		for (const one of toPresses(input, key, raw.current)) press(one);
	});

	usePaste((text) => {
		const action = typedInto(store.getState(), text.replaceAll(/\r\n?/g, '\n'));
		store.dispatch(action ?? {type: 'app/flashed', text: 'nothing takes text here: / filters', tone: 'dim'});
	});
}

/** What is drawn. */
export function App({store, controls}: AppProps) {
	useKeyboard(store, controls);
	const state = useSyncExternalStore(store.subscribe, store.getState);
	const theme = themeOf(state);
	const {columns, rows} = useWindowSize();
	useEffect(() => {
		if (columns !== store.getState().size.columns || rows !== store.getState().size.rows)
			store.dispatch({type: 'app/resized', columns, rows});
	}, [columns, rows, store]);

	const layout = layoutOf(state);
	if (layout.isTooSmall) return <Lines lines={tooSmall(state)} width={state.size.columns} height={state.size.rows} theme={theme} />;
	const View = views[state.screen];
	return (
		<Box flexDirection="column" height={state.size.rows} width={state.size.columns}>
			{state.overlay ? (
				<OverlayView state={state} theme={theme} overlay={state.overlay} />
			) : (
				<>
					<Lines lines={[titleLine(state), filterLine(state)]} width={state.size.columns} height={2} theme={theme} />
					<View state={state} theme={theme} />
				</>
			)}
			<Lines
				lines={state.overlay && !state.tour ? [state.flash ? shortMessageLine(state) : [], hintLine(state)] : footLines(state)}
				width={state.size.columns}
				height={state.tour ? tourRows(state.size.columns) : 3}
				theme={theme}
			/>
		</Box>
	);
}
