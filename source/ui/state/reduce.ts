import type {Gateway} from '../../domain/service.js';
import {menuItems, withNumberedChoice} from '../overlays/menus.js';
import {pageLines, pageRows, searchMatches} from '../overlays/pages.js';
import {screenIds, screens} from '../screens/index.js';
import type {Action} from './action.js';
import type {ListAction} from './list.js';
import {reduceList} from './list.js';
import type {OverlayAction, OverlayExtent} from './overlay.js';
import {openPages, reduceOverlay} from './overlay.js';
import {reducePalette} from './palette.js';
import type {Flash, RouteEntry, State} from './state.js';
import {isTourAction, reduceTour} from './tour.js';

const isList = (action: Action): action is ListAction => action.type.startsWith('list/');
const isOverlay = (action: Action): action is OverlayAction => action.type.startsWith('overlay/');

/** Actions that leave the message line as it is: what happens without the user. */
const isQuiet = ({type}: Action): boolean =>
	/^(app\/started|app\/ticked|app\/resized|service\/|log\/|catalogue\/|routes\/received|routes\/asked|raw\/|work\/went|completions\/(selected|rows-received|run-received|counted|values-counted|failed)|datasets\/(received|detail-received|excerpts-received)|draft\/(planned|planning|named)|tour\/(placed|pressed|waited|delayed|stepped)|jobs\/(services-known|loaded|happened|detail-received)|distil\/(choices-received|planning|planned)|evals\/(received|detail-received|changed)|evaluation\/(choices-received|planning|planned)|prompt\/planned|prompt\/happened|prompt\/bulk-happened|prompt\/ended|prompt\/picked)/.test(
		type,
	);

function withRoutes(state: State, modelId: string, change: (entry: RouteEntry) => RouteEntry): State {
	const entry = state.routeLists.get(modelId) ?? {list: null, isAsking: false, problem: null};
	return {...state, routeLists: new Map(state.routeLists).set(modelId, change(entry))};
}

function moveList(state: State, action: ListAction): State {
	const {list} = screens[state.screen];
	return list ? list.write(state, reduceList(list.read(state), action, list.view(state))) : state;
}

const logLength = 500;

const saidLength = 200;

/** Says it in the message line, and remembers what is more than a passing hint. */
function say(state: State, flash: Flash): State {
	if (flash.tone === 'dim') return {...state, flash};
	return {...state, flash, said: [...state.said, {...flash, at: state.now}].slice(-saidLength)};
}

function reduceApp(state: State, action: Action): State {
	switch (action.type) {
		case 'app/resized':
			return {...state, size: {columns: action.columns, rows: action.rows}};
		case 'app/ticked':
			return {...state, now: action.now};
		case 'app/flashed':
			return say(state, {text: action.text, tone: action.tone});
		case 'app/screen-opened':
			return {...state, screen: action.screen};
		case 'app/sandbox-asked':
			return {...state, leavesFor: action.next};
		case 'app/preview-toggled':
			return {...state, isPreviewOpen: !state.isPreviewOpen};
		case 'look/theme-chosen':
			return {...state, look: {...state.look, theme: action.theme}};
		case 'look/mouse-toggled':
			return {...state, look: {...state.look, hasMouse: !state.look.hasMouse}};
		case 'reader/asked':
			return state.reader ? {...state, reader: {asked: action.what, times: state.reader.times + 1}} : state;
		case 'work/began':
			return {...state, work: {title: action.title, words: '', isEnding: false}};
		case 'work/went':
			return state.work ? {...state, work: {...state.work, words: action.words}} : state;
		case 'work/abort-asked':
			return state.work ? {...state, work: {...state.work, isEnding: true}} : state;
		case 'work/ended':
			return action.words === '' ? {...state, work: null} : say({...state, work: null}, {text: action.words, tone: action.tone});
		case 'report/shown':
			return {
				...state,
				report: {title: action.title, lines: action.lines},
				overlay: reduceOverlay(null, openPages('report'), () => extentOf(state)),
			};
		case 'service/changed':
			return action.state.service === 'openai'
				? state
				: {...state, services: {...state.services, [action.state.service as Gateway]: action.state}};
		case 'catalogue/received':
			return {...state, catalogue: action.catalogue, services: action.catalogue.states};
		case 'log/appended':
			return {...state, log: [...state.log, ...action.entries].slice(-logLength)};
		case 'raw/received':
			return {...state, rawModels: new Map(state.rawModels).set(action.modelId, action.raw)};
		case 'routes/opened':
			return {...state, screen: 'routes'};
		case 'prompt/opened':
			return {...state, screen: 'prompt'};
		case 'routes/asked':
			return withRoutes(state, action.modelId, (entry) => ({...entry, isAsking: true, problem: null}));
		case 'routes/received':
			return withRoutes(state, action.modelId, () => ({list: action.list, isAsking: false, problem: null}));
		case 'routes/failed':
			return withRoutes(state, action.modelId, (entry) => ({...entry, isAsking: false, problem: action.message}));
		case 'palette/used':
		case 'palette/walked':
		case 'palette/complete-asked':
			return reducePalette(state, action);
		case 'pin/kept':
			return {...state, pin: action.pin};
		default:
			return state;
	}
}

/** How much the open overlay holds, as it is drawn now. */
const extentOf = (state: State): OverlayExtent =>
	state.overlay?.kind === 'menu'
		? {count: menuItems(state).length, height: pageRows(state), matches: () => []}
		: {count: pageLines(state).length, height: pageRows(state), matches: (query) => searchMatches(state, query)};

/** The whole state after an action; pure. */
export function reduce(before: State, action: Action): State {
	const state = before.flash && !isQuiet(action) ? {...before, flash: null} : before;
	if (isTourAction(action)) return {...state, tour: reduceTour(state.tour, action)};
	if (isOverlay(action))
		return withNumberedChoice({...state, overlay: reduceOverlay(state.overlay, action, () => extentOf(state))}, action);
	if (isList(action)) return moveList(state, action);
	return screenIds.reduce((next, id) => screens[id].reduce(next, action), reduceApp(state, action));
}
