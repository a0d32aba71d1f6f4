import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Failure} from '../domain/failure.js';

/** A JSON Schema as it stands in schemas/. */
export type JsonSchema = Readonly<Record<string, unknown>> & {readonly title: string; readonly description: string};

/** The folder `schemas` of the package, looked for upward from this module. Throws Failure where it was not installed. */
function findSchemas(): string {
	for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
		const candidate = path.join(folder, 'schemas');
		if (existsSync(path.join(candidate, 'models.json'))) return candidate;
		if (folder === path.dirname(folder)) throw new Failure('failed', 'The schemas were not installed.', {next: 'Install stillroom anew.'});
	}
}

/** The text of a schema; null when there is none of that name. */
export function readSchemaText(name: string): string | null {
	const file = path.join(findSchemas(), `${path.basename(name)}.json`);
	return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** A schema as a value; throws Failure when there is none of that name. */
export function readSchema(name: string): JsonSchema {
	const text = readSchemaText(name);
	if (text === null) throw new Failure('failed', `There is no schema "${name}".`, {next: 'Install stillroom anew.'});
	return JSON.parse(text) as JsonSchema;
}

/** The names of all schemas. */
export function schemaNames(): readonly string[] {
	return readdirSync(findSchemas())
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length))
		.sort();
}
