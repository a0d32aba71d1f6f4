import type {Cell} from './cell.js';
import {emptyLine, type Line, span} from './line.js';
import {isLinear} from './linear.js';
import {fitText, wrap} from './width.js';

/** What is compared, and how one item shows it. */
export type Field<Item> = readonly [label: string, cell: (item: Item) => Cell | string];

const labelWidth = 13;

/** Fields down, items across; as many items as are readable side by side. Where it is read aloud the items come one after the other. */
export function sideBySide<Item>(fields: readonly Field<Item>[], items: readonly Item[], width: number): readonly Line[] {
	if (isLinear(width))
		return items.flatMap((item, index) => [
			...(index === 0 ? [] : [emptyLine]),
			...fields.map(([label, toCell]): Line => {
				const cell = toCell(item);
				return [span(`${label}: `, 'dim'), typeof cell === 'string' ? span(cell) : cell];
			}),
		]);
	const most = Math.max(1, Math.floor((width - labelWidth) / 20));
	const shown = items.slice(0, most);
	const cellWidth = Math.min(48, Math.floor((width - labelWidth) / Math.max(1, shown.length)) - 1);
	const rows = fields.flatMap(([label, toCell]): readonly Line[] => {
		const cells = shown.map((item) => {
			const cell = toCell(item);
			const {text, tone} = typeof cell === 'string' ? span(cell) : cell;
			return {parts: wrap(text, cellWidth), tone};
		});
		const height = Math.max(1, ...cells.map(({parts}) => parts.length));
		return Array.from(
			{length: height},
			(_, at): Line => [
				span(fitText(at === 0 ? label : '', labelWidth), 'dim'),
				...cells.map(({parts, tone}) => span(`${fitText(parts[at] ?? '', cellWidth)} `, tone)),
			],
		);
	});
	return items.length > shown.length
		? [...rows, [span(`and ${items.length - shown.length} more: widen the terminal or unmark some`, 'dim')]]
		: rows;
}
