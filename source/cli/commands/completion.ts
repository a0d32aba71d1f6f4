import type {CommandRecord} from '../command.js';
import {completionScript} from '../completion-script.js';
import {commands} from './index.js';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completionCommand: CommandRecord = {
	name: 'completion',
	summary: 'Print a completion script for a shell.',
	args: [{spec: '<shell>', help: 'Which shell.', choices: shells}],
	options: [],
	examples: [
		['source <(stillroom completion bash)', 'in ~/.bashrc'],
		['stillroom completion zsh > ~/.zfunc/_stillroom', 'a folder of $fpath'],
		['stillroom completion fish > ~/.config/fish/completions/stillroom.fish', ''],
	],
	async run({args}, session) {
		await session.output.write(completionScript(args[0] as (typeof shells)[number], commands));
		return 0;
	},
};
