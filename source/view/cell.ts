import type {LinkSpan} from './links.js';

/** What a piece of text means; the theme decides its colour. */
export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'bad' | 'warn' | 'accent' | 'unknown' | 'cursor';

export type Cell = {
	readonly text: string;
	readonly tone: Tone;
	/** Addresses in it; looked for in the text where this is left out, which is not enough for one that runs over several lines. */
	readonly links?: readonly LinkSpan[];
};

/** One column of a list, for the Ink table, the plain table and CSV alike. */
export type Column<Item> = {
	readonly id: string;
	readonly title: string;
	/** Width in terminal cells; the one column with `isFlexible` takes what is left. */
	readonly width: number;
	readonly isFlexible?: boolean;
	/** Cells that it takes at most, however much room there is. */
	readonly most?: number;
	readonly align?: 'left' | 'right';
	/** Columns with the lowest number leave first when the terminal is narrow; undefined never leaves. */
	readonly dropOrder?: number;
	/** How its cells are read aloud: words before and behind the value; the title where this is left out, nothing around it where both are empty. */
	readonly said?: readonly [before: string, behind?: string];
	readonly cell: (item: Item) => Cell;
};
