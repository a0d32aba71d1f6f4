import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, sep} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hintsFor} from '../../source/ui/keys/resolve-key.js';
import {completePath} from '../../source/ui/overlays/complete-path.js';
import {type AskName, openAsk} from '../../source/ui/state/overlay.js';
import {afterKeys, makeState, after as reduced} from '../helpers/make-state.js';

const folder = mkdtempSync(join(tmpdir(), 'stillroom-paths-'));
beforeAll(() => {
	for (const name of ['chat-1.jsonl', 'chat-2.jsonl', 'logs.db', '.hidden']) writeFileSync(join(folder, name), '');
	mkdirSync(join(folder, 'triage-v1'));
});
afterAll(() => rmSync(folder, {recursive: true}));

describe('the name of a file is completed', () => {
	test.each<readonly [string, string, readonly string[]]>([
		['lo', 'gs.db', ['logs.db']],
		['tri', `age-v1${sep}`, [`triage-v1${sep}`]],
		['c', 'hat-', ['chat-1.jsonl', 'chat-2.jsonl']],
		['', '', ['chat-1.jsonl', 'chat-2.jsonl', 'logs.db', `triage-v1${sep}`]],
		['.h', 'idden', ['.hidden']],
		['nothing', '', []],
		['no-folder/x', '', []],
	])('%j by %j', (begun, added, names) => {
		expect(completePath(`${folder}${sep}${begun}`)).toEqual({added, names});
	});
});

describe('tab', () => {
	const asked = (name: AskName, value: string) => reduced(makeState([]), openAsk(name, 'x', value));

	test.each<AskName>(['import-file', 'pack-folder', 'verify-folder', 'export-eval', 'bulk-file'])('completes what %s asks for', (name) => {
		const done = afterKeys(asked(name, join(folder, 'lo')), 'tab');
		expect(done.overlay).toMatchObject({query: {text: join(folder, 'logs.db')}});
		expect(afterKeys(asked(name, join(folder, 'ch')), 'tab').flash?.text).toBe('2 begin so: chat-1.jsonl, chat-2.jsonl');
		expect(afterKeys(asked(name, join(folder, 'zz')), 'tab').flash?.text).toContain('nothing begins with');
	});

	test('is named where a path is asked for, and nowhere else', () => {
		const keys = (name: AskName) => hintsFor(asked(name, '')).map(({key, label}) => `${key} ${label}`);
		expect(keys('import-file')).toContain('tab complete');
		expect(keys('tag')).not.toContain('tab complete');
	});
});
