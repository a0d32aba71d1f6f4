import {cleanText} from '../domain/clean-text.js';
import {Failure} from '../domain/failure.js';
import {isRecord} from '../domain/is-record.js';
import {sayNearest} from '../domain/nearest-names.js';
import {settings} from '../domain/settings-schema.js';
import type {Session, SettingsFile} from './command.js';
import {type SettingState, type SettingValue, settingStates} from './setting-states.js';

/** A value as the command line prints it: text as it is, the rest as JSON, a dash for none. */
export const sayValue = (value: SettingValue): string => (value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));

/** The settings file, to be read and changed. */
export const openFile = ({ports, global}: Session): Promise<SettingsFile> => ports.openSettingsFile(global);

/** The states of all settings. Problems of the file are said, and its values then left out. */
export async function readStates(session: Session): Promise<readonly SettingState[]> {
	const {path, home, isSandbox} = await openFile(session);
	const {values, problems} = await session.ports.readSettings(session.global);
	for (const problem of problems) session.diagnostics.warn(problem);
	return settingStates({values, path, home, isSandbox, global: session.global, env: session.io.env});
}

/** A key that no setting has, with the nearest that one has. */
export function noSetting(key: string): Failure {
	const names = settings.map((one) => one.key);
	return new Failure('usage', `There is no setting "${cleanText(key)}"${sayNearest(names, key).replace(/\?$/, '')}.`, {
		next: 'stillroom config print lists them all.',
	});
}

/** Sentences about keys that the settings name. */
export async function keyProblems(session: Session, values: Readonly<Record<string, unknown>>) {
	const keys = isRecord(values.keys) ? (values.keys as Readonly<Record<string, string>>) : {};
	return session.ports.checkKeys(keys);
}

/** The argument that names a setting. */
export const keyArgument = {
	spec: '<key>',
	help: 'A setting, such as color, baseUrls.openai or keys.models.copy.',
	suggest: () => settings.map(({key}) => key),
};
