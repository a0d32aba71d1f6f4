import {modelName} from '../answerer/skill.js';
import {complete, countPrompt} from '../chat/complete.js';
import {type ChatRequest, toChatRequest} from '../chat/request.js';
import {hashText} from '../random.js';
import {type StoredEntry, storedOf} from './stored-completions.js';

type Seed = {readonly task: string; readonly model: string; readonly system: string; readonly users: readonly string[]};

/** What the demo's account did before the sandbox started: three small tasks, each of which a smaller model could learn. */
const seeds: readonly Seed[] = [
	{
		task: 'support-intent',
		model: 'gpt-5.4',
		system: 'Classify the message as one of: billing, shipping, technical, account. Answer with the label only.',
		users: [
			'I was charged twice for my subscription this month.',
			'The parcel was due on Tuesday and the tracking page has not moved since.',
			'The app shows a white screen after the last update.',
			'How do I change the email of my profile?',
			'Please send me the invoice for March again.',
			'The courier left the package at the wrong address.',
			'Login works on the phone, but not on the laptop: it says wrong password.',
			'My card was declined although there is money on it.',
			'Where is my order? Delivery was promised for Friday.',
			'Every time I press save there is an error.',
			'My account is locked and I do not know why.',
			'I would like a refund for the second payment.',
		],
	},
	{
		task: 'titles',
		model: 'gpt-4.1',
		system: 'Write a title for the note. Nothing else.',
		users: [
			'The council approved a new tram line between harbour and university; building starts in spring.',
			'After three dry summers the farmers of the valley share one reservoir and a plan for its water.',
			'A bakery in the old post office bakes bread at night and sells it through the counter window.',
			'Volunteers counted herons along the river for the tenth year; there are twice as many as at the start.',
			'The library lends tools, sewing machines and a telescope now, and the waiting list is long.',
			'Two schools swapped their headteachers for a month to learn from each other.',
			'The museum of clocks has repaired its oldest clock, which had stood still for ninety years.',
			'A ferry with electric engines crosses the bay every hour and is so quiet that it rings a bell.',
			'The village cinema shows silent films with a pianist on the last Sunday of each month.',
			'Students built a bridge of paper that carries a small car.',
			'The night market moved from the square to the old tram depot because of the rain.',
			'A retired engineer maps every public bench of the town and what can be seen from it.',
		],
	},
	{
		task: 'contact-fields',
		model: 'gpt-4o',
		system: 'Return JSON with keys name, email and date. Only the JSON.',
		users: [
			'Please call back Maria Lindt about the offer, maria.lindt@example.org, by 2026-03-04.',
			'Appointment with Tom Okafor on 2026-05-19, he can be reached at tom@okafor.example.',
			'New subscriber: Aiko Mori, aiko.mori@example.net, since 2026-01-02.',
			'Peter Novak asks for a quote until 2026-06-30; write to p.novak@example.com.',
			'Invoice of 2026-02-11 goes to Lea Fontaine, accounts@fontaine.example.',
			'On 2026-04-08 Samuel Adeyemi moves in; his address for letters is samuel@adeyemi.example.',
			'Workshop leader: Ingrid Dahl (ingrid@dahl.example), first session 2026-09-14.',
			'Carlos Vega cancelled on 2026-07-21 and wants a note at carlos.vega@example.org.',
			'Visit from Nora Quinn on 2026-08-03. Email: nora@quinn.example.',
			'Feedback from Jun Park, jun.park@example.com, received 2026-10-12.',
			'Elena Rossi signs on 2026-11-02; copies to elena@rossi.example.',
			'Reminder for Hugo Meyer: dentist on 2026-12-01, hugo@meyer.example.',
		],
	},
];

const day = 86_400;

/** Writes the seeds, oldest first, the last one a day before the sandbox's now. `skill` rates the models. */
export function createSeeds(now: () => Date, skill: (id: string) => number): () => readonly StoredEntry[] {
	return () => {
		const total = seeds.reduce((sum, seed) => sum + seed.users.length, 0);
		const start = Math.floor(now().getTime() / 1000) - total * day;
		const rows = seeds.flatMap((seed) => seed.users.map((user, index) => ({...seed, user, index})));
		// The tasks take turns, as work of several weeks does.
		rows.sort((one, two) => one.index - two.index);
		return rows.map(({task, model, system, user, index}, place) => {
			const body = {
				model,
				messages: [
					{role: 'system', content: system},
					{role: 'user', content: user},
				],
				temperature: 0,
				store: true,
			};
			const request: ChatRequest = toChatRequest(body);
			const promptTokens = countPrompt(request);
			const completion = complete(request, {
				modelName: modelName(model),
				skill: skill(model),
				effort: null,
				mostTokens: null,
				promptTokens,
			});
			const id = `chatcmpl-seed${hashText(`${task} ${index}`).toString(36).padStart(7, '0')}${String(place).padStart(3, '0')}`;
			const answer = {id, created: start + place * day + (hashText(user) % 40_000), model, completion, includesUsage: false};
			return storedOf(answer, request, {task, dataset: `${task}-v1`, split: index % 4 === 3 ? 'test' : 'train'}, completion.content);
		});
	};
}
