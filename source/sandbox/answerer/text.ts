/** Sentences of a text, trimmed, without empty ones. */
export function sentencesOf(text: string): string[] {
	return text
		.split(/(?<=[.!?…])\s+|\n+/)
		.map((sentence) => sentence.trim())
		.filter(Boolean);
}

const common = new Set(
	(
		'a about after all also am an and any are as at be been before being between both but by can could did do does doing down during each every few for from had has have he her here hers him his how i if in into is it its just like may me more most much must my no nor not now of off on once one only or other our out over own per please same she should so some such than that the their them then there these they this those through to too under until up us very was we were what when where which while who whom why will with within without would you your ' +
		'work works working one two three four five six seven eight nine ten ' +
		'answer explain describe write give make tell list show text sentence sentences paragraph following word words short brief summary summarize summarise rewrite classify extract translate question using use'
	).split(' '),
);

/** The most frequent telling words of a text, in the order of their first use. */
export function keywordsOf(text: string, most: number): string[] {
	const counts = new Map<string, number>();
	for (const [word] of text.slice(0, 4000).matchAll(/[\p{L}][\p{L}\d'’-]{2,}/gu)) {
		const key = word.toLowerCase();
		if (!common.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const order = [...counts.keys()];
	const chosen = new Set(
		[...counts]
			.sort((one, two) => two[1] - one[1])
			.slice(0, most)
			.map(([word]) => word),
	);
	return order.filter((word) => chosen.has(word));
}

export const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The first words of a text, ended as a sentence. */
export function firstWords(text: string, most: number): string {
	const words = text.split(/\s+/);
	return words.length <= most
		? text
		: `${words
				.slice(0, most)
				.join(' ')
				.replace(/[,;:–-]$/, '')}.`;
}

/** What the prompt is about, apart from what it asks to do with it: what is quoted, follows a blank line or a colon; else the whole. */
export function subjectOf(text: string): string {
	const fenced = /```\w*\n([\s\S]+?)```/.exec(text)?.[1] ?? /"""\s*([\s\S]+?)"""/.exec(text)?.[1];
	if (fenced) return fenced.trim();
	const quoted = /[“"«]([^”"»]{12,})[”"»]/.exec(text)?.[1];
	if (quoted) return quoted.trim();
	const gap = /\n\s*\n/.exec(text);
	if (gap) return text.slice(gap.index).trim();
	const colon = /:\s+(?=\S)/.exec(text);
	if (colon && text.length - colon.index > 8) return text.slice(colon.index + colon[0].length).trim();
	const newline = text.indexOf('\n');
	return newline > 0 ? text.slice(newline).trim() : text;
}

const numbers: Readonly<Record<string, number>> = {
	one: 1,
	two: 2,
	three: 3,
	four: 4,
	five: 5,
	six: 6,
	seven: 7,
	eight: 8,
	nine: 9,
	ten: 10,
};

/** `three` and `3` are 3. Null for what is no number. */
export function readCount(text: string | undefined): number | null {
	if (text === undefined) return null;
	const count = numbers[text.toLowerCase()] ?? Number(text);
	return Number.isInteger(count) && count > 0 ? count : null;
}
