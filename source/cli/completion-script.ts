import type {CommandRecord, OptionRecord} from './command.js';
import {globalOptions} from './global-options.js';

const flagNames = (options: readonly OptionRecord[]) => options.map(({flags}) => flags.split(' ')[0]!);

/** What can stand behind a command: its own choices, its flags, the flags of every command. */
function wordsOf({args, options}: CommandRecord): string {
	return [...args.flatMap(({choices}) => choices ?? []), ...flagNames(options), ...flagNames(globalOptions), '--help'].join(' ');
}

/** A script that completes commands and flags; made from the records, so that it cannot lag behind. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', records: readonly CommandRecord[]): string {
	const names = records.map(({name}) => name).join(' ');
	const first = [names, ...flagNames(globalOptions), '--help', '--version'].join(' ');
	if (shell === 'fish') {
		const quote = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
		const line = (condition: string, words: string, help: string) =>
			`complete -c stillroom -n ${quote(condition)} -a ${quote(words)}${help === '' ? '' : ` -d ${quote(help)}`}`;
		return `${[
			...records.map(({name, summary}) => line(`not __fish_seen_subcommand_from ${names}`, name, summary)),
			...records.map((record) => line(`__fish_seen_subcommand_from ${record.name}`, wordsOf(record), '')),
		].join('\n')}\n`;
	}
	const cases = records.map((record) => `    ${record.name}) words="${wordsOf(record)}" ;;`).join('\n');
	const choose = `  local words="${first}" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in
${cases}
  esac; done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`;
	const bash = `_stillroom() {\n${choose}\n}\ncomplete -o default -F _stillroom stillroom\n`;
	if (shell === 'bash') return bash;
	return `#compdef stillroom\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
}
