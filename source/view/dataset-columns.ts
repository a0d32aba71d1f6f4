import {cleanText} from '../domain/clean-text.js';
import type {Dataset} from '../domain/dataset.js';
import type {Column} from './cell.js';
import {formatDateTime, formatTokens} from './format.js';

/** Words for a state of duties: the worst one. */
function dutyCell({duties}: Dataset) {
	const count = (state: string) => duties.filter((duty) => duty.state === state).length;
	if (count('violated') > 0) return {text: `${count('violated')} violated`, tone: 'bad'} as const;
	return count('open') > 0 ? ({text: `${count('open')} open`, tone: 'warn'} as const) : ({text: 'none open', tone: 'dim'} as const);
}

/** The columns of every list of data sets. Name, rows and destination never leave. */
export const datasetColumns: ReadonlyArray<Column<Dataset>> = [
	{
		id: 'name',
		title: 'Data set',
		width: 22,
		isFlexible: true,
		most: 60,
		said: [''],
		cell: ({name, version}) => ({text: `${name}@${version}`, tone: 'strong'}),
	},
	{
		id: 'rows',
		title: 'Rows',
		said: ['', 'rows'],
		width: 8,
		align: 'right',
		cell: ({counts}) => ({text: (counts.train + counts.valid).toLocaleString('en'), tone: 'plain'}),
	},
	{
		id: 'split',
		title: 'Valid',
		said: ['', 'for validation'],
		width: 7,
		align: 'right',
		dropOrder: 3,
		cell: ({counts}) => ({text: counts.valid.toLocaleString('en'), tone: 'dim'}),
	},
	{
		id: 'tokens',
		title: 'Tokens',
		said: ['', 'tokens'],
		width: 7,
		align: 'right',
		dropOrder: 4,
		cell: ({counts}) => ({text: formatTokens(counts.trainTokens + counts.validTokens), tone: 'plain'}),
	},
	{
		id: 'refused',
		title: 'Refused',
		said: ['', 'refused by the gate'],
		width: 8,
		align: 'right',
		dropOrder: 5,
		cell: ({counts}) => ({text: counts.dropped.gate.toLocaleString('en'), tone: counts.dropped.gate > 0 ? 'warn' : 'dim'}),
	},
	{
		id: 'overridden',
		title: 'Overr.',
		said: ['', 'taken although refused'],
		width: 6,
		align: 'right',
		dropOrder: 6,
		cell: ({counts}) => ({text: counts.overridden.toLocaleString('en'), tone: counts.overridden > 0 ? 'bad' : 'dim'}),
	},
	{id: 'for', title: 'For', width: 9, cell: ({destination}) => ({text: destination.tuner, tone: 'plain'})},
	{
		id: 'base',
		title: 'Base model',
		width: 22,
		dropOrder: 7,
		cell: ({destination}) => ({text: cleanText(destination.baseModel), tone: 'plain'}),
	},
	{
		id: 'level',
		title: 'Gate',
		width: 5,
		dropOrder: 8,
		said: ['gate level'],
		cell: ({level}) => ({text: level, tone: level === 'route' ? 'good' : 'warn'}),
	},
	{id: 'duties', title: 'Duties', width: 11, dropOrder: 2, cell: dutyCell},
	{id: 'created', title: 'Frozen', width: 17, dropOrder: 1, cell: ({createdAt}) => ({text: formatDateTime(createdAt), tone: 'dim'})},
];
