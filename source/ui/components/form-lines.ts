import {cleanText} from '../../domain/clean-text.js';
import {type Line, paragraph, span} from '../../view/line.js';
import {widthOf} from '../../view/width.js';
import type {FormField, FormValues} from '../state/form.js';
import {spread} from '../theme/paint.js';

const labelWidth = 15;

const valueWidth = 10;

/** What a chosen value means, behind it, where all of that has room; under the cursor the words below the form say it. */
function meaningOf({id, choices}: FormField, values: FormValues, room: number): Line {
	const value = values[id] ?? '';
	const meaning = choices?.find((choice) => choice.value === value)?.help ?? '';
	const gap = ' '.repeat(Math.max(0, valueWidth - widthOf(value)) + 1);
	return meaning === '' || widthOf(value) + widthOf(gap) + widthOf(meaning) > room ? [] : [span(`${gap}${meaning}`, 'dim')];
}

/** One line of a form: `> gate level    < route >`. */
function fieldLine({id, title, choices, empty, check}: FormField, values: FormValues, isHere: boolean): Line {
	const value = values[id] ?? '';
	const isWrong = (check?.(value) ?? null) !== null;
	const shown = value === '' ? (empty ?? '') : cleanText(value);
	return [
		span(isHere ? '> ' : '  ', 'accent'),
		span(title.padEnd(labelWidth), isHere ? 'strong' : 'dim'),
		span(choices && isHere ? '< ' : '', 'accent'),
		span(shown, isWrong ? 'bad' : value === '' ? 'dim' : 'plain'),
		span(choices && isHere ? ' >' : '', 'accent'),
		span(isWrong ? ' !' : '', 'bad'),
	];
}

/** What is wrong with the value of a line, else what it means, then what the line is for; at most `height` lines. */
export function fieldHelpLines({id, choices, check, help}: FormField, values: FormValues, width: number, height: number): readonly Line[] {
	const value = values[id] ?? '';
	const wrong = check?.(value) ?? null;
	const meaning = choices?.find((choice) => choice.value === value)?.help ?? '';
	const said =
		wrong !== null ? paragraph(wrong, width, 'bad', 2) : meaning === '' ? [] : paragraph(`${value}: ${meaning}`, width, 'plain', 2);
	const lines = [...said, ...paragraph(help, width, 'dim', 2)];
	if (lines.length <= height) return lines;
	const last = lines[height - 1]!;
	return [...lines.slice(0, height - 1), [...last, span(' …', 'dim')]];
}

/** As many lines of a form as fit, the one under the cursor among them; how many there are above and below stands at the right. */
export function formLines(fields: readonly FormField[], values: FormValues, index: number, width: number, height: number): readonly Line[] {
	const from = Math.max(0, Math.min(index - Math.floor(height / 2), fields.length - height));
	const below = fields.length - from - height;
	return fields.slice(from, from + height).map((field, at) => {
		const more = at === 0 && from > 0 ? `  ${from} more above` : at === height - 1 && below > 0 ? `  ${below} more below` : '';
		const isHere = from + at === index;
		const meaning = isHere ? [] : meaningOf(field, values, width - 3 - labelWidth - widthOf(more));
		return spread([...fieldLine(field, values, isHere), ...meaning], [span(more, 'dim')], width);
	});
}
