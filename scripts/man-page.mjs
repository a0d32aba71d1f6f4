// The manual page, made from the records of the commands.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {bundleModule} from './bundle-module.mjs';

export const manFile = fileURLToPath(new URL('../man/stillroom.1', import.meta.url));

/** Text as roff takes it literally: https://man7.org/linux/man-pages/man7/groff_char.7.html */
const literal = (text) =>
	text
		.replaceAll('\\', String.raw`\e`)
		.replaceAll('-', String.raw`\-`)
		.replaceAll("'", String.raw`\(aq`)
		.replaceAll('`', String.raw`\(ga`)
		.replaceAll('^', String.raw`\(ha`)
		.replaceAll('~', String.raw`\(ti`)
		.replaceAll('"', String.raw`\(dq`)
		.replace(/^\./gm, String.raw`\&.`);
const bold = (text) => String.raw`\fB${literal(text)}\fR`;
/** `--limit <n>` with the flag in bold and the value in italics. */
const flags = (text) =>
	text
		.split(' ')
		.map((word) => (word.startsWith('-') ? bold(word) : word.replace(/[\w@.=:-]+/, (name) => String.raw`\fI${literal(name)}\fR`)))
		.join(' ');
const code = (text) => ['.nf', '.RS 2', literal(text), '.RE', '.fi'];

const choicesOf = ({choices}) => (choices ? ` One of: ${choices.join(', ')}.` : '');
const item = (tag, text) => ['.TP', tag, literal(text)];
const optionLines = (options) => options.flatMap((option) => item(flags(option.flags), `${option.help}${choicesOf(option)}`));
const argLines = (args) => args.flatMap((arg) => item(flags(arg.spec), `${arg.help}${choicesOf(arg)}`));

function commandLines({name, summary, args, options, examples, notes}) {
	const call = [bold(`stillroom ${name}`), ...args.map(({spec}) => flags(spec)), ...(options.length > 0 ? ['[options]'] : [])].join(' ');
	return [
		`.SS ${name}`,
		call,
		'.PP',
		literal(summary),
		...argLines(args),
		...optionLines(options),
		...(notes ? ['.PP', ...code(notes())] : []),
		'.PP',
		'Examples:',
		...examples.flatMap(([command, purpose]) => ['.PP', ...code(command), ...(purpose === '' ? [] : [`.RS 4`, literal(purpose), '.RE'])]),
	];
}

const environment = [
	['STILLROOM_HOME', 'Folder for settings and data, as --home.'],
	[
		'OPENROUTER_API_KEY, NANOGPT_API_KEY, OPENAI_API_KEY',
		'Keys. They win over what stillroom setup kept, and are never written, logged or shown.',
	],
	['AZURE_OPENAI_API_KEY, NEBIUS_API_KEY, TOGETHER_API_KEY, FIREWORKS_API_KEY, TUNER_API_KEY', 'Keys of tuning services.'],
	['FIREWORKS_ACCOUNT_ID', 'The account at Fireworks.'],
	['NAME_BASE_URL', 'Address of each service, such as OPENROUTER_BASE_URL.'],
	['STILLROOM_KEYRING', 'off: keys are kept in a file, never in the keyring of the operating system.'],
	['STILLROOM_SANDBOX_PACE', 'How fast the sandbox answers: instant, demo or real.'],
	['STILLROOM_DEBUG', 'Adds the stack of an error that was not expected.'],
	['NO_COLOR, FORCE_COLOR', 'Colours off, or on; --color wins.'],
	['INK_SCREEN_READER', 'true: the dashboard as lines that are appended, in words.'],
	['VISUAL, EDITOR', 'What ctrl+e on Prompt opens.'],
];

const files = [
	['~/.config/stillroom/settings.json', 'Settings; stillroom config path prints where it is here.'],
	['~/.local/share/stillroom/', 'Saved catalogues, the ledger, data sets, jobs, evaluations.'],
	['~/.local/state/stillroom/', 'What the screens kept.'],
];

/** The page in roff. It bears the version and no date, so that it changes only with the program. */
export async function manPage() {
	const {flattenCommands} = await bundleModule('source/cli/command.ts');
	const {commands} = await bundleModule('source/cli/commands/index.ts');
	const {globalOptions, exitCodeHelp} = await bundleModule('source/cli/global-options.ts');
	const {disclaimer} = await bundleModule('source/domain/verdict.ts');
	const {version, description} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
	const lines = [
		String.raw`.\" Written by npm run docs from the records of the commands.`,
		`.TH STILLROOM 1 "" "stillroom ${version}" "User Commands"`,
		'.nh',
		'.ad l',
		'.SH NAME',
		`stillroom ${String.raw`\-`} ${literal(description.replace(/\.$/, ''))}`,
		'.SH SYNOPSIS',
		`${bold('stillroom')} [options]`,
		'.br',
		`${bold('stillroom')} ${flags('<command>')} [options]`,
		'.SH DESCRIPTION',
		'Without a command the dashboard opens. Each command does the same without a screen: stdout holds data only, everything else is said on stderr.',
		'.PP',
		literal(disclaimer),
		'.SH OPTIONS',
		'These stand before or behind every command.',
		...optionLines(globalOptions),
		...item(flags('-h, --help'), 'Print help; also behind every command.'),
		...item(flags('-V, --version'), 'Print the version.'),
		'.SH COMMANDS',
		...flattenCommands(commands).flatMap(commandLines),
		'.SH EXIT STATUS',
		...code(exitCodeHelp),
		'.SH ENVIRONMENT',
		...environment.flatMap(([name, text]) => item(bold(name), text)),
		'.SH FILES',
		'With --home or STILLROOM_HOME all of it lies below that folder; XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME are followed.',
		...files.flatMap(([name, text]) => item(bold(name), text)),
		'.SH SEE ALSO',
		`${bold('jq')}(1), ${bold('llm')}(1)`,
		'.PP',
		'The pages in docs/ of the package: README.md is where to begin, troubleshooting.md goes by what is seen.',
	];
	return `${lines.join('\n')}\n`;
}
