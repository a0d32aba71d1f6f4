import {exitCodes, Failure} from '../../domain/failure.js';
import {type Party, parties, partyNames} from '../../domain/service.js';
import {type KeyTest, keyPages, keyUnlocks, keyVariable, needsNoKey, readKeyText} from '../../domain/service-key.js';
import {type SetUpKeyEvent, setUpKey} from '../../services/set-up-key.js';
import {keptSentence, keySourceSentence, keyTestSentence} from '../../view/key-lines.js';
import type {CommandRecord, Session} from '../command.js';
import {confirm} from '../confirm.js';
import type {SetupOutput} from '../outputs.js';
import {readStdin} from '../read-input.js';
import {readSecret} from '../read-secret.js';

type Options = Readonly<Record<string, unknown>>;
type Done = Extract<SetUpKeyEvent, {type: 'done'}>;

const rememberedByShells = () =>
	new Failure('usage', 'A key is never taken from the command line.', {
		why: 'Shells remember what was typed, and every program here can see it while this one runs. Nothing was kept.',
		next: 'stillroom setup SERVICE asks for it; --key-stdin reads it from a pipe. That key is in the history of the shell now: make a new one.',
	});

function readParty(word: string): Party {
	const party = parties.find((name) => name === word.toLowerCase());
	if (party) return party;
	// Whatever is no plain word may be a key in the wrong place.
	if (!/^[a-z-]{1,20}$/i.test(word)) throw rememberedByShells();
	throw new Failure('usage', `There is no service "${word}".`, {next: `There are ${parties.join(', ')}.`});
}

/** Tests and keeps one key, and says on stderr what happens. */
async function keepKey(session: Session, party: Party, text: string, options: Options): Promise<Done> {
	const context = await session.context();
	const {diagnostics, signal} = session;
	const run = async (keepsRefused: boolean, isTested: boolean): Promise<Done> => {
		for await (const event of setUpKey(context, {party, text, isTested, keepsRefused}, signal)) {
			if (event.type === 'testing') diagnostics.note(`Asking ${partyNames[party]} whether it takes the key …`);
			if (event.type === 'tested') diagnostics.note(`${partyNames[party]}: ${keyTestSentence(event.test)}`);
			if (event.type === 'done') return event;
		}
		throw new Failure('interrupted', 'Stopped.');
	};
	const done = await run(false, options.test !== false);
	if (done.kept !== null || session.io.stdin.isTTY !== true || options.keyStdin === true) return done;
	const isWanted = await confirm(session, 'Keep it all the same?', false);
	return isWanted ? {...(await run(true, false)), test: done.test} : done;
}

function sayDone({diagnostics}: Session, party: Party, {kept, test}: Done): void {
	if (kept === null) diagnostics.warn(`The key of ${partyNames[party]} was not kept; --no-test keeps it without asking.`);
	else diagnostics.note(`${keptSentence(party, kept)}${test === null ? ' It was not tested.' : ''}`);
}

const toOutput = (party: Party, {kept, test}: {readonly kept: Done['kept']; readonly test: KeyTest | null}): SetupOutput => ({
	service: party,
	action: kept === null ? 'unchanged' : 'kept',
	place: kept?.place ?? null,
	where: kept?.where ?? null,
	note: kept?.note ?? null,
	test,
});

async function writeOutput(session: Session, options: Options, output: SetupOutput): Promise<void> {
	if (options.json === true) await session.output.write(`${JSON.stringify(output, null, 2)}\n`);
}

async function removeKey(session: Session, party: Party, options: Options): Promise<number> {
	const context = await session.context();
	const place = await context.keys.remove(party);
	const name = partyNames[party];
	const isInEnvironment = context.keys.states().some((state) => state.party === party && state.place === 'environment');
	const note = isInEnvironment ? `${keyVariable(party)} is set in the environment and still counts.` : null;
	session.diagnostics.note(
		[place === null ? `No key of ${name} was kept.` : `The key of ${name} was removed from the ${place}.`, note].filter(Boolean).join(' '),
	);
	await writeOutput(session, options, {
		service: party,
		action: place === null ? 'unchanged' : 'removed',
		place,
		where: null,
		note,
		test: null,
	});
	return 0;
}

/** Asks until what is typed can be a key; null for enter alone. */
async function askForKey(session: Session, party: Party): Promise<string | null> {
	for (;;) {
		const text = await readSecret(session.io, `   Key of ${partyNames[party]} (shown as stars, enter alone skips): `);
		if (text === null || text.trim() === '') return null;
		const read = readKeyText(party, text);
		if ('key' in read) return read.key;
		session.diagnostics.warn(read.problem);
	}
}

async function setUpOne(session: Session, party: Party, options: Options): Promise<number> {
	const isTerminal = session.io.stdin.isTTY === true;
	if (options.keyStdin !== true && !isTerminal) {
		throw new Failure('usage', 'There is no terminal to ask for a key at.', {
			next: `Hand it over in a pipe: stillroom setup ${party} --key-stdin < FILE`,
		});
	}
	const text = options.keyStdin === true ? await readStdin(session.io.stdin, session.signal) : await askForKey(session, party);
	if (text === null) {
		session.diagnostics.note('Nothing was changed.');
		await writeOutput(session, options, toOutput(party, {kept: null, test: null}));
		return 0;
	}
	const done = await keepKey(session, party, text, options);
	sayDone(session, party, done);
	await writeOutput(session, options, toOutput(party, done));
	return done.kept === null ? exitCodes.auth : 0;
}

/** All services one by one, in words that can be read aloud. */
async function walk(session: Session, options: Options): Promise<number> {
	const {diagnostics, io} = session;
	const context = await session.context();
	if (context.isSandbox) diagnostics.note('The sandbox has a key of its own for every service: leave --sandbox out to keep real ones.');
	if (context.isSandbox) return exitCodes.usage;
	const states = context.keys.states();
	io.stderr.write(
		`${needsNoKey}. What a key unlocks is said with each service.\nEnter alone goes on without a change; Ctrl+C ends, and what was kept stays.\n`,
	);
	for (const [index, state] of states.entries()) {
		const {party, place, missing} = state;
		const page = keyPages[party];
		io.stderr.write(
			[
				`\n${index + 1} of ${states.length}: ${partyNames[party]}. Unlocks ${keyUnlocks[party]}.\n`,
				`   ${place === null ? 'No key is set.' : `Set: ${keySourceSentence(state)}.`}`,
				place === null && page !== null ? ` Keys are made at ${page}` : '',
				missing.length === 0 ? '' : `${place === null && page !== null ? '\n  ' : ''} It also needs ${missing.join(' and ')}.`,
				'\n',
			].join(''),
		);
		if (place === 'environment') continue;
		const text = await askForKey(session, party);
		if (text !== null) sayDone(session, party, await keepKey(session, party, text, options));
	}
	const set = context.keys.states().filter(({place}) => place !== null);
	io.stderr.write('\n');
	diagnostics.note(
		set.length === 0
			? 'No key is set. stillroom opens the dashboard all the same; stillroom --sandbox shows everything without one.'
			: `Set: ${set.map(({party}) => partyNames[party]).join(', ')}. stillroom keys lists them, stillroom opens the dashboard.`,
	);
	return 0;
}

export const setupCommand: CommandRecord = {
	name: 'setup',
	summary: 'Set up keys of services: asks for each, tests it, and keeps it in the keyring or a file of yours.',
	args: [
		{spec: '[service]', help: `One service: ${parties.join(', ')}; all one by one when left out.`, suggest: () => parties},
		{spec: '[key...]', help: 'Refused: a shell remembers what is typed.'},
	],
	options: [
		{flags: '--key-stdin', help: 'Read the key from stdin.'},
		{flags: '--key <key>', help: 'Refused, as a key among the arguments is.'},
		{flags: '--no-test', help: 'Keep it without asking the service.'},
		{flags: '--remove', help: 'Forget the key that is kept.', conflicts: ['keyStdin']},
		{flags: '--json', help: 'What was done, as one JSON object; needs a service.'},
	],
	outputs: [{flags: 'SERVICE --json', schema: 'setup'}],
	examples: [
		['stillroom setup', 'walks through all services; enter skips one'],
		['stillroom setup openrouter', 'asks for one key, tests it, and says where it is kept'],
		['pass show openrouter | stillroom setup openrouter --key-stdin', 'from a password manager'],
		['stillroom setup openai --remove', 'forgets the key'],
	],
	notes: () =>
		[
			'Keys are kept in the keyring of the operating system; where there is none, in keys.json of the settings folder, which only you can read.',
			'"keyStore": "file" in the settings, or STILLROOM_KEYRING=off, leaves the keyring alone. A key of the environment wins over both.',
			'A key that its service refuses is not kept, exit code 4. The test is a request that costs nothing.',
		].join('\n'),
	async run({args, options}, session) {
		const [service, rest] = args as readonly [string | undefined, readonly string[] | undefined];
		if (options.key !== undefined || (rest ?? []).length > 0) throw rememberedByShells();
		if (service !== undefined) {
			const party = readParty(service);
			return options.remove === true ? removeKey(session, party, options) : setUpOne(session, party, options);
		}
		if (options.remove === true || options.keyStdin === true || options.json === true || session.io.stdin.isTTY !== true) {
			throw new Failure('usage', 'Which service?', {
				...(session.io.stdin.isTTY === true ? {} : {why: 'There is no terminal to ask at.'}),
				next: `Name one: stillroom setup openrouter --key-stdin. There are ${parties.join(', ')}.`,
			});
		}
		return walk(session, options);
	},
};
