import {type Party, partyNames} from '../../../domain/service.js';
import {setUpKey} from '../../../services/set-up-key.js';
import {keptSentence, keyTestSentence} from '../../../view/key-lines.js';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import {type Action, flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {toKept} from '../../state/kept.js';

const keysNow = ({context}: EffectInput): Action => ({type: 'keys/changed', states: context.keys.states(), hasKey: context.hasKey});

/** Another stillroom may have changed them since. */
const look: Effect = {
	on: ['setup/opened', 'app/refresh-asked'],
	async *run(input) {
		if (input.getState().screen === 'setup') yield keysNow(input);
	},
};

async function* keeping(input: EffectInput, party: Party, text: string): AsyncGenerator<WorkStep> {
	const name = partyNames[party];
	for await (const event of setUpKey(input.context, {party, text, isTested: true}, input.signal)) {
		if (event.type === 'testing') {
			yield {type: 'setup/testing', party};
			yield `asking ${name}`;
		}
		if (event.type === 'tested') yield 'keeping the key';
		if (event.type !== 'done') continue;
		const {kept, test} = event;
		// What a service said of a key that was not kept is nothing about the one that counts.
		yield {type: 'setup/tested', party, test: kept === null ? null : test};
		yield keysNow(input);
		yield kept === null
			? {ended: `not kept, ${keyTestSentence(test!)}`, tone: 'bad'}
			: {
					ended: `${name} ${keyTestSentence(test!).replace(/[^.]$/, '$&.')} ${keptSentence(party, kept)}`,
					tone: test!.verdict === 'works' ? 'good' : 'warn',
				};
	}
}

const keep: Effect = {
	on: ['setup/key-given', 'work/abort-asked'],
	async *run(input) {
		const {action} = input;
		if (action.type === 'setup/key-given')
			yield* carryOut(
				input,
				`testing the key of ${partyNames[action.party]}`,
				keeping(input, action.party, action.key),
				'nothing was kept',
			);
	},
};

async function* testing(input: EffectInput, party: Party): AsyncGenerator<WorkStep> {
	yield {type: 'setup/testing', party};
	yield `asking ${partyNames[party]}`;
	const test = await input.context.keys.test(party, null, input.signal);
	yield {type: 'setup/tested', party, test};
	yield {
		ended: `${partyNames[party]} ${keyTestSentence(test)}`,
		tone: test.verdict === 'works' ? 'good' : test.verdict === 'refused' ? 'bad' : 'warn',
	};
}

const test: Effect = {
	on: ['setup/test-asked', 'work/abort-asked'],
	async *run(input) {
		const {action} = input;
		if (action.type === 'setup/test-asked')
			yield* carryOut(input, `testing the key of ${partyNames[action.party]}`, testing(input, action.party), 'the key stays as it is');
	},
};

const remove: Effect = {
	on: ['setup/remove-asked'],
	async *run(input) {
		const {action, context} = input;
		if (action.type !== 'setup/remove-asked') return;
		const name = partyNames[action.party];
		try {
			const place = await context.keys.remove(action.party);
			yield {type: 'setup/tested', party: action.party, test: null};
			yield keysNow(input);
			yield place === null
				? flash(`no key of ${name} was kept`, 'warn')
				: flash(`the key of ${name} was removed from the ${place}`, 'good');
		} catch (error) {
			yield flash(toLine(error), 'bad');
		}
	},
};

/** The dashboard ends here and begins anew on the embedded server, with its own folder: who asked for it opens that. */
const leave: Effect = {
	on: ['app/sandbox-asked'],
	async run({context, getState, terminal}) {
		context.state.save('ui', toKept(getState()));
		terminal.exit();
	},
};

export const setupEffects: readonly Effect[] = [look, keep, test, remove, leave];
