// A page for each screen of the dashboard, made from its record.
import {cell, code, table} from './markdown.mjs';

/** The commands that do the same without a screen, and the pictures of docs/pictures/ with what they show. */
const beside = {
	models: {commands: ['models', 'model'], pictures: ['models', 'policy']},
	routes: {commands: ['routes'], pictures: ['routes']},
	prompt: {commands: ['ask', 'generate'], pictures: ['prompt', 'refusal']},
	completions: {commands: ['completions', 'ledger'], pictures: ['completions']},
	datasets: {commands: ['dataset', 'check', 'verify', 'drift'], pictures: ['datasets', 'drops', 'check']},
	draft: {commands: ['dataset'], pictures: ['draft']},
	jobs: {commands: ['jobs'], pictures: ['jobs']},
	distil: {commands: ['jobs'], pictures: ['distil']},
	evals: {commands: ['evals'], pictures: ['evals']},
	evaluation: {commands: ['evals'], pictures: ['evaluation']},
	setup: {commands: ['setup', 'keys'], pictures: ['setup']},
};

const keyRows = (bindings) =>
	bindings.filter(({isSilent}) => !isSilent).map(({id, keys, label}) => [keys.map(code).join(' '), cell(label), `\`${id}\``]);

/** How one comes to a screen, in one sentence. */
function opening({digit, openedBy}) {
	if (digit !== null) return `\`${digit}\` opens it from anywhere.`;
	return openedBy === undefined ? 'It opens from the screens beside it.' : `${openedBy[0].toUpperCase()}${openedBy.slice(1)}.`;
}

function screenPage(screen, {filterSyntax}, describe) {
	const {id, title, about, bindings, field, words = [], filterKeys, list, form} = screen;
	const {commands = [], pictures = []} = beside[id] ?? {};
	const shown = pictures.filter((name) => describe(name) !== null);
	return [
		`# ${title}`,
		'',
		about,
		'',
		opening(screen),
		'',
		...shown.flatMap((name) => [`![${describe(name)}](../pictures/${name}.svg)`, '']),
		'## Keys',
		'',
		table(['key', 'what it does', 'id'], [...keyRows(bindings), ...keyRows(field?.bindings ?? field?.group.bindings ?? [])]),
		'',
		`${list ? 'The keys of lists (move, filter, sort, mark) work here too. ' : ''}${form ? 'The keys of forms work here too. ' : ''}[All keys](../keys.md); each can be rebound by its id.`,
		'',
		...(words.length > 0
			? [
					'## What the words mean',
					'',
					table(
						['word', 'meaning'],
						words.map(([word, , meaning]) => [code(word), cell(meaning)]),
					),
					'',
				]
			: []),
		...(filterKeys
			? [
					'## Filter',
					'',
					`\`/\` filters. [The whole language](../filter-language.md).`,
					'',
					table(
						['example', 'what it leaves'],
						[...(screen.filterSyntax ?? filterSyntax), ...filterKeys].map(({example, help, unit}) => [
							code(example),
							cell(unit ? `${help}, ${unit}` : help),
						]),
					),
					'',
				]
			: []),
		...(commands.length > 0
			? ['## Without the screen', '', `${commands.map((name) => `[\`stillroom ${name}\`](../commands/${name}.md)`).join(', ')}.`, '']
			: []),
		'[All screens](README.md)',
		'',
	].join('\n');
}

/** Pages by their path below docs/. `describe` says what the picture of this name shows; null where there is none. */
export function screenPages(records, describe) {
	const {screens, screenIds} = records;
	const all = screenIds.map((id) => screens[id]);
	const index = [
		'# Screens',
		'',
		'What each screen is for, its keys, its words and its filter. Made from the records that the program runs on.',
		'',
		table(
			['screen', 'key', 'what it is for'],
			all.map(({id, title, digit, about}) => [`[${title}](${id}.md)`, digit === null ? '' : `\`${digit}\``, cell(about)]),
		),
		'',
		...(describe('palette') !== null
			? ['`:` opens the palette: every action by name.', '', `![${describe('palette')}](../pictures/palette.svg)`, '']
			: []),
		'[All keys](../keys.md) · [All commands](../commands/README.md) · [Documentation](../README.md)',
		'',
	].join('\n');
	return {
		'screens/README.md': index,
		...Object.fromEntries(all.map((screen) => [`screens/${screen.id}.md`, screenPage(screen, records, describe)])),
	};
}
