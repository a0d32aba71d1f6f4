import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {beforeEach, describe, expect, test} from 'vitest';
import {datasetsPath, openDatasets} from '../../source/store/datasets/open-datasets.js';
import {datasetLayout} from '../../source/store/datasets/schema.js';
import {evalsPath, openEvals} from '../../source/store/evals/open-evals.js';
import {evalLayout} from '../../source/store/evals/schema.js';
import {jobsPath, openJobs} from '../../source/store/jobs/open-jobs.js';
import {jobLayout} from '../../source/store/jobs/schema.js';
import {ledgerPath, openLedger} from '../../source/store/ledger/open-ledger.js';
import {ledgerLayout} from '../../source/store/ledger/schema.js';
import {aDefinition, anItem, aSample} from '../helpers/eval-world.js';
import {aJob} from '../helpers/tuner-world.js';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'stillroom-migrate-'));
	return () => rmSync(folder, {recursive: true, force: true});
});

function write(file: string, ...statements: readonly string[]): void {
	const database = new DatabaseSync(file);
	for (const statement of statements) database.exec(statement);
	database.close();
}

const versionOf = (file: string): number => {
	const database = new DatabaseSync(file);
	const version = Number(database.prepare('PRAGMA user_version').get()!.user_version);
	database.close();
	return version;
};

describe('evaluations', () => {
	/** The first file, of a few hours: an evaluation did not say how many samples it has. */
	const uncounted = `
CREATE TABLE evaluation (
	key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at TEXT NOT NULL, definition TEXT NOT NULL,
	expected INTEGER NOT NULL, result TEXT, result_hash TEXT
) STRICT;

CREATE TABLE item (
	evaluation INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (evaluation, position),
	UNIQUE (evaluation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
	evaluation INTEGER NOT NULL, item INTEGER NOT NULL, candidate INTEGER NOT NULL, run TEXT, cost REAL, latency REAL, prompt_tokens INTEGER,
	completion_tokens INTEGER, error TEXT, grades TEXT NOT NULL, total_cost REAL NOT NULL, PRIMARY KEY (evaluation, item, candidate)
) STRICT, WITHOUT ROWID;
PRAGMA application_id = ${0x5354_4556}; PRAGMA user_version = 1;
`;
	const sample = aSample('item-0', 1);
	const rows = `
INSERT INTO evaluation VALUES (1, 'eval-1', 'triage', '2026-11-21T08:00:00.000Z', '${JSON.stringify(aDefinition())}', 4, NULL, 'sha256:11');
INSERT INTO evaluation VALUES (2, 'eval-2', 'empty', '2026-11-21T08:01:00.000Z', '${JSON.stringify(aDefinition({id: 'eval-2'}))}', 2, NULL, NULL);
INSERT INTO item VALUES (1, 0, 'item-0', '${JSON.stringify(anItem(0))}');
INSERT INTO sample VALUES (1, 0, 0, 'run-a', 0.25, 9, 1, 1, NULL, '[]', 0.5);
INSERT INTO sample VALUES (1, 0, 1, 'run-item-0-1', 0.001, 100, 5, 3, NULL, '${JSON.stringify(sample.grades)}', 0.001);
`;

	test('of the first layout are counted, and go on', async () => {
		write(evalsPath(folder), uncounted, rows);
		const store = await openEvals(folder);
		expect(store.find('eval-1')).toMatchObject({name: 'triage', samples: 2, expected: 4, costUsd: 0.501, definition: aDefinition()});
		expect(store.find('eval-2')).toMatchObject({samples: 0, costUsd: 0});
		expect(store.samples('eval-1')[1]).toEqual(sample);
		expect(store.resultHash('eval-1')).toBe('sha256:11');
		store.define(aDefinition(), [anItem(1)], 4);
		store.addSamples([aSample('item-1', 0)]);
		expect(store.find('eval-1')).toMatchObject({samples: 3});
		store.close();
		expect(versionOf(evalsPath(folder))).toBe(evalLayout.steps.length);
	});

	test('of a file that has the counts already keep them', async () => {
		write(evalsPath(folder), String(evalLayout.steps[0]), `PRAGMA application_id = ${0x5354_4556}; PRAGMA user_version = 1;`);
		write(
			evalsPath(folder),
			`INSERT INTO evaluation VALUES (1, 'eval-1', 'triage', '', '${JSON.stringify(aDefinition())}', 4, 3, 0.7, NULL, NULL)`,
		);
		const store = await openEvals(folder);
		expect(store.list()).toMatchObject([{id: 'eval-1', samples: 3, costUsd: 0.7}]);
		store.close();
	});
});

test('jobs of the first layout are there, and can be noted as gone', async () => {
	const body = JSON.stringify(aJob()).replaceAll("'", "''");
	write(
		jobsPath(folder),
		String(jobLayout.steps[0]),
		`PRAGMA application_id = ${0x5354_4a42}; PRAGMA user_version = 1;`,
		`INSERT INTO job VALUES (1, 'https://a', 'compatible', 'ftjob-1', '${body}', '2026-11-21', '2026-11-21T12:00:00.000Z', NULL, NULL)`,
	);
	const store = await openJobs(folder);
	const place = {site: 'https://a', service: 'compatible', id: 'ftjob-1'} as const;
	expect(store.findJob(place)).toEqual({job: aJob(), seenAt: '2026-11-21T12:00:00.000Z', goneAt: null});
	store.markGone(place, '2026-11-21T13:00:00.000Z');
	store.markGone(place, '2026-11-21T14:00:00.000Z');
	expect(store.listJobs('https://a', 'compatible')).toMatchObject([{goneAt: '2026-11-21T13:00:00.000Z'}]);
	store.saveJobs('https://a', [aJob()], '2026-11-21T15:00:00.000Z');
	expect(store.findJob(place)?.goneAt).toBeNull();
	store.close();
});

test.each([
	['ledger', ledgerPath, openLedger, ledgerLayout],
	['store of data sets', datasetsPath, openDatasets, datasetLayout],
	['store of jobs', jobsPath, openJobs, jobLayout],
	['store of evaluations', evalsPath, openEvals, evalLayout],
] as const)(
	'a %s of a newer layout is refused by a sentence with both versions, and stays as it is',
	async (noun, pathOf, open, {steps}) => {
		const opened = await open(folder);
		await opened.close();
		write(pathOf(folder), `PRAGMA user_version = ${steps.length + 7}`);
		await expect(open(folder)).rejects.toMatchObject({
			message: `The ${noun} was written by a newer stillroom.`,
			why: `${pathOf(folder)} has layout ${steps.length + 7}, this program knows ${steps.length}.`,
			next: 'Update stillroom.',
		});
		expect(versionOf(pathOf(folder))).toBe(steps.length + 7);
	},
);
