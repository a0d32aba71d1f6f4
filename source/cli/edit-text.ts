import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Failure} from '../domain/failure.js';
import type {CliIo} from './cli-io.js';

/** A text in the user's editor, in a file of its own that only the user can read. */
export type Editing = {
	readonly file: string;
	/** Opens the editor and waits for its end; the text as it was saved. Throws Failure where it does not run. */
	readonly run: () => Promise<string>;
	/** Takes the file away. */
	readonly discard: () => void;
};

/** Begins to edit a text under this name. Throws Failure kind usage where no editor is set. */
export function editText(text: string, name: string, {env}: Pick<CliIo, 'env'>): Editing {
	const command = env.VISUAL || env.EDITOR;
	if (!command) throw new Failure('usage', 'No editor is set.', {next: 'Put its name into EDITOR, such as EDITOR=nano.'});
	const folder = mkdtempSync(path.join(tmpdir(), 'stillroom-'));
	const file = path.join(folder, name);
	writeFileSync(file, text, {mode: 0o600});
	return {
		file,
		async run() {
			const code = await new Promise<number | null>((resolve) => {
				// Editors are set with their flags, `code --wait`: a shell takes them apart.
				const child =
					process.platform === 'win32'
						? spawn(`${command} "${file}"`, {stdio: 'inherit', shell: true})
						: spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], {stdio: 'inherit'});
				child.on('error', () => resolve(null));
				child.on('close', resolve);
			});
			if (code !== 0)
				throw new Failure('failed', `${command} did not end well${code === null ? '' : ` (exit code ${code})`}: nothing was changed.`, {
					next: `What was written is in ${file}.`,
				});
			return readFileSync(file, 'utf8');
		},
		discard: () => rmSync(folder, {recursive: true, force: true}),
	};
}
