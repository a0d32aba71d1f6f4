// Bundles one module of the source into a temporary file and imports it, so that plain scripts can use what is written in TypeScript.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function bundleModule(path) {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-module-'));
	try {
		const file = join(folder, 'module.mjs');
		await build({input: join(root, path), platform: 'node', logLevel: 'silent', output: {file, format: 'esm', codeSplitting: false}});
		return await import(pathToFileURL(file).href);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
