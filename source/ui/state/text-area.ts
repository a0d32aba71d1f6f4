import {lineAt, visualLines} from '../../view/visual-lines.js';
import {editField, type FieldEdit, type TextField} from './text-field.js';

/** Edits of a text of several lines; `home` and `end` mean the line on the screen. */
export type AreaEdit = FieldEdit | 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

function moveLines(area: TextField, by: number, width: number): TextField {
	const lines = visualLines(area.text, width);
	const current = lineAt(lines, area.cursor);
	const target = Math.max(0, Math.min(lines.length - 1, current + by));
	if (target === current) return {...area, cursor: by < 0 ? 0 : area.text.length};
	const column = area.cursor - lines[current]!.start;
	const {start, end} = lines[target]!;
	const isWrapped = target + 1 < lines.length && lines[target + 1]!.start === end;
	return {...area, cursor: Math.min(start + column, isWrapped ? end - 1 : end)};
}

/** `width` is that of the text on the screen, in cells; `height` its lines. */
export function editArea(area: TextField, edit: AreaEdit, {width, height}: {readonly width: number; readonly height: number}): TextField {
	switch (edit) {
		case 'up':
			return moveLines(area, -1, width);
		case 'down':
			return moveLines(area, 1, width);
		case 'page-up':
			return moveLines(area, -Math.max(1, height - 1), width);
		case 'page-down':
			return moveLines(area, Math.max(1, height - 1), width);
		case 'top':
			return {...area, cursor: 0};
		case 'bottom':
			return {...area, cursor: area.text.length};
		case 'home':
		case 'end': {
			const lines = visualLines(area.text, width);
			const index = lineAt(lines, area.cursor);
			const {start, end} = lines[index]!;
			const isWrapped = lines[index + 1]?.start === end;
			return {...area, cursor: edit === 'home' ? start : isWrapped ? end - 1 : end};
		}
		case 'delete-before': {
			const {start} = visualLines(area.text, width)[lineAt(visualLines(area.text, width), area.cursor)]!;
			return {text: area.text.slice(0, start) + area.text.slice(area.cursor), cursor: start};
		}
		default:
			return editField(area, edit);
	}
}
