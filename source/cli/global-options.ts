import type {OptionRecord} from './command.js';

/** Flags before or after every command. */
export const globalOptions: readonly OptionRecord[] = [
	{flags: '--home <dir>', help: 'Folder for settings and data (STILLROOM_HOME).'},
	{flags: '--sandbox', help: 'Work on the embedded server instead of the live services.'},
	{
		flags: '--catalogue <file>',
		help: 'The sandbox serves this saved OpenRouter model list, and NanoGPT lists nothing (implies --sandbox).',
	},
	{flags: '--distillable <file>', help: 'What the sandbox answers to distillable=true (implies --sandbox).'},
	{flags: '--fault <spec>', help: 'A fault that the sandbox shows (implies --sandbox; may be repeated).', isRepeatable: true},
	{
		flags: '--sandbox-set <name=value>',
		help: 'Sets the sandbox up: clock=+31d, policy:openrouter:MODEL=unlisted, stored=5000 … (implies --sandbox; may be repeated; stillroom sandbox --help).',
		isRepeatable: true,
	},
	{flags: '--openrouter-url <url>', help: 'Base URL of OpenRouter (OPENROUTER_BASE_URL).'},
	{flags: '--nanogpt-url <url>', help: 'Base URL of NanoGPT, above /v1 (NANOGPT_BASE_URL).'},
	{flags: '--openai-url <url>', help: 'Base URL of OpenAI (OPENAI_BASE_URL).'},
	{flags: '--color <when>', help: 'Colours (also NO_COLOR, FORCE_COLOR).', choices: ['auto', 'always', 'never']},
	{flags: '--no-color', help: 'The same as --color never.'},
	{flags: '--theme <name>', help: 'Colours of the dashboard: default, dark, light, high-contrast, ansi, none, or one of the settings.'},
	{flags: '--screen-reader', help: 'The dashboard as lines that are appended, in words (also INK_SCREEN_READER=true).'},
	{flags: '--mouse', help: 'The dashboard takes the wheel and clicks; hold shift to select text as usual.'},
	{flags: '--ascii', help: 'The dashboard draws no signs but ASCII by itself.'},
	{flags: '--no-animation', help: 'Nothing moves by itself: ages on the dashboard change with the next key, progress every three seconds.'},
	{flags: '--fresh', help: 'The dashboard forgets filters, sorting and place of the last run.'},
];

export const exitCodeHelp = `Exit codes: 0 done, 1 failed, 2 wrong usage, 3 policy refused, 4 authentication, 5 service unreachable or rate limited,
6 only a part was done, 130 interrupted. stdout holds data only; everything else is said on stderr.`;

export const shortHelp = `stillroom: there is no terminal to draw on, and no command was given.
  stillroom models [filter] [--json|--ndjson|--csv]   which models may be distilled
  stillroom model <id> [--json]                       one model, every layer of its verdict
  stillroom routes <id> [--json|--ndjson|--csv]       its routes at both gateways
  stillroom ask <id> [prompt|-]                       an answer with its evidence
  stillroom generate <prompts> --model <id>           many answers, resumably
  stillroom --help                                    everything else
Add --sandbox to work without network.`;
