import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Failure} from '../../../source/domain/failure.js';
import {type Keyring, KeyringError} from '../../../source/store/keys/keyring.js';
import {openKeys} from '../../../source/store/keys/open-keys.js';
import {makeFolder} from '../../helpers/run-stillroom.js';

let home: ReturnType<typeof makeFolder>;
beforeEach(() => {
	home = makeFolder();
});
afterEach(() => home.remove());

const noKeyring = () => Promise.reject(new Error('the keyring was asked'));
const file = () => join(home.path, 'keys.json');
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const withFile = () => openKeys({folder: home.path, isFileOnly: true, openKeyring: noKeyring});

/** A keyring in memory; `problem` is why it does not answer. */
function fakeKeyring(problem: {now: string | null} = {now: null}) {
	const held = new Map<string, string>();
	const asked: string[] = [];
	const guard = (what: string) => {
		asked.push(what);
		if (problem.now !== null) throw new KeyringError(problem.now);
	};
	const keyring: Keyring = {
		async read(account) {
			guard('read');
			return held.get(account) ?? null;
		},
		async save(account, secret) {
			guard('save');
			held.set(account, secret);
		},
		async remove(account) {
			guard('remove');
			held.delete(account);
		},
	};
	return {held, asked, problem, open: async () => keyring};
}

describe('the file', () => {
	test('is for its owner alone, whole, and found again by the next run', async () => {
		expect(await withFile().save('openrouter', '  sk-or-v1-abc\n')).toEqual({place: 'file', where: file(), note: null});
		await withFile().save('openai', 'sk-proj-1');
		expect(modeOf(file())).toBe('600');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({openrouter: 'sk-or-v1-abc', openai: 'sk-proj-1'});
		expect(readdirSync(home.path)).toEqual(['keys.json']);
		const again = withFile();
		expect(again.places()).toEqual({openrouter: 'file', openai: 'file'});
		expect(await again.read('openrouter')).toBe('sk-or-v1-abc');
		expect(await again.read('nebius')).toBeNull();
		expect(again.problems()).toEqual([]);
	});

	test.skipIf(process.platform === 'win32')('that others may read is taken from them, and that is said once', async () => {
		writeFileSync(file(), '{"openai": "sk-1"}');
		chmodSync(file(), 0o644);
		const store = withFile();
		expect(await store.read('openai')).toBe('sk-1');
		expect(modeOf(file())).toBe('600');
		expect(store.problems()).toEqual([expect.stringMatching(/could be read by others \(its mode was 644\); it is 600 now/)]);
		expect(withFile().problems()).toEqual([]);
	});

	test.each([
		['no JSON', '{"openai": "sk-1", oh', /is not JSON/],
		['no object', '["sk-1"]', /holds no object/],
	])('that is %s is named, kept as it is, and no key of it is said', async (_, text, words) => {
		writeFileSync(file(), text, {mode: 0o600});
		const store = withFile();
		expect(store.places()).toEqual({});
		expect(store.problems().join()).toMatch(words);
		expect(store.problems().join()).not.toContain('sk-1');
		const failure = (await store.save('openai', 'sk-2').catch((error: unknown) => error)) as Failure;
		expect(failure.toLine()).toMatch(words);
		await expect(store.remove('openai')).rejects.toThrow('The key was not changed.');
		expect(readFileSync(file(), 'utf8')).toBe(text);
	});

	test('that is a link or a folder is neither followed nor replaced', async () => {
		const elsewhere = join(home.path, 'elsewhere.json');
		writeFileSync(elsewhere, '{"openai": "sk-1"}', {mode: 0o600});
		symlinkSync(elsewhere, file());
		const store = withFile();
		expect(await store.read('openai')).toBeNull();
		expect(store.problems()).toEqual([expect.stringMatching(/symbolic link/)]);
		await expect(store.save('openai', 'sk-2')).rejects.toThrow('The key was not changed.');
		expect(readFileSync(elsewhere, 'utf8')).toBe('{"openai": "sk-1"}');
		const folder = join(home.path, 'other');
		mkdirSync(join(folder, 'keys.json'), {recursive: true});
		const other = openKeys({folder, isFileOnly: true, openKeyring: noKeyring});
		expect([other.places(), other.problems()]).toEqual([{}, [expect.stringMatching(/is no file/)]]);
	});

	test('keeps what it does not know, and says what is no key', async () => {
		writeFileSync(file(), '{"later": {"x": 1}, "together": 5}', {mode: 0o600});
		const store = withFile();
		expect(store.places()).toEqual({});
		expect(store.problems()).toEqual([expect.stringMatching(/holds for together is no key/)]);
		await store.save('together', 'tok');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({later: {x: 1}, together: 'tok'});
	});

	test('loses one key at a time', async () => {
		const store = withFile();
		await store.save('openai', 'sk-1');
		await store.save('nanogpt', 'sk-2');
		expect([await store.remove('openai'), await store.remove('openai')]).toEqual(['file', null]);
		expect(store.places()).toEqual({nanogpt: 'file'});
	});

	test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that cannot be written says so', async () => {
		chmodSync(home.path, 0o500);
		const failure = (await withFile()
			.save('openai', 'sk-1')
			.catch((error: unknown) => error)) as Failure;
		chmodSync(home.path, 0o700);
		expect(failure.toLine()).toMatch(/could not be written.*permission is denied/);
		expect(failure.toLine()).not.toContain('sk-1');
	});
});

describe('the keyring', () => {
	test('takes the key; the file says only that it did, and looking asks nobody', async () => {
		const keyring = fakeKeyring();
		const store = openKeys({folder: home.path, isFileOnly: false, openKeyring: keyring.open});
		const kept = await store.save('openai', 'sk-secret');
		expect(kept).toEqual({place: 'keyring', where: `stillroom, openai (${home.path})`, note: null});
		expect(readFileSync(file(), 'utf8')).not.toContain('sk-secret');
		keyring.asked.length = 0;
		const again = openKeys({folder: home.path, isFileOnly: false, openKeyring: keyring.open});
		expect(again.places()).toEqual({openai: 'keyring'});
		expect(keyring.asked).toEqual([]);
		expect(await again.read('openai')).toBe('sk-secret');
		expect(await again.remove('openai')).toBe('keyring');
		expect([keyring.held.size, again.places()]).toEqual([0, {}]);
	});

	test('that is not there leaves the key to the file, and says so', async () => {
		const keyring = fakeKeyring({now: 'this session has none that can be used'});
		const store = openKeys({folder: home.path, isFileOnly: false, openKeyring: keyring.open});
		expect(await store.save('openai', 'sk-1')).toEqual({
			place: 'file',
			where: file(),
			note: 'The keyring was not used: this session has none that can be used.',
		});
		expect(await store.read('openai')).toBe('sk-1');
	});

	test('that forgets what it took is not believed', async () => {
		const keyring = fakeKeyring();
		const forgetful = async () => ({...(await keyring.open()), save: async () => {}});
		const store = openKeys({folder: home.path, isFileOnly: false, openKeyring: forgetful});
		expect((await store.save('openai', 'sk-1')).note).toMatch(/did not keep the key/);
		expect(store.places()).toEqual({openai: 'file'});
	});

	test('that is locked later says so, and the key stays known', async () => {
		const keyring = fakeKeyring();
		const store = openKeys({folder: home.path, isFileOnly: false, openKeyring: keyring.open});
		await store.save('openai', 'sk-1');
		keyring.problem.now = 'it is locked';
		const failure = (await store.read('openai').catch((error: unknown) => error)) as Failure;
		expect(failure.kind).toBe('auth');
		expect(failure.toLine()).toMatch(/could not be read from the keyring. The keyring: it is locked. Unlock/);
		await expect(store.remove('openai')).rejects.toThrow('could not be taken out of the keyring');
		expect(store.places()).toEqual({openai: 'keyring'});
	});

	test('is left alone where only the file is wanted', async () => {
		const keyring = fakeKeyring();
		const store = openKeys({folder: home.path, isFileOnly: true, openKeyring: keyring.open});
		expect((await store.save('openai', 'sk-1')).place).toBe('file');
		expect(keyring.asked).toEqual([]);
	});
});

test('what is no key is refused without being repeated, before anything is written', async () => {
	const store = withFile();
	for (const text of [
		'',
		' \n',
		'sk-1 sk-2',
		'sk-1\nsk-2',
		'OPENAI_API_KEY=sk-1',
		'"sk-1"',
		'Bearer sk-1',
		'sk-\u0007-1',
		'sk-é',
		'x'.repeat(3000),
	]) {
		const failure = (await store.save('openai', text).catch((error: unknown) => error)) as Failure;
		expect(failure.kind).toBe('usage');
		expect(failure.toLine()).not.toContain('sk-1');
	}
	expect(existsSync(file())).toBe(false);
});
