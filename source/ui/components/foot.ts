import {gateways} from '../../domain/service.js';
import {type Line, lineText, lineWidth, span, wrapLines} from '../../view/line.js';
import {fitProgress} from '../../view/progress-words.js';
import {widthOf} from '../../view/width.js';
import {appBindings} from '../keys/app-keys.js';
import {keysOf} from '../keys/groups.js';
import {hintsFor} from '../keys/resolve-key.js';
import {layoutOf} from '../layout.js';
import {logLine} from '../overlays/log.js';
import {screens} from '../screens/index.js';
import {routeSummary} from '../screens/routes/route-detail.js';
import {selectEntry} from '../screens/routes/state.js';
import type {State} from '../state/state.js';

const endWork = appBindings.find(({id}) => id === 'app.end-work')!;

/** Long work in one line: how far it is and which key ends it are always there, what else there is to say as far as there is room. */
function workLine(state: State, {title, words, isEnding}: NonNullable<State['work']>): Line {
	const [key] = keysOf(state, endWork);
	const head = [span(` ${title} `, 'accent'), span(isEnding ? 'ending …  ' : '', 'warn')];
	const promise = isEnding || key === undefined ? [] : [span(`  ${key} ends it`, 'dim')];
	return [...head, span(fitProgress(words, state.size.columns - lineWidth([...head, ...promise]))), ...promise];
}

/** What just happened, else what is wrong with the filter, else what failed, else what is marked, else what the screen's rows add up to. */
export function messageLine(state: State): Line {
	if (state.flash) return [span(' '), state.flash];
	if (state.work) return workLine(state, state.work);
	const list = screens[state.screen].list;
	const misread = list?.problems(state)[0];
	if (misread) return [span(` ${misread}`, 'bad')];
	const failed = gateways.map((gateway) => state.services[gateway]).find(({state: word}) => word === 'failed');
	if (failed) return [span(failed.fetchedAt ? ' Showing what was saved. ' : ' ', 'warn'), span(failed.message ?? 'failed', 'bad')];
	if (!list) return [span(` ${screens[state.screen].notice?.(state) ?? ''}`, 'warn')];
	const own = screens[state.screen].notice?.(state);
	if (own) return [span(` ${own}`, 'warn')];
	const {marks, rangeFrom} = list.read(state);
	if (rangeFrom !== null) return [span(' range open: move, then v again closes it', 'accent')];
	if (marks.size > 0)
		return [
			span(` ${marks.size.toLocaleString('en')} marked`, 'accent'),
			span(`  ${screens[state.screen].markedWords ?? 'c compares them, t prompts them side by side'}, U clears`, 'dim'),
		];
	const entry = state.screen === 'routes' ? selectEntry(state) : undefined;
	if (entry?.list) return [span(' '), ...routeSummary(entry.list), ...(entry.isAsking ? [span('  asking anew …', 'accent')] : [])];
	const legend = screens[state.screen].legend?.(state);
	if (legend) return [span(' '), ...legend];
	const problem = state.catalogue.problems[0];
	if (problem) return [span(` ${problem}`, 'warn')];
	return [span(' YES recorded as allowed   NO restricted   ? not recorded, never a yes   ≠ layers contradict   * duties', 'dim')];
}

/** The newest request. */
export function lastRequestLine({log}: State): Line {
	const newest = log.at(-1);
	return newest ? [span(' '), ...logLine(newest)] : [];
}

/** As many hints as fit; `? help` and `q quit` always stand last. */
export function hintLine(state: State): Line {
	const hints = hintsFor(state);
	const last = hints.filter(({isAlwaysShown}) => isAlwaysShown);
	const room = state.size.columns - 2 - last.reduce((sum, {key, label}) => sum + widthOf(key) + widthOf(label) + 3, 0);
	const shown = [];
	let used = 0;
	for (const hint of hints) {
		if (hint.isAlwaysShown) continue;
		const width = widthOf(hint.key) + widthOf(hint.label) + 3;
		if (used + width > room) continue;
		used += width;
		shown.push(hint);
	}
	return [span(' '), ...[...shown, ...last].flatMap(({key, label}) => [span(key, 'accent'), span(` ${label}  `, 'dim')])];
}

/** What happened in two lines where one is too short, and the newest request gives its line for it. */
function messageLines(state: State): readonly Line[] {
	const message = messageLine(state);
	if (lineWidth(message) <= state.size.columns || message.at(-1)?.tone === 'dim') return [message, lastRequestLine(state)];
	const [first, ...more] = wrapLines([message], state.size.columns - 1);
	return [first!, [span(' '), span(more.map((part) => lineText(part).trim()).join(' '), message.at(-1)!.tone)]];
}

/** The lines under the body: what happened, the newest request where there is room, the keys. */
export function footLines(state: State): readonly Line[] {
	return layoutOf(state).hasLogLine ? [...messageLines(state), hintLine(state)] : [messageLine(state), hintLine(state)];
}
