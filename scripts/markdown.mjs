/** A text as it can stand in a cell of a table. */
export const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');

/** A text as code in a cell of a table; `<` stands as it is there. */
export const code = (text) => `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``;

export const table = (titles, rows) => [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
