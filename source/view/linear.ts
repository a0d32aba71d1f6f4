/** Text of this width, in cells, is read aloud: it is not wrapped, nothing stands side by side, and charts are numbers. */
export const linearWidth = 10_000;

/** Is text of this width read aloud? A pane or a page may take a few cells off for its margins. */
export const isLinear = (width: number): boolean => width > linearWidth / 4;
