import type {Binding} from './binding.js';

const inReader = ({reader}: Parameters<NonNullable<Binding['when']>>[0]) =>
	reader ? true : 'this is a key of the screen-reader mode: stillroom --screen-reader';

/** Keys that only the screen-reader mode has: there nothing stands still to be looked at again. */
export const readerBindings: readonly Binding[] = [
	{
		id: 'reader.position',
		keys: ['.'],
		label: 'say again where the cursor is',
		short: 'where am I',
		hint: 85,
		when: inReader,
		act: () => ({type: 'reader/asked', what: 'position'}),
	},
	{
		id: 'reader.detail',
		keys: [',', 'p'],
		label: 'read all about the row, or what follows from the form',
		short: 'read all',
		hint: 18,
		when: inReader,
		act: () => ({type: 'reader/asked', what: 'detail'}),
	},
];
