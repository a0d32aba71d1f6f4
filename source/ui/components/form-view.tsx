import {Box} from 'ink';
import {formatCount} from '../../view/format.js';
import {type Line, span} from '../../view/line.js';
import {layoutOf} from '../layout.js';
import type {FormField, FormValues} from '../state/form.js';
import type {State} from '../state/state.js';
import type {Theme} from '../theme/theme.js';
import {formLayout} from './form-layout.js';
import {fieldHelpLines, formLines} from './form-lines.js';
import {Lines} from './lines.js';

type FormViewProps = {
	readonly state: State;
	readonly theme: Theme;
	readonly fields: readonly FormField[];
	readonly values: FormValues;
	readonly index: number;
	/** What follows from the values, in `width` cells. */
	readonly beside: (width: number) => readonly Line[];
	/** Lines of it that are scrolled past. */
	readonly offset: number;
};

/** A form, and what follows from it: beside it where there is room, else below. */
export function FormView({state, theme, fields, values, index, beside, offset}: FormViewProps) {
	const {bodyRows} = layoutOf(state);
	const {isBeside, formWidth, formHeight, helpHeight, width, height} = formLayout(state, fields.length);
	const field = fields[index];
	const help = field ? fieldHelpLines(field, values, formWidth - 3, helpHeight) : [];
	const lines = beside(width);
	const from = Math.max(0, Math.min(offset, lines.length - height));
	const more = lines.length - from - height;
	const shown =
		more > 0 && height > 1
			? [...lines.slice(from, from + height - 1), [span(`… ${formatCount(more + 1, 'more line')}: page down`, 'dim')]]
			: lines.slice(from, from + height);
	return (
		<Box height={bodyRows} paddingTop={1} flexDirection={isBeside ? 'row' : 'column'}>
			<Box width={formWidth} flexShrink={0} flexDirection="column">
				<Lines lines={formLines(fields, values, index, formWidth, formHeight)} width={formWidth} height={formHeight} theme={theme} />
				<Box marginTop={isBeside ? 1 : 0} height={helpHeight}>
					<Lines lines={help} width={formWidth} height={helpHeight} theme={theme} />
				</Box>
			</Box>
			<Box marginLeft={2} marginTop={isBeside || bodyRows < 16 ? 0 : 1} width={width} height={height}>
				<Lines lines={shown} width={width} height={height} theme={theme} />
			</Box>
		</Box>
	);
}
