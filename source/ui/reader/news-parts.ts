import type {Gateway} from '../../domain/service.js';
import {gateways, serviceNames} from '../../domain/service.js';
import type {ServiceState} from '../../domain/service-state.js';
import {formatAgo} from '../../view/format.js';
import {screens} from '../screens/index.js';
import type {State} from '../state/state.js';
import {atOnce, type Part, type Wait} from './part.js';

/** `3 min ago` → `3 minutes ago`. */
const agoWords = (iso: string | null, now: number): string =>
	formatAgo(iso, new Date(now))
		.replace(/^(\d+) s /, '$1 seconds ')
		.replace(/^(\d+) min /, '$1 minutes ')
		.replace(/^(\d+) h /, '$1 hours ')
		.replace(/^(\d+) d /, '$1 days ');

/** `OpenRouter: read 12 seconds ago.` */
export function serviceWords(state: State, gateway: Gateway): string {
	const {state: word, fetchedAt, message} = state.services[gateway];
	const read = fetchedAt === null ? '' : `read ${agoWords(fetchedAt, state.now)}`;
	const words: Readonly<Record<ServiceState['state'], string>> = {
		fresh: `fresh, ${read || 'read now'}`,
		stale: `saved, ${read}`,
		fetching: `being read${read === '' ? '' : `; what is listed was ${read}`}`,
		failed: `failed. ${message ?? ''}${read === '' ? '' : ` Showing what was saved, ${read}.`}`,
		'not-asked': 'not asked yet',
	};
	return `${serviceNames[gateway]}: ${words[word].replace(/\.$/, '')}.`;
}

const stateOf = (state: State, gateway: Gateway): string => `${state.services[gateway].state} ${state.services[gateway].message ?? ''}`;
const changedServices = (heard: State, now: State): readonly Gateway[] =>
	gateways.filter((gateway) => stateOf(heard, gateway) !== stateOf(now, gateway));

/** A service that is asked answers soon, or it is worth saying that it is asked. */
const asking: Wait = {within: 900};
const together: Wait = {within: 60};

/** How the catalogues are. */
export const servicesPart: Part = {
	wait(heard, now) {
		if (heard.services === now.services) return null;
		const changed = changedServices(heard, now);
		if (changed.length === 0) return null;
		return changed.every((gateway) => now.services[gateway].state === 'fetching') ? asking : together;
	},
	say: (heard, now) => changedServices(heard, now).map((gateway) => serviceWords(now, gateway)),
};

/** `12 of 30 · 4 rows/s` → `12 of 30, 4 rows/s`. */
const listed = (text: string): string => text.replaceAll(' · ', ', ');

const first: Wait = {within: 700};
const progress: Wait = {every: 5000};

/** Long work: that it began, how far it is, that it is being ended. How it ended is a message. */
export const workPart: Part = {
	wait(heard, now) {
		if (now.work === null || heard.work === now.work) return null;
		if (heard.work?.title !== now.work.title || heard.work.isEnding !== now.work.isEnding) return atOnce;
		if (heard.work.words === now.work.words) return null;
		return heard.work.words === '' ? first : progress;
	},
	say(heard, {work}) {
		if (work === null) return [];
		if (work.isEnding) return [`${work.title}: ending …`];
		const isNew = heard.work?.title !== work.title;
		return [listed([work.title, work.words].filter(Boolean).join(': ')) + (isNew ? '. Escape ends it.' : '')];
	},
};

/** What is wrong or worth knowing without anything having happened; what is wrong with a line of a form is said with that line. */
function noticeOf(state: State): string {
	const {list, notice, form} = screens[state.screen];
	const said = list?.problems(state)[0] ?? (notice?.(state) || (state.catalogue.problems[0] ?? ''));
	const field = form?.fields(state)[form.index(state)];
	return field && said.startsWith(`${field.title}: `) ? '' : said;
}

const kinds = {bad: 'Problem: ', warn: 'Note: '} as const;
const settled: Wait = {rest: 500};

/** What just happened. */
export const flashPart: Part = {
	wait: (heard, now) => (now.flash !== null && now.flash !== heard.flash ? atOnce : null),
	say: (_, {flash}) => (flash ? [`${kinds[flash.tone as keyof typeof kinds] ?? ''}${listed(flash.text)}`] : []),
};

/** What is wrong with the filter, the form, or the screen. */
export const noticePart: Part = {
	wait: (heard, now) =>
		now.overlay === null && noticeOf(now) !== '' && (noticeOf(now) !== noticeOf(heard) || heard.screen !== now.screen) ? settled : null,
	say: (_, now) => [`Note: ${noticeOf(now)}`],
};
