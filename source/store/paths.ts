import {createHash} from 'node:crypto';
import {homedir} from 'node:os';
import path from 'node:path';

/** Where stillroom keeps its things. */
export type Folders = {
	/** What is shown as the home: the folder named by `--home`, else the data folder. */
	readonly home: string;
	/** Settings. */
	readonly config: string;
	/** What is worth keeping: catalogues, the ledger. */
	readonly data: string;
	/** What screens remember between runs. */
	readonly state: string;
};

type Surroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly platform?: NodeJS.Platform;
	readonly home?: string;
};

/**
 * The folders of this user: everything below `homeFolder` (`--home`, `STILLROOM_HOME`) when given, else the XDG variables, else the
 * platform's own places. Relative XDG paths are ignored: https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function resolveFolders(homeFolder: string | null, surroundings: Surroundings): Folders {
	if (homeFolder !== null && homeFolder !== '') {
		const root = path.resolve(homeFolder);
		return {home: root, config: root, data: path.join(root, 'data'), state: path.join(root, 'state')};
	}
	const {env, platform = process.platform, home = homedir()} = surroundings;
	const usual = usualFolders(env, platform, home);
	const folder = (variable: string, otherwise: string) => {
		const base = env[variable];
		return base !== undefined && path.isAbsolute(base) ? path.join(base, 'stillroom') : otherwise;
	};
	const data = folder('XDG_DATA_HOME', usual.data);
	return {
		home: data,
		config: folder('XDG_CONFIG_HOME', usual.config),
		data,
		state: folder('XDG_STATE_HOME', usual.state),
	};
}

function usualFolders(env: Surroundings['env'], platform: NodeJS.Platform, home: string): Omit<Folders, 'home'> {
	if (platform === 'darwin') {
		const support = path.join(home, 'Library', 'Application Support', 'stillroom');
		return {config: path.join(home, 'Library', 'Preferences', 'stillroom'), data: support, state: path.join(support, 'state')};
	}
	if (platform === 'win32') {
		const local = path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'stillroom');
		const roaming = path.join(env.APPDATA || path.join(home, 'AppData', 'Roaming'), 'stillroom');
		return {config: path.join(roaming, 'config'), data: path.join(local, 'data'), state: path.join(local, 'state')};
	}
	return {
		config: path.join(home, '.config', 'stillroom'),
		data: path.join(home, '.local', 'share', 'stillroom'),
		state: path.join(home, '.local', 'state', 'stillroom'),
	};
}

/** The name of a service's cache folder: two base URLs never share one. */
export function cacheName(baseUrl: string): string {
	const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname.replaceAll(/[^a-z\d.-]/gi, '') : 'unknown';
	return `${host.slice(0, 60)}-${createHash('sha256').update(baseUrl.replace(/\/+$/, '')).digest('hex').slice(0, 10)}`;
}
