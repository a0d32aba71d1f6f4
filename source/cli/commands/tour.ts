import {Failure} from '../../domain/failure.js';
import {wrap} from '../../view/width.js';
import type {CommandRecord, TourRow} from '../command.js';

const textWidth = 88;

const rowLines = ({step, title, text, keys}: TourRow): readonly string[] => [
	`${String(step).padStart(2)}  ${title}`,
	...wrap(text, textWidth).map((line) => `    ${line}`),
	...(keys.length === 0 ? [] : wrap(`Keys: ${keys.join(' ')}`, textWidth).map((line) => `    ${line}`)),
	'',
];

export const tourCommand: CommandRecord = {
	name: 'tour',
	summary: 'Play the whole workflow on the sandbox, from a teacher to an evaluated student, each step on a key press.',
	args: [],
	options: [
		{flags: '--list', help: 'Print the steps and their keys instead of playing them.'},
		{flags: '--json', help: 'The same as one JSON array.'},
	],
	outputs: [{flags: '--json', schema: 'tour'}],
	examples: [
		['stillroom tour', 'about two minutes: space goes on, backspace reads back, esc leaves into the dashboard'],
		['stillroom tour --home ~/stillroom-tour', 'keeps what it makes: ledger, data set, pack, job, evaluation'],
		['stillroom tour --list', 'the steps as text, without a terminal'],
	],
	notes: () =>
		'The tour sends real requests to the embedded server and writes into a folder of its own, which is removed when you leave; --home keeps it.\nNo service is asked, no key is read, nothing of yours is changed.',
	async run({options}, session) {
		if (options.list === true || options.json === true) {
			const rows = await session.ports.tourTable();
			await session.output.write(
				options.json === true ? `${JSON.stringify(rows, null, 2)}\n` : `${rows.flatMap(rowLines).join('\n').trimEnd()}\n`,
			);
			return 0;
		}
		if (!session.io.stdout.isTTY || !session.io.stdin.isTTY) {
			throw new Failure('usage', 'The tour needs a terminal.', {next: 'stillroom tour --list prints its steps.'});
		}
		return session.openTour();
	},
};
