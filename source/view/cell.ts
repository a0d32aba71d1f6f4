/** What a piece of text means; the theme decides its colour. */
export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'bad' | 'warn' | 'accent' | 'unknown' | 'cursor';

export type Cell = {readonly text: string; readonly tone: Tone};

/** One column of a list, for the Ink table, the plain table and CSV alike. */
export type Column<Item> = {
	readonly id: string;
	readonly title: string;
	/** Width in terminal cells; the one column with `isFlexible` takes what is left. */
	readonly width: number;
	readonly isFlexible?: boolean;
	readonly align?: 'left' | 'right';
	/** Columns with the lowest number leave first when the terminal is narrow; undefined never leaves. */
	readonly dropOrder?: number;
	readonly cell: (item: Item) => Cell;
};
