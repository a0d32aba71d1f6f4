import type {Binding} from '../../keys/binding.js';
import {openMenu, openPages} from '../../state/overlay.js';
import {modelById, type State} from '../../state/state.js';
import type {Target} from '../../state/target.js';
import {selectChosen} from './state.js';

const hasModel = (state: State) => (selectChosen(state) ? true : 'no model is chosen: clear the filter with ctrl+x, or refresh with r');

/** The page about the model at the gateway that lists it. */
function pageOf(state: State): string {
	const {listings} = selectChosen(state)!;
	return listings.openrouter ? `https://openrouter.ai/${listings.openrouter.id.replace(/^~/, '')}` : 'https://nano-gpt.com/models/text';
}

/** The marked models for a bake-off, else the one under the cursor; the kept pin goes along with its model. */
function targetsOf(state: State): readonly Target[] {
	const {marks} = state.screens.models.list;
	const models =
		marks.size > 1 ? [...marks].map((id) => modelById(state, id)).filter((model) => model !== undefined) : [selectChosen(state)!];
	return models.map((model) => {
		const {pin} = state;
		const isPinned = pin !== null && pin.model === model.listings[pin.gateway]?.id;
		return {gateway: isPinned ? pin.gateway : model.catalogues[0]!, modelId: model.id, only: isPinned ? pin.provider.only : null};
	});
}

/** The first source that a layer names. */
function sourceOf(state: State): string | undefined {
	const verdict = selectChosen(state)?.verdict;
	const same = verdict?.reasons.find(({status, sourceUrl}) => status === verdict.status && sourceUrl !== null);
	return (same ?? verdict?.reasons.find(({sourceUrl}) => sourceUrl !== null))?.sourceUrl ?? undefined;
}

export const modelsBindings: readonly Binding[] = [
	{
		id: 'models.routes',
		keys: ['enter'],
		label: 'routes',
		hint: 10,
		when: hasModel,
		act: (state) => ({type: 'routes/opened', modelId: selectChosen(state)!.id}),
	},
	{
		id: 'models.prompt',
		keys: ['t'],
		label: 'test prompt',
		hint: 12,
		when: hasModel,
		act: (state) => ({type: 'prompt/opened', targets: targetsOf(state)}),
	},
	{
		id: 'models.distill',
		keys: ['D'],
		label: 'distillable',
		hint: 30,
		when: ({catalogue}) => (catalogue.models.length > 0 ? true : 'no catalogue was read yet'),
		act: () => ({type: 'models/distill-cycled'}),
	},
	{id: 'models.policy', keys: ['P'], label: 'policy evidence', hint: 15, when: hasModel, act: () => openPages('policy')},
	{id: 'models.raw', keys: ['i'], label: 'raw JSON as received', when: hasModel, act: () => openPages('raw')},
	{
		id: 'models.compare',
		keys: ['c'],
		label: 'compare the marked models',
		hint: 70,
		when: ({screens}) => (screens.models.list.marks.size > 1 ? true : 'mark at least two models with space, then compare'),
		act: () => openPages('compare'),
	},
	{
		id: 'models.copy',
		keys: ['y'],
		label: 'copy id',
		hint: 50,
		when: hasModel,
		act: (state) => ({type: 'copy/asked', what: 'model id', text: selectChosen(state)!.id}),
	},
	{id: 'models.copy-as', keys: ['Y'], label: 'copy as JSON, curl, provider object …', when: hasModel, act: () => openMenu('copy')},
	{
		id: 'models.open',
		keys: ['o'],
		label: 'open the page of the model',
		when: hasModel,
		act: (state) => ({type: 'page/asked', url: pageOf(state)}),
	},
	{
		id: 'models.open-source',
		keys: ['O'],
		label: 'open the policy source',
		when: (state) => (sourceOf(state) ? true : 'no layer names a source for this model'),
		act: (state) => ({type: 'page/asked', url: sourceOf(state)!}),
	},
	{id: 'models.preview', keys: ['p'], label: 'larger preview', act: () => ({type: 'app/preview-toggled'})},
];
