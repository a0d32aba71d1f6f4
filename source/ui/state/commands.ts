import type {State} from './state.js';

/** Commands that are remembered. */
export const mostCommands = 50;

/** Longer ones are not typed again, and what looks like a key of a service never goes to the disk. */
const longestCommand = 200;
const looksLikeKey = /\b(?:sk|pk|rk|hf|tgp|fw|nano|key|bearer)[-_ ][\w.-]{12,}|[A-Za-z0-9_-]{32,}/i;

export const isKeptCommand = (command: string): boolean => command.length <= longestCommand && !looksLikeKey.test(command);

/** Where the line of the palette stands in the commands chosen earlier; -1 before the newest. */
export function walkedOf({overlay, commands}: State): number {
	if (overlay?.kind !== 'menu' || overlay.walked === undefined) return -1;
	return commands[overlay.walked] === overlay.query.text ? overlay.walked : -1;
}
