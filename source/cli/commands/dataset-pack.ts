import path from 'node:path';
import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import {type CardFacts, manifestName} from '../../domain/pack-manifest.js';
import type {PackResult} from '../../services/pack/pack-event.js';
import {formatCount, formatNumber} from '../../view/format.js';
import {packFacts} from '../../view/pack-lines.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord, Session} from '../command.js';
import {openProgress, quietOption} from '../progress.js';

function parseLicence(text: string): string {
	if (/^[a-z0-9][a-z0-9.-]{0,63}$/.test(text)) return text;
	throw new Error('It is an id that the Hugging Face hub knows, such as cc-by-4.0.');
}

function parseLanguage(text: string): string {
	if (/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(text)) return text;
	throw new Error('It is a language code, such as en or pt-BR.');
}

function parseUrl(text: string): string {
	if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).href;
	throw new Error('It is an address that begins with http:// or https://.');
}

async function sayPacked({output, diagnostics}: Session, {folder, manifest, manifestHash, bytes}: PackResult): Promise<void> {
	const width = Math.max(...manifest.files.map((file) => file.path.length), manifestName.length);
	const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
	const lines = [...manifest.files, {path: manifestName, bytes: bytes - total, rows: null}].map(
		(file) =>
			`${file.path.padEnd(width)}  ${formatNumber(file.bytes).padStart(14)} bytes${file.rows === null ? '' : `  ${formatCount(file.rows, 'row')}`}`,
	);
	await output.writeLines([
		output.columns === null ? folder : cleanText(folder),
		...lines.map((line) => `  ${line}`),
		`manifest ${manifestHash}`,
	]);
	const open = manifest.duties.filter(({state}) => state === 'open' || state === 'violated');
	for (const {text, state, because} of open)
		diagnostics.write(`  [ ] ${state === 'violated' ? 'violated: ' : ''}${cleanText(text)} ${cleanText(because)}`);
	if (open.length > 0) diagnostics.note(`${formatCount(open.length, 'duty', 'duties')} left for a person to see to: see README.md.`);
	if (manifest.rows.overridden > 0)
		diagnostics.warn(
			`${formatCount(manifest.rows.overridden, 'row')} that the gate refused are in, for the written reason; the card says so.`,
		);
	diagnostics.note('Write the hash of the manifest down: with --manifest-hash, verify finds a pack that was written anew.');
}

export const datasetPackCommand: CommandRecord = {
	name: 'pack',
	whatStays: 'Nothing was written.',
	summary: 'Write a frozen data set as a folder: training files, provenance row for row, card, hashes.',
	args: [{spec: '<name>', help: 'A data set, or one version of it: NAME or NAME@VERSION.'}],
	options: [
		{flags: '--out <folder>', help: 'Where to; ./NAME-vVERSION when left out.'},
		{flags: '--force', help: 'Replace a pack that is there.'},
		{flags: '--license <id>', help: 'Licence that the card names, as the Hugging Face hub calls it.', parse: parseLicence},
		{flags: '--language <code>', help: 'Language of the texts; may be given several times.', isRepeatable: true},
		{flags: '--creator <name>', help: 'Who made the data set, for croissant.json.'},
		{flags: '--url <address>', help: 'Where it will be published, for croissant.json.', parse: parseUrl},
		{flags: '--json', help: 'The folder, the hash of the manifest and the manifest as one JSON object.'},
		quietOption,
	],
	outputs: [{flags: '--json', schema: 'dataset-pack'}],
	examples: [
		['stillroom dataset pack triage', 'the newest version, into ./triage-v2'],
		['stillroom dataset pack triage@1 --out packs/first --license cc-by-4.0 --language en', 'an older one, with what the card should say'],
	],
	notes: () =>
		'The folder is written beside its place and renamed, so it is whole or not there. Rows are made again from the ledger and judged again.\nExit codes: 3 when a row no longer passes the gate, 6 when it was packed and the ledger could not be told.',
	async run({args, options}, session) {
		const [{packDataset}, {findDataset}] = await Promise.all([
			import('../../services/pack/pack-dataset.js'),
			import('../../services/dataset/find-dataset.js'),
		]);
		const context = await session.context();
		const dataset = await findDataset(context, args[0] as string, session.signal);
		const folder = path.resolve((options.out as string | undefined) ?? `${dataset.name}-v${dataset.version}`);
		const facts: CardFacts = {
			license: (options.license as string | undefined) ?? null,
			languages: (options.language as readonly string[] | undefined)?.map(readLanguage) ?? null,
			creator: (options.creator as string | undefined) ?? null,
			url: (options.url as string | undefined) ?? null,
		};
		const progress = openProgress(session, options);
		const tell = createProgressWords('row');
		let result: PackResult | null = null;
		try {
			for await (const event of packDataset(context, dataset, {folder, isForced: options.force === true, facts}, session.signal)) {
				if (event.type === 'progress') progress.show(tell(packFacts('packed', event.progress)));
				else progress.clear();
				if (event.type === 'note') session.diagnostics.note(event.text);
				if (event.type === 'packed') result = event.result;
			}
		} finally {
			progress.clear();
		}
		if (result === null) throw new Failure('failed', 'Nothing was packed.');
		if (options.json)
			await session.output.write(
				`${JSON.stringify({folder: result.folder, manifestHash: result.manifestHash, bytes: result.bytes, manifest: result.manifest}, null, 2)}\n`,
			);
		else await sayPacked(session, result);
		if (result.ledgerProblem === null) return 0;
		session.diagnostics.warn(`The pack is written, but the ledger could not be told: ${result.ledgerProblem}`);
		return exitCodes.partial;
	},
};

function readLanguage(code: string): string {
	try {
		return parseLanguage(code);
	} catch (error) {
		throw new Failure('usage', `"${cleanText(code)}" is no language code.`, {next: (error as Error).message});
	}
}
