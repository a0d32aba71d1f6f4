// Writes schemas/: a JSON Schema of every output, made from the types in source/cli/outputs.ts, whose comments become descriptions; and the
// table of docs/json.md that says which command writes which.
//   node scripts/json-schemas.mjs
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {bundleModule} from './bundle-module.mjs';
import {describeField} from './schema-words.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
export const schemaFolder = join(root, 'schemas');
export const schemaPage = join(root, 'docs/json.md');
const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** A copy in the 2020-12 dialect: other names for definitions and tuples, and words for fields that bear none of their own. */
function modernise(value, definitions) {
	if (Array.isArray(value)) return value.map((item) => modernise(item, definitions));
	if (typeof value !== 'object' || value === null) return value;
	const {additionalItems, ...rest} = value;
	const copy = {};
	for (const [key, part] of Object.entries(rest)) {
		if (key === '$ref') copy.$ref = decodeURIComponent(part).replace('#/definitions/', '#/$defs/');
		else if (key === 'items' && Array.isArray(part)) copy.prefixItems = modernise(part, definitions);
		else if (key === 'properties') {
			copy.properties = Object.fromEntries(
				Object.entries(part).map(([name, schema]) => {
					const own = modernise(schema, definitions);
					const target = own.$ref === undefined ? undefined : definitions[own.$ref.slice('#/$defs/'.length)];
					const words = own.description ?? (target?.description === undefined ? describeField(name, own) : undefined);
					return [name, words === undefined ? own : {...own, description: words}];
				}),
			);
		} else if (key === 'enum' || key === 'const') copy[key] = part;
		else copy[key] = modernise(part, definitions);
	}
	if (copy.prefixItems && additionalItems !== undefined) copy.items = modernise(additionalItems, definitions);
	return copy;
}

/** Names of the definitions that a schema needs, and those that these need. */
function reach(schema, definitions, found = new Set()) {
	for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
		if (found.has(name)) continue;
		found.add(name);
		reach(definitions[name], definitions, found);
	}
	return found;
}

/** The text of every file of schemas/ by its name. */
export async function makeSchemas() {
	const {createGenerator} = await import('ts-json-schema-generator');
	const {definitions: raw} = createGenerator({
		path: join(root, 'source/cli/outputs.ts'),
		tsconfig: join(root, 'tsconfig.json'),
		type: 'Outputs',
		skipTypeCheck: true,
		expose: 'export',
		additionalProperties: false,
		jsDoc: 'extended',
	}).createSchema('Outputs');
	const {Outputs, ...definitions} = Object.fromEntries(Object.entries(raw).map(([name, schema]) => [name, modernise(schema, raw)]));
	return new Map(
		Object.entries(Outputs.properties).map(([name, schema]) => {
			const {$ref, description, ...rest} = schema;
			const needed = [...reach(schema, definitions)].sort();
			const whole = {
				$schema: dialect,
				$id: `${name}.json`,
				title: `stillroom ${name}`,
				description,
				...($ref === undefined ? rest : {$ref}),
				...(needed.length === 0 ? {} : {$defs: Object.fromEntries(needed.map((key) => [key, definitions[key]]))}),
			};
			return [`${name}.json`, `${JSON.stringify(whole, null, '\t')}\n`];
		}),
	);
}

/** The tables of docs/json.md by the name of their marker; `files` are those that `makeSchemas` makes. */
export async function schemaTables(files) {
	const {commands} = await bundleModule('source/cli/commands/index.ts');
	const records = commands.flatMap(
		(entry) => entry.commands?.map((record) => ({...record, name: `${entry.name} ${record.name}`})) ?? [entry],
	);
	const describe = (name) => JSON.parse(files.get(`${name}.json`)).description;
	const link = (name) => `[${name}](../schemas/${name}.json)`;
	const rows = records.flatMap(({name, outputs = []}) =>
		outputs.map(({flags, schema}) => `| \`stillroom ${name}${flags === '' ? '' : ` ${flags}`}\` | ${link(schema)} | ${describe(schema)} |`),
	);
	const tools = [...files.keys()]
		.filter((name) => name.startsWith('mcp.'))
		.map((file) => file.slice(0, -'.json'.length))
		.map((name) => `| \`${name.slice('mcp.'.length)}\` | ${link(name)} | ${describe(name)} |`);
	return {
		schemas: ['| command | schema | what it is |', '|---|---|---|', ...rows],
		tools: ['| tool | schema | what it answers |', '|---|---|---|', ...tools],
	};
}

/** The page with its tables written anew. */
export function renewSchemaPage(page, tables) {
	return Object.entries(tables).reduce(
		(text, [name, lines]) =>
			text.replace(new RegExp(`(<!-- ${name}:begin -->)[\\s\\S]*?(<!-- ${name}:end -->)`), (_, begin, end) =>
				[begin, '', ...lines, '', end].join('\n'),
			),
		page,
	);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const files = await makeSchemas();
	mkdirSync(schemaFolder, {recursive: true});
	for (const name of readdirSync(schemaFolder)) if (!files.has(name)) rmSync(join(schemaFolder, name));
	for (const [name, text] of files) writeFileSync(join(schemaFolder, name), text);
	writeFileSync(schemaPage, renewSchemaPage(readFileSync(schemaPage, 'utf8'), await schemaTables(files)));
}
