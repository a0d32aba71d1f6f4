import {phrase, type Task} from './task.js';
import {capitalize} from './text.js';

/** Words that speak for a label, by the beginning of the label. */
const signs: Readonly<Record<string, string>> = {
	positive:
		'good great love loved excellent amazing happy wonderful best fantastic perfect enjoy enjoyed recommend recommended nice pleased delicious fast friendly helpful beautiful superb flawless',
	negative:
		'bad terrible hate hated awful worst poor broken disappointed disappointing slow rude refund useless boring horrible waste never cold dirty late crashed crash fails failed annoying',
	neutral: 'okay average fine arrived standard normal adequate',
	praise: 'thanks thank great love excellent wonderful helpful',
	complaint: 'broken late refund terrible never wrong unhappy angry unacceptable disappointed',
	question: 'how what when where why which can could does ?',
	spam: 'free winner prize click claim urgent offer viagra lottery congratulations cash $$$ unsubscribe guaranteed',
	urgent: 'urgent asap immediately now down outage critical emergency',
	billing: 'invoice charged charge payment card refund bill subscription price paid twice',
	refund: 'refund money back return',
	shipping: 'package parcel delivery delivered shipped shipping tracking arrive arrived address courier',
	technical: 'error crash bug login install update screen app website slow password connect',
	bug: 'error crash broken fails exception stack wrong',
	feature: 'would be nice add support wish could you request option',
	account: 'account password login email username profile locked',
	sport: 'match team goal game player league coach season win cup tennis football',
	business: 'company market shares profit quarter bank revenue stock economy merger',
	tech: 'software computer phone chip internet app data robot startup ai device',
	science: 'study researchers planet cells experiment scientists space theory',
	politic: 'election minister parliament vote president government senate law',
	health: 'patients doctor hospital disease vaccine medicine symptoms',
	entertainment: 'film movie album singer actor series concert music',
	joy: 'happy glad delighted joy smile wonderful',
	anger: 'angry furious outraged hate rage',
	sad: 'sad cry lost grief lonely miss',
	fear: 'afraid scared terrified worry anxious',
	yes: 'yes true indeed always is',
	no: 'not never no false cannot isn’t',
};

const trigger =
	/classif|categor|\blabel|sentiment|one of\b|yes or no|true or false|spam|which (?:category|label|class|topic|of)|\bintent\b|\btopic\b|emotion/i;
const listAfter =
	/(?:one of|labels?|categor(?:y|ies)|classes|options|topics|intents|choose (?:from|between)|into|as(?: either)?|either|with|answer|reply|respond|is (?:it|this|that)|:)(?: the following)?(?: labels| categories| classes)?(?: are)?\s*[:(]?\s*((?:["'“`]?[\p{L}][\p{L} _-]{0,24}?["'”`]?\s*(?:,\s*(?:or |and )?|\/|\||\s+or\s+|\s+and\s+)\s*)+["'“`]?(?:not |non-)?[\p{L}][\p{L}_-]{1,24}["'”`]?)/giu;

/** The labels that a prompt offers, in its order; empty when it offers none. */
export function labelsOf(instructions: string): string[] {
	let best: string[] = [];
	for (const [, list] of instructions.slice(0, 2000).matchAll(listAfter)) {
		const labels = list!
			.split(/,\s*(?:or |and )?|\/|\||\s+or\s+|\s+and\s+/)
			.map((label) => label.replace(/["'“”`]/g, '').trim())
			.filter((label) => label.length > 0 && label.split(' ').length <= 3);
		if (labels.length >= 2 && labels.length > best.length) best = labels;
	}
	return [...new Set(best)];
}

/** How much of a text speaks for a label. */
function scoreOf(label: string, text: string): number {
	const name = label.toLowerCase();
	const key = Object.keys(signs).find((sign) => name === sign || (sign.length > 3 && name.startsWith(sign)));
	let score = text.includes(name) ? 3 : 0;
	for (const word of key ? signs[key]!.split(' ') : [])
		if (new RegExp(`(?<![\\p{L}])${word.replace(/[$?]/g, '\\$&')}(?![\\p{L}])`, 'iu').test(text)) score++;
	return score;
}

/** The label that the words of the text speak for; between equals the prompt decides, the same way for every model. */
export function bestLabel(labels: readonly string[], subject: string, tie: number): string {
	const text = subject.slice(0, 2000).toLowerCase();
	const scored = labels.map((label, index) => ({
		label,
		score: scoreOf(label, text),
		place: (index + Math.floor(tie * labels.length)) % labels.length,
	}));
	scored.sort((one, two) => two.score - one.score || one.place - two.place);
	const neutral = labels.find((label) => /neutral|other|none|unknown|mixed/i.test(label));
	return scored[0]!.score === 0 && neutral ? neutral : scored[0]!.label;
}

export const classify: Task = (prompt, draw) => {
	if (!trigger.test(prompt.instructions)) return null;
	const labels = labelsOf(prompt.instructions);
	if (labels.length < 2) {
		if (!/sentiment/i.test(prompt.instructions)) return null;
		labels.splice(0, labels.length, 'positive', 'negative', 'neutral');
	}
	const right = bestLabel(labels, prompt.subject, draw.ofPrompt('label'));
	const others = labels.filter((label) => label !== right) as [string, ...string[]];
	const answer = draw.isRight('label') ? right : draw.pick(others, 'label');
	const wantsOne = prompt.isBare || !/explain|why|reason|because/i.test(prompt.instructions);
	const sentence = draw.pick(
		[`This is ${answer}.`, `${capitalize(answer)}. The wording points that way.`, `I would say ${answer}.`],
		'label sentence',
	);
	return phrase(answer, sentence, {...prompt, isBare: wantsOne}, draw);
};
