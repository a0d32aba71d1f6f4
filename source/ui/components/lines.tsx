import {Text} from 'ink';
import {memo} from 'react';
import {firstLines, type Line} from '../../view/line.js';
import {paintLine} from '../theme/paint.js';
import type {Theme} from '../theme/theme.js';

type LinesProps = {readonly lines: readonly Line[]; readonly width: number; readonly height: number; readonly theme: Theme};

/** Lines of text in a block of its own, cut to its size and marked where more follow. One Text for all: it changes as a whole. */
export const Lines = memo(function Lines({lines, width, height, theme}: LinesProps) {
	const shown = firstLines(lines, height, width);
	if (shown.length === 0) return null;
	return <Text wrap="truncate">{shown.map((line) => paintLine(theme, line, width) || ' ').join('\n')}</Text>;
});
