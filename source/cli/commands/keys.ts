import {exitCodes, Failure} from '../../domain/failure.js';
import {partyNames} from '../../domain/service.js';
import {type KeyState, type KeyTest, keyPages, keyUnlocks, needsNoKey} from '../../domain/service-key.js';
import type {Context} from '../../services/context.js';
import type {Column} from '../../view/cell.js';
import {type KeyRow, keyPlaceWords, keySourceSentence, keyStateCell, keyTestSentence} from '../../view/key-lines.js';
import type {CommandRecord, Session} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import {type KeyOutput, listOutputs} from '../outputs.js';

const columns: ReadonlyArray<Column<KeyRow>> = [
	{id: 'service', title: 'Service', width: 14, cell: ({state}) => ({text: partyNames[state.party], tone: 'strong'})},
	{id: 'key', title: 'Key', width: 15, cell: keyStateCell},
	{id: 'from', title: 'From', width: 32, cell: ({state}) => ({text: keyPlaceWords(state), tone: 'plain'})},
	{
		id: 'unlocks',
		title: 'What it unlocks',
		width: 30,
		isFlexible: true,
		cell: ({state}) => ({text: keyUnlocks[state.party], tone: 'dim'}),
	},
];

/** What is known of a key, as data. The key itself is not in it. */
export function toKeyOutput({state, test}: KeyRow): KeyOutput {
	const {party, place, where, covered, missing} = state;
	return {service: party, isSet: place !== null, place, where, covered, unlocks: keyUnlocks[party], missing, page: keyPages[party], test};
}

const shape: ListShape<KeyRow> = {
	columns,
	toJson: toKeyOutput,
	csvHeader: ['service', 'isSet', 'place', 'where', 'unlocks', 'test'],
	toCsv(row) {
		const {service, isSet, place, where, unlocks, test} = toKeyOutput(row);
		return {service, isSet, place, where, unlocks, test: test === null ? null : keyTestSentence(test)};
	},
};

/** One that cannot be read, such as behind a locked keyring, is not tested; the others are. */
async function testSet(context: Context, {party, place}: KeyState, signal: AbortSignal): Promise<KeyTest | null> {
	if (place === null) return null;
	try {
		return await context.keys.test(party, null, signal);
	} catch (error) {
		if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
		return {verdict: 'not-tested', message: [error.message, error.why].filter(Boolean).join(' '), next: error.next};
	}
}

/** 4 where a service refuses its key, 5 where one could not be asked. */
function toExitCode(tests: readonly (KeyTest | null)[]): number {
	if (tests.some((test) => test?.verdict === 'refused')) return exitCodes.auth;
	return tests.some((test) => test?.verdict === 'not-tested') ? exitCodes.unreachable : 0;
}

function sayRest(session: Session, rows: readonly KeyRow[]): void {
	const {diagnostics} = session;
	for (const {state, test} of rows) {
		if (state.covered !== null) diagnostics.note(`${partyNames[state.party]}: ${keySourceSentence(state)}.`);
		if (test !== null) diagnostics.note(`${partyNames[state.party]}: ${keyTestSentence(test)}`);
		if (state.place !== null && state.missing.length > 0)
			diagnostics.note(`${partyNames[state.party]} also needs ${state.missing.join(' and ')}.`);
	}
	if (rows.every(({state}) => state.place === null))
		diagnostics.note(`No key is set. ${needsNoKey}; stillroom setup keeps keys for the rest.`);
}

export const keysCommand: CommandRecord = {
	name: 'keys',
	summary: 'Say which services have a key and where it comes from; never the key.',
	args: [],
	options: [...formatOptions, {flags: '--test', help: 'Ask each service that has a key whether it takes it; costs nothing.'}],
	outputs: listOutputs('keys', 'keys.line'),
	examples: [
		['stillroom keys', 'which keys are set, and what each unlocks'],
		['stillroom keys --test', 'exit code 4 where a service refuses its key, 5 where one could not be asked'],
	],
	notes: () =>
		[
			'A key of the environment wins over one in the keyring of the operating system, and that over one in keys.json of the settings folder.',
			'stillroom setup keeps keys. The keys of the dashboard are listed by stillroom bindings.',
		].join('\n'),
	async run({options}, session) {
		const context = await session.context();
		const states = context.keys.states();
		const tests = await Promise.all(states.map((state) => (options.test === true ? testSet(context, state, session.signal) : null)));
		const rows = states.map((state, index): KeyRow => ({state, test: tests[index] ?? null}));
		const format = toFormat(options);
		await writeList(session.output, rows, shape, format, await session.paint());
		if (format === 'table') sayRest(session, rows);
		return toExitCode(tests);
	},
};
