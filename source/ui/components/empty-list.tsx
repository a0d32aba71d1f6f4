import {Box} from 'ink';
import {type Line, wrapLines} from '../../view/line.js';
import type {Theme} from '../theme/theme.js';
import {Lines} from './lines.js';

type EmptyListProps = {readonly lines: readonly Line[]; readonly width: number; readonly height: number; readonly theme: Theme};

/** Stands where a list would be, and says why there is none. */
export function EmptyList({lines, width, height, theme}: EmptyListProps) {
	return (
		<Box height={height} paddingLeft={2} paddingTop={1} flexDirection="column">
			<Lines lines={wrapLines(lines, width - 4)} width={width - 4} height={height - 1} theme={theme} />
		</Box>
	);
}
