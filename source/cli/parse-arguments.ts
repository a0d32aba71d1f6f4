import {CommanderError} from 'commander';
import {exitCodes} from '../domain/failure.js';
import {buildProgram} from './build-program.js';
import type {CommandGroup, CommandInput, CommandRecord, GlobalOptions} from './command.js';

export type ParsedArguments =
	| {readonly type: 'command'; readonly record: CommandRecord; readonly input: CommandInput; readonly global: GlobalOptions}
	| {readonly type: 'dashboard'; readonly global: GlobalOptions}
	/** Help, the version, or what is wrong with the call. */
	| {readonly type: 'message'; readonly stdout: string; readonly stderr: string; readonly exitCode: number};

/** Reads the arguments without doing anything yet. */
export async function parseArguments(
	argv: readonly string[],
	records: ReadonlyArray<CommandRecord | CommandGroup>,
	{version, helpWidth}: {readonly version: string; readonly helpWidth: number},
): Promise<ParsedArguments> {
	let stdout = '';
	let stderr = '';
	let result: ParsedArguments | null = null;
	const streams = {
		helpWidth,
		writeOut(text: string) {
			stdout += text;
		},
		writeErr(text: string) {
			stderr += text;
		},
	};
	const build = () =>
		buildProgram(records, {version, streams}, async (record, input, global) => {
			result = {type: 'command', record, input, global};
		});
	try {
		const first = build();
		const {operands, unknown} = first.parseOptions([...argv]);
		if (operands.length === 0 && unknown.length === 0) return {type: 'dashboard', global: first.opts()};
		await build().parseAsync([...argv], {from: 'user'});
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		return {type: 'message', stdout, stderr, exitCode: error.exitCode === 0 ? 0 : exitCodes.usage};
	}
	return result ?? {type: 'message', stdout, stderr, exitCode: exitCodes.usage};
}
