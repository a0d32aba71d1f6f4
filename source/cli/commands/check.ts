import type {Destination, GateLevel} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import {checkOptions, destinationOptions, runCheck, toExitCode, writeReport} from '../check-options.js';
import type {CommandInput, CommandRecord} from '../command.js';

function toDestination({for: tuner, base, release, student}: CommandInput['options']): Destination {
	return {
		tuner: (tuner as Destination['tuner'] | undefined) ?? 'openai',
		baseModel: (base as string | undefined) ?? '',
		release: (release as Destination['release'] | undefined) ?? 'internal',
		studentName: (student as string | undefined) ?? null,
	};
}

export const checkCommand: CommandRecord = {
	name: 'check',
	whatStays: 'Nothing was changed.',
	summary: 'Check a training file against the published rules, and its rows against the gate; no network.',
	args: [{spec: '<file>', help: 'A file of rows as tuners take it, one JSON object a line.'}],
	options: [
		{flags: '--valid <file>', help: 'The validation file: it is checked too, and must share no row.'},
		{flags: '--provenance <file>', help: 'Where each row came from, as packs hold it: the gate judges every row.'},
		...destinationOptions,
		...checkOptions,
	],
	outputs: [{flags: '--json', schema: 'check'}],
	examples: [
		['stillroom check train.jsonl --valid valid.jsonl --for openai --base gpt-4.1-mini', 'rules, tokens, cost'],
		['stillroom check train.jsonl --provenance provenance.jsonl --for own --base Qwen/Qwen3-8B', 'also asks the gate about every row'],
		['stillroom check train.jsonl --no-tokens --strict --json', 'for a build server'],
	],
	notes: () =>
		`Without --for the rules are those of OpenAI, which other tuners take too. Prices come from the register and can be set in the settings
file: "tunerPrices": {"openai/gpt-4.1-mini": {"usdPerMillionTokens": 5, "asOf": "2026-11-21"}}.
Exit codes: 0 fine (warnings allowed), 1 errors, 2 wrong call or unreadable file, 3 the gate refuses a row, or a duty is violated.`,
	async run({args, options}, session) {
		const {checkFile} = await import('../../services/dataset/check-file.js');
		const context = await session.context();
		const file = {
			destination: toDestination(options),
			epochs: options.epochs as number | undefined,
			level: (options.level as GateLevel | undefined) ?? 'route',
			countsTokens: options.tokens !== false,
			provenancePath: options.provenance as string | undefined,
		};
		if (file.provenancePath !== undefined && (options.for === undefined || options.base === undefined))
			throw new Failure('usage', 'For which destination should the gate judge?', {
				next: 'Say --for and --base: what is allowed depends on them.',
			});
		const path = args[0] as string;
		const validationPath = options.valid as string | undefined;
		const report = await runCheck(session, options, checkFile(context, path, {...file, validationPath}, session.signal));
		const validation =
			validationPath === undefined
				? null
				: await runCheck(session, options, checkFile(context, validationPath, {...file, isValidation: true}, session.signal));
		const reports = validation === null ? [report] : [report, validation];
		// What ends when at a tuner is of interest to those who named it, and once.
		const hasTuner = options.for !== undefined || options.base !== undefined;
		if (options.json) await session.output.write(`${JSON.stringify({...report, validation}, null, 2)}\n`);
		else
			for (const [index, one] of reports.entries()) {
				if (index > 0) await session.output.write('\n');
				await writeReport(session, hasTuner && index === 0 ? one : {...one, notices: []});
			}
		return toExitCode(reports, options.strict === true);
	},
};
