import type {Task} from './task.js';

const month =
	'(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';

/** What can be found in a text, by the words that ask for it. */
const finders: readonly {readonly asked: RegExp; readonly find: RegExp}[] = [
	{asked: /e-?mail/i, find: /[\w.+-]+@[\w-]+\.[\w.-]*\w/g},
	{asked: /\burl|link|website|web address/i, find: /https?:\/\/[^\s)>"']+[^\s)>"'.,;]/g},
	{asked: /phone|telephone|\bnumber to call/i, find: /\+?\(?\d[\d\s().-]{6,}\d/g},
	{
		asked: /\bdates?\b|deadline|birthday|\bwhen\b/i,
		find: new RegExp(
			`\\d{4}-\\d\\d-\\d\\d|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}|${month} \\d{1,2}(?:,? \\d{4})?|\\d{1,2}\\.? ${month}(?: \\d{4})?`,
			'g',
		),
	},
	{asked: /\btimes?\b|o'clock/i, find: /\b\d{1,2}:\d\d(?:\s?[ap]m)?|\b\d{1,2}\s?[ap]m\b/gi},
	{
		asked: /price|amount|cost|total|money|sum of|\bfee/i,
		find: /[$€£]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:USD|EUR|GBP|dollars|euros|pounds)/g,
	},
	{asked: /percent/i, find: /\d+(?:\.\d+)?\s?(?:%|percent)/g},
	{asked: /hashtag/i, find: /#\w+/g},
	{asked: /\byears?\b/i, find: /\b(?:1[5-9]|20)\d\d\b/g},
	{
		asked: /\bnames?\b|person|people|who\b|author|customer|company|companies|cit(?:y|ies)|place|location|countr|organi[sz]ation|entit/i,
		find: /\b\p{Lu}[\p{L}’'-]+(?:\s+\p{Lu}[\p{L}’'-]+)+|(?<![.!?]\s)(?<!^)\b\p{Lu}[\p{L}’'-]+/gu,
	},
	{asked: /numbers?|digits|quantit|\bage\b|count|how many/i, find: /(?<![\w.])\d[\d,]*(?:\.\d+)?/g},
];

/** Everything of one kind in a text, each once; null when the question names no kind. */
export function findAll(question: string, text: string): string[] | null {
	const finder = finders.find(({asked}) => asked.test(question));
	if (!finder) return null;
	const found: string[] = text.slice(0, 8000).match(finder.find) ?? [];
	return [...new Set(found.map((entry) => entry.trim()))];
}

/** What a weaker model makes of a list: it leaves one out, or cuts one short. */
function spoil(found: readonly string[]): string[] {
	if (found.length > 1) return found.slice(0, -1);
	const [only = ''] = found;
	return [only.length > 6 ? only.slice(0, -2) : `${only}0`];
}

export const extract: Task = (prompt, draw) => {
	if (
		!/extract|find (?:all|the|every)|pull out|which (?:email|date|name|number)|list (?:all|the|every) (?:e-?mail|date|name|number|url|price|people|entit)|identify (?:all|the)/i.test(
			prompt.instructions,
		)
	)
		return null;
	const found = findAll(
		prompt.instructions.slice(0, Math.max(0, prompt.instructions.indexOf(prompt.subject))) || prompt.instructions,
		prompt.subject,
	);
	if (found === null) return null;
	if (found.length === 0) return prompt.isBare && draw.isNeat ? 'none' : 'There is none in the text.';
	const kept = draw.isRight('extract') ? found : spoil(found);
	const list = /comma/i.test(prompt.instructions)
		? kept.join(', ')
		: kept.length === 1
			? kept[0]!
			: kept.map((entry) => `- ${entry}`).join('\n');
	return prompt.isBare || draw.isNeat ? list : `Here is what I found:\n\n${list}`;
};
