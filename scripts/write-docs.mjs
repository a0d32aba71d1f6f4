// Writes what the program itself says into docs/ and man/: whole pages for screens, commands and settings, tables between markers, the manual page.
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {bundleModule} from './bundle-module.mjs';
import {commandPages} from './command-pages.mjs';
import {manFile, manPage} from './man-page.mjs';
import {cell, code, table} from './markdown.mjs';
import {screenPages} from './screen-pages.mjs';
import {verdictTables} from './verdict-tables.mjs';

export const docsFolder = fileURLToPath(new URL('../docs/', import.meta.url));
/** Folders that hold generated pages only. */
const ownFolders = ['screens', 'commands'];
/** The page that holds each marker. */
const pageOfMarker = {
	keys: 'keys.md',
	filter: 'filter-language.md',
	'model-table': 'verdicts.md',
	'route-table': 'verdicts.md',
	settings: 'settings.md',
};

function keyPart(keys) {
	const groups = [...new Set(keys.map(({screen}) => screen))];
	return groups
		.flatMap((group) => [
			`**${group}**`,
			'',
			'| key | what it does | id |',
			'|---|---|---|',
			...keys
				.filter(({screen}) => screen === group)
				.map(({id, keys: chords, label}) => `| ${chords.map(code).join(' ')} | ${cell(label)} | \`${id}\` |`),
			'',
		])
		.join('\n')
		.trim();
}

function filterPart({filterSyntax, filterKeys, routeFilterKeys, completionFilterSyntax, completionFilterKeys, datasetFilterKeys}) {
	const rows = (keys) =>
		table(
			['example', 'what it leaves'],
			keys.map(({example, help, unit}) => [code(example), cell(unit ? `${help}, ${unit}` : help)]),
		);
	return [
		rows([...filterSyntax, ...filterKeys]),
		'Routes of a model have these keys:',
		rows(routeFilterKeys),
		'Completions have these:',
		rows([...completionFilterSyntax, ...completionFilterKeys]),
		'Data sets have these:',
		rows(datasetFilterKeys),
	].join('\n\n');
}

/** A page with its generated parts written anew. */
export function renewPage(text, parts) {
	return Object.entries(parts).reduce(
		(current, [name, content]) =>
			current.replace(
				new RegExp(`(<!-- ${name}:begin -->)[\\s\\S]*?(<!-- ${name}:end -->)`),
				(_, begin, end) => `${begin}\n\n${content}\n\n${end}`,
			),
		text,
	);
}

/** Every page that is made from records, whole, by its path below docs/; markers are filled in as the page stands. */
export async function generatedPages() {
	const records = await bundleModule('scripts/doc-records.ts');
	const parts = {
		keys: keyPart(records.keyTable()),
		filter: filterPart(records),
		settings: records.settingsTable().trim(),
		...verdictTables(records),
	};
	const marked = [...new Set(Object.values(pageOfMarker))].map((name) => [
		name,
		renewPage(readFileSync(join(docsFolder, name), 'utf8'), parts),
	]);
	const describe = (name) => {
		const file = join(docsFolder, 'pictures', `${name}.svg`);
		const words = existsSync(file) ? /<desc id="d">(.*)<\/desc>/.exec(readFileSync(file, 'utf8')) : null;
		return words === null
			? null
			: words[1].replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
	};
	return {...Object.fromEntries(marked), ...screenPages(records, describe), ...commandPages(records)};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const pages = await generatedPages();
	for (const folder of ownFolders) {
		mkdirSync(join(docsFolder, folder), {recursive: true});
		for (const name of readdirSync(join(docsFolder, folder))) if (!(`${folder}/${name}` in pages)) rmSync(join(docsFolder, folder, name));
	}
	for (const [name, text] of Object.entries(pages)) writeFileSync(join(docsFolder, name), text);
	mkdirSync(dirname(manFile), {recursive: true});
	writeFileSync(manFile, await manPage());
}
