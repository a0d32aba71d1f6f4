import type {Action} from '../state/action.js';
import type {FieldEdit} from '../state/text-field.js';
import type {Binding} from './binding.js';

const edits: readonly {readonly edit: FieldEdit; readonly keys: readonly string[]; readonly label: string}[] = [
	{edit: 'left', keys: ['left'], label: 'one character left'},
	{edit: 'right', keys: ['right'], label: 'one character right'},
	{edit: 'home', keys: ['home', 'ctrl+a'], label: 'to the beginning'},
	{edit: 'end', keys: ['end', 'ctrl+e'], label: 'to the end'},
	{edit: 'backspace', keys: ['backspace'], label: 'erase the character before the cursor'},
	{edit: 'delete', keys: ['delete'], label: 'erase the character under the cursor'},
	{edit: 'delete-word', keys: ['ctrl+w', 'alt+backspace'], label: 'erase the word before the cursor'},
	{edit: 'delete-before', keys: ['ctrl+u'], label: 'erase all before the cursor'},
	{edit: 'delete-after', keys: ['ctrl+k'], label: 'erase all after the cursor'},
];

/** Editing keys of one text field; `toAction` says which field they edit. */
export const fieldBindings = (prefix: string, toAction: (edit: FieldEdit) => Action): readonly Binding[] =>
	edits.map(({edit, keys, label}) => ({id: `${prefix}.${edit}`, keys, label, isSilent: true, act: () => toAction(edit)}));
