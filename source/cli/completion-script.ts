import {type CommandGroup, type CommandRecord, flattenCommands, type OptionRecord} from './command.js';
import {globalOptions} from './global-options.js';

const flagNames = (options: readonly OptionRecord[]) => options.map(({flags}) => flags.split(' ')[0]!);

/** What can stand behind a command: its own choices, its flags, the flags of every command. */
function wordsOf({args, options}: CommandRecord): string {
	return [...args.flatMap(({choices}) => choices ?? []), ...flagNames(options), ...flagNames(globalOptions), '--help'].join(' ');
}

type Entries = ReadonlyArray<CommandRecord | CommandGroup>;

/** For fish: which word may stand where, with its help. */
function fishScript(entries: Entries): string {
	const namesOf = (list: Entries) => list.map(({name}) => name).join(' ');
	const quote = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
	const line = (condition: string, words: string, help: string) =>
		`complete -c stillroom -n ${quote(condition)} -a ${quote(words)}${help === '' ? '' : ` -d ${quote(help)}`}`;
	const seen = (names: string) => `__fish_seen_subcommand_from ${names}`;
	const behind = entries.flatMap((entry) => {
		if (!('commands' in entry)) return [line(seen(entry.name), wordsOf(entry), '')];
		return entry.commands.flatMap((record) => [
			line(`${seen(entry.name)}; and not ${seen(namesOf(entry.commands))}`, record.name, record.summary),
			line(`${seen(entry.name)}; and ${seen(record.name)}`, wordsOf(record), ''),
		]);
	});
	return `${[...entries.map(({name, summary}) => line(`not ${seen(namesOf(entries))}`, name, summary)), ...behind].join('\n')}\n`;
}

/** A script that completes commands and flags; made from the records, so that it cannot lag behind. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', entries: Entries): string {
	if (shell === 'fish') return fishScript(entries);
	const first = [...entries.map(({name}) => name), ...flagNames(globalOptions), '--help', '--version'].join(' ');
	const groups = entries.filter((entry) => 'commands' in entry);
	const cases = [
		...groups.map(
			({name, commands}) => `    ${name}) words="${commands.map((record) => record.name).join(' ')} --help" noun="${name} " ;;`,
		),
		...flattenCommands(entries).map((record) => `    "${record.name}") words="${wordsOf(record)}" ;;`),
	].join('\n');
	const choose = `  local words="${first}" noun="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$noun$word" in
${cases}
  esac; done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`;
	const bash = `_stillroom() {\n${choose}\n}\ncomplete -o default -F _stillroom stillroom\n`;
	if (shell === 'bash') return bash;
	return `#compdef stillroom\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
}
