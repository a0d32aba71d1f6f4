import {type Party, partyNames} from '../../domain/service.js';
import {keyPages, keyUnlocks, readKeyText} from '../../domain/service-key.js';
import type {Ask} from './ask.js';

/** The field of this one shows stars. */
export const serviceKeyAsk: Ask = {
	isSecret: true,
	title: ({subject}) => `Key of ${partyNames[subject as Party]}`,
	help({subject}) {
		const party = subject as Party;
		const page = keyPages[party];
		return `Unlocks ${keyUnlocks[party]}. Type or paste it: only stars are shown. Enter asks the service whether it takes the key, then keeps it in the keyring of the operating system, or in a file that only you can read.${page === null ? '' : ` Keys are made at ${page}`}`;
	},
	answer(_, {subject, query}) {
		const party = subject as Party;
		const read = readKeyText(party, query.text);
		return 'problem' in read ? read.problem : [{type: 'setup/key-given', party, key: read.key}];
	},
};

export const removeKeyAsk: Ask = {
	title: ({subject}) => `Remove the key of ${partyNames[subject as Party]}?`,
	help: () => 'It is taken out of the keyring or the file and cannot be shown before. Write yes and press enter; esc keeps it.',
	answer: (_, {subject, query}) =>
		/^y(es)?$/i.test(query.text.trim()) ? [{type: 'setup/remove-asked', party: subject as Party}] : 'write yes to remove it; esc keeps it',
};
