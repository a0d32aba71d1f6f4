import {existsSync} from 'node:fs';
import process from 'node:process';
import type {Ask} from './ask.js';
import {toPath} from './to-path.js';

export const packFolderAsk: Ask = {
	isPath: true,
	title: ({subject}) => `Pack ${subject}: into which folder?`,
	help: () => 'train.jsonl, valid.jsonl, provenance, manifest, card and croissant. The folder must not exist yet; it is whole or absent.',
	answer(_, {query}) {
		const folder = toPath(query.text);
		if (folder === '') return 'a folder name is needed';
		return existsSync(folder)
			? `${folder} exists in ${process.cwd()}: choose another name, or replace it on the command line with \`stillroom dataset pack --force\``
			: [{type: 'datasets/pack-asked', folder}];
	},
};

export const verifyFolderAsk: Ask = {
	isPath: true,
	title: () => 'Verify which pack?',
	help: () => 'Recomputes every hash and the gate from what is in the folder, offline.',
	answer(_, {query}) {
		const folder = toPath(query.text);
		if (folder === '') return 'a folder name is needed';
		return existsSync(folder) ? [{type: 'datasets/verify-asked', folder}] : `there is no folder ${folder} in ${process.cwd()}`;
	},
};
