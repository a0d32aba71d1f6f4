import type {Party, Service} from '../../../domain/service.js';
import type {KeyState, KeyTest} from '../../../domain/service-key.js';
import {initialList, type ListState} from '../../state/list.js';
import type {ScreenId} from '../screen.js';

/** Keys of services as the screen shows them. No key is ever in it. */
export type SetupSlice = {
	/** Cursor is the service. */
	readonly list: ListState;
	readonly states: readonly KeyState[];
	/** What services said in this run. */
	readonly tests: Readonly<Partial<Record<Party, KeyTest>>>;
	readonly testing: Party | null;
	/** Where esc goes back to. */
	readonly from: ScreenId;
};

export const initialSetup = (states: readonly KeyState[]): SetupSlice => ({
	list: initialList({by: 'order', descending: false}),
	states,
	tests: {},
	testing: null,
	from: 'models',
});

export type SetupAction =
	| {readonly type: 'setup/opened'; readonly from: ScreenId}
	/** The key as it was typed: effects take it from here, and the state never holds it. */
	| {readonly type: 'setup/key-given'; readonly party: Party; readonly key: string}
	| {readonly type: 'setup/test-asked'; readonly party: Party}
	| {readonly type: 'setup/remove-asked'; readonly party: Party}
	| {readonly type: 'setup/testing'; readonly party: Party | null}
	| {readonly type: 'setup/tested'; readonly party: Party; readonly test: KeyTest | null}
	/** Keys came or went. */
	| {readonly type: 'keys/changed'; readonly states: readonly KeyState[]; readonly hasKey: Readonly<Record<Service, boolean>>};
