import {existsSync} from 'node:fs';
import process from 'node:process';
import {cleanText} from '../../domain/clean-text.js';
import type {Ask} from './ask.js';
import {readMetadata} from './metadata-text.js';
import {toPath} from './to-path.js';

const answers = (count: string): string => (count === '1' ? 'this completion' : `${Number(count).toLocaleString('en')} completions`);

/** `hard`, `split=train`, `-old`: tags by name with their value, null to take one away; a sentence when it cannot be read. */
export function readTags(text: string): Readonly<Record<string, string | null>> | string {
	const tags = new Map<string, string | null>();
	for (const word of text.trim().split(/\s+/).filter(Boolean)) {
		const isRemoved = word.startsWith('-');
		const [, name = '', , value = ''] = /^([^=]+)(=(.*))?$/.exec(isRemoved ? word.slice(1) : word) ?? [];
		if (name === '') return `"${word}" is no tag: write a name, name=value, or -name to take it away`;
		tags.set(name, isRemoved ? null : value);
	}
	return tags.size === 0 ? 'a tag is needed: a name, name=value, or -name to take it away' : Object.fromEntries(tags);
}

export const tagAsk: Ask = {
	title: ({subject}) => `Tag ${answers(subject)}`,
	help: () => 'Names, or name=value, with blanks between; -name takes a tag away. u undoes it.',
	answer(_, {query}) {
		const tags = readTags(query.text);
		return typeof tags === 'string'
			? tags
			: [{type: 'completions/curate-asked', change: {tags}, words: `tagged ${cleanText(query.text.trim())}`}];
	},
};

export const noteAsk: Ask = {
	title: ({subject}) => `Note on ${answers(subject)}`,
	help: () => 'For people; kept in the ledger. Empty takes the note away.',
	answer: (_, {query}) => [
		{type: 'completions/curate-asked', change: {note: query.text.trim() || null}, words: query.text.trim() ? 'noted' : 'note taken away'},
	],
};

export const metadataAsk: Ask = {
	title: ({subject}) => `Metadata of ${subject} at OpenAI`,
	help: () =>
		'Pairs of key=value with blanks between, key="two words" where a value has blanks. They replace all that is there, at the service.',
	answer(_, {query}) {
		const metadata = readMetadata(query.text);
		return typeof metadata === 'string' ? metadata : [{type: 'completions/metadata-asked', metadata}];
	},
};

export const deleteAsk: Ask = {
	title: ({subject}) => `Delete OpenAI's copy of ${answers(subject)}?`,
	help: () => 'It cannot be brought back there. What is kept here stays, marked as deleted. Write yes and press enter; esc leaves it.',
	answer: (_, {query}) =>
		query.text.trim().toLowerCase() === 'yes'
			? [{type: 'completions/delete-asked'}]
			: 'write yes to delete; esc leaves everything as it is',
};

export const importAsk: Ask = {
	isPath: true,
	title: () => 'Import which file?',
	help: () =>
		'Chat JSON Lines (a line is a conversation), or the logs.db of llm. Each row is judged and graded; what its origin does not show stays unknown.',
	answer(_, {query}) {
		const file = toPath(query.text);
		if (file === '') return 'a file name is needed';
		return existsSync(file) ? [{type: 'completions/import-asked', file}] : `there is no file ${file} in ${process.cwd()}`;
	},
};
