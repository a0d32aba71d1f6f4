import type {Sandbox} from '../../source/sandbox/start-sandbox.js';
import {type OpenTerminal, openTerminal, type TerminalOptions, type Wanted} from './terminal.js';

/** Both catalogues were read in this run. */
export const bothFresh: Wanted = {
	screen: /or \d+ ?s +nano \d+ ?s/,
	reader: (text) => /OpenRouter: fresh/.test(text) && /NanoGPT: fresh/.test(text),
};

/** How many rows the filter leaves, as it is shown or was said last; not a number while nothing says it. */
export const shownRows = (text: string): number => {
	const said = [...text.matchAll(/(?:([\d,]+) of )?([\d,]+) (?:models?|completions?)\b/g)].at(-1);
	const shown = said ? (said[1] ?? said[2]) : /([\d,]+) of [\d,]+/.exec(text)?.[1];
	return Number(shown?.replaceAll(',', ''));
};

/** The Models screen with this filter, or with none. */
export const backOnModels: Wanted = {screen: 'enter routes', reader: 'Screen 1, Models'};

/** The row under the cursor is about this. */
export const chosenRow = (about: string): Wanted => ({
	screen: new RegExp(`^> .*${about.replaceAll('.', '\\.')}`, 'm'),
	reader: new RegExp(`^[\\d,]+ of [\\d,]+: .*${about.replaceAll('.', '\\.')}`, 'm'),
});

/** As much of a sandbox as the dashboard is pointed at. */
type Served = {readonly urls: Pick<Sandbox['urls'], 'openrouter' | 'nanogpt' | 'openai'>};

/** The environment that sends every request to a sandbox which runs in the test's own process. */
export const toSandbox = ({urls}: Served): Record<string, string> => ({
	OPENROUTER_BASE_URL: urls.openrouter,
	NANOGPT_BASE_URL: urls.nanogpt,
	OPENAI_BASE_URL: urls.openai,
});

/** Starts the dashboard against a sandbox; does not wait for anything. */
export const openDashboard = (sandbox: Served, args: readonly string[] = [], options: TerminalOptions = {}): OpenTerminal =>
	openTerminal(args, {...options, env: {...toSandbox(sandbox), ...options.env}});

/** The same, and waits until both catalogues were read. */
export async function openFreshDashboard(
	sandbox: Served,
	args: readonly string[] = [],
	options: TerminalOptions = {},
): Promise<OpenTerminal> {
	const terminal = openDashboard(sandbox, args, options);
	try {
		await terminal.waitFor(bothFresh);
		return terminal;
	} catch (error) {
		await terminal[Symbol.asyncDispose]();
		throw error;
	}
}
