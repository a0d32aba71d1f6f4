import {readFileSync} from 'node:fs';

declare const __VERSION__: string | undefined;

/** The version of this program: written into the bundle when it is built, else read from package.json. */
export function readVersion(): string {
	if (typeof __VERSION__ === 'string') return __VERSION__;
	const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
	return (JSON.parse(text) as {readonly version: string}).version;
}
