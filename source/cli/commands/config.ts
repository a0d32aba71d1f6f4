import {Failure} from '../../domain/failure.js';
import type {CommandRecord} from '../command.js';

export const configCommand: CommandRecord = {
	name: 'config',
	summary: 'Print the path of the settings file, print the settings, or check them.',
	args: [{spec: '<action>', help: 'What to do.', choices: ['path', 'print', 'validate']}],
	options: [],
	examples: [
		['stillroom config path', 'where the settings file is'],
		['stillroom config validate', 'exit code 0 when the file can be used, 1 when it cannot'],
	],
	notes: () => 'Keys never belong into the settings: they are read from OPENROUTER_API_KEY, NANOGPT_API_KEY and OPENAI_API_KEY.',
	async run({args}, session) {
		const {path, values, problems} = await session.ports.readSettings(session.global);
		if (args[0] === 'path') {
			await session.output.write(`${path}\n`);
			return 0;
		}
		if (args[0] === 'print') {
			for (const problem of problems) session.diagnostics.warn(problem);
			await session.output.write(`${JSON.stringify(values, null, 2)}\n`);
			return 0;
		}
		if (problems.length > 0) {
			throw new Failure('failed', `The settings in ${path} cannot be used.`, {
				why: problems.join(' '),
				next: 'Mend the file, or delete it to start with the defaults.',
			});
		}
		session.diagnostics.note(`The settings in ${path} are fine.`);
		return 0;
	},
};
