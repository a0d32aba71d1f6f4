const steps: Readonly<Record<string, number>> = {minimal: 1, low: 2, medium: 4, high: 6, xhigh: 8, max: 10};

const thoughts = [
	'The question is:',
	'What is asked for is the shape of the answer as much as its content.',
	'Every fact that is needed stands in the prompt itself.',
	'A first attempt, then a check against the wording.',
	'Nothing in the wording asks for more than that.',
	'The short form is enough; an explanation would only repeat it.',
	'Numbers, names and dates are taken over as they stand.',
	'The order of the parts follows the order of the prompt.',
	'Read once more from the start: nothing was left out.',
	'So the answer can be written down.',
];

/** A line of thought in plain sentences; more effort, more of them. */
export function writeReasoning(user: string, effort: string, name: string): string {
	const count = steps[effort] ?? 4;
	const start = name.length % 3;
	const chosen = thoughts.slice(1).map((_, index, all) => all[(index + start) % all.length]!);
	const question = user.replace(/\s+/g, ' ').slice(0, 80);
	return [`${thoughts[0]} ${question}`, ...chosen.slice(0, count - 1)].join('\n');
}
