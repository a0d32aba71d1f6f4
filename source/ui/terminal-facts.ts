import {Failure} from '../domain/failure.js';
import {colorDepthOf} from './theme/color-depth.js';
import {glyphsOf} from './theme/glyphs.js';
import {knowsLinks} from './theme/links.js';
import type {ThemeTerminal} from './theme/theme.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What this terminal can do; everything that is known of it comes from its environment. */
export type TerminalFacts = ThemeTerminal & {
	/** Has it a title that can be set and put back? */
	readonly hasTitle: boolean;
};

export function terminalFacts(
	env: Env,
	platform: NodeJS.Platform,
	{isColor, glyphs}: {readonly isColor: boolean; readonly glyphs?: 'auto' | 'ascii' | 'unicode' | undefined},
): TerminalFacts {
	return {
		depth: colorDepthOf(isColor, env, platform),
		glyphs: glyphsOf(env, platform, glyphs),
		hasLinks: knowsLinks(env),
		hasTitle: env.TERM !== 'linux' && !/^(vt\d+|cons25)/.test(env.TERM ?? ''),
	};
}

const instead =
	'stillroom --screen-reader works here, as do the commands: stillroom models, stillroom ask, stillroom --help lists them all.';

/** Throws Failure where no screen can be drawn: a screen needs to be told where to put things. Windows names no terminal, and needs none. */
export function refuseDumb(env: Env, platform: NodeJS.Platform): void {
	if (platform === 'win32') return;
	const {TERM = ''} = env;
	if (TERM === 'dumb' || TERM === 'unknown')
		throw new Failure('usage', 'The dashboard cannot be drawn here.', {
			why: `TERM is ${TERM}: this terminal writes lines and cannot place text.`,
			next: instead,
		});
	if (TERM === '')
		throw new Failure('usage', 'The dashboard cannot be drawn here.', {
			why: 'TERM is not set, so nothing is known of this terminal.',
			next: `TERM=xterm-256color stillroom, if it is like most. Else ${instead}`,
		});
}
