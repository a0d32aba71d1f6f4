import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {Failure} from '../domain/failure.js';
import {packageFolder} from './package-files.js';

/** A JSON Schema as it stands in schemas/. */
export type JsonSchema = Readonly<Record<string, unknown>> & {readonly title: string; readonly description: string};

const folder = () => packageFolder('schemas', 'models.json');

/** The text of a schema; null when there is none of that name. */
export function readSchemaText(name: string): string | null {
	const file = path.join(folder(), `${path.basename(name)}.json`);
	return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** A schema as a value; throws Failure when there is none of that name. */
export function readSchema(name: string): JsonSchema {
	const text = readSchemaText(name);
	if (text === null) throw new Failure('failed', `There is no schema "${name}".`, {next: 'Install stillroom anew.'});
	const schema = JSON.parse(text) as Partial<JsonSchema>;
	return {...schema, title: schema.title ?? name, description: schema.description ?? ''};
}

/** The names of all schemas. */
export function schemaNames(): readonly string[] {
	return readdirSync(folder())
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length))
		.sort();
}
