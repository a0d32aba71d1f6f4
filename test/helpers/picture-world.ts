import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {vi} from 'vitest';
import {openContext} from '../../source/create-context.js';
import {startSandbox} from '../../source/sandbox/start-sandbox.js';
import {makeFolder, runStillroom} from './run-stillroom.js';

/** Reviews of many lengths, with one right label each. */
function prompts(count: number): string {
	const words = [
		['great', 'wonderful', 'excellent', 'lovely', 'perfect', 'superb', 'friendly', 'delicious'],
		['awful', 'broken', 'terrible', 'rude', 'useless', 'boring', 'horrible', 'disappointing'],
	];
	const things = ['hotel', 'phone', 'soup', 'film', 'train', 'support', 'book', 'coat', 'garden', 'app'];
	const system = 'Classify the sentiment of the review as positive or negative. Answer with the label only.';
	const more = 'I went there with two of my colleagues on a Tuesday in spring and took the bus from the station to the old town.'.split(
		' ',
	);
	return Array.from({length: count}, (_, index) => {
		const rest = more.slice(0, (index * index) % more.length).join(' ');
		const prompt = `Review ${index}: The ${things[index % 10]} was ${words[index % 2]![(index >> 1) % 8]}, as I wrote to them. ${rest}`;
		return `${JSON.stringify({system, prompt})}\n`;
	}).join('');
}

/** Lines that tell how far work is: which of them come depends on how fast it goes. */
const isProgress =
	/^stillroom: (?:\[#*\.*\] .*|.*\/s\b(?!\)).*|.* s left .*|.* new · back to .*|(?:judged|checked|compared|packed|verified) \d.*|(?:making the files|waiting until the service|uploading) .*)\n/gm;

/** What is not the same in each run, held still while the pictures are made: the clock, what is measured with it, and the chance in ids. */
function holdStill(now: Date): () => void {
	vi.useFakeTimers({toFake: ['Date'], now});
	// A prompt reads it when it leaves, at the first token and at the end; whoever else reads it may do so as often as chance has it.
	let elapsed = 0;
	vi.stubGlobal('performance', {
		now() {
			if (new Error().stack?.includes('run-prompt')) elapsed += 310;
			return elapsed;
		},
	});
	let drawn = 7;
	const random = vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
		const bytes = array as unknown as Uint8Array;
		for (const index of bytes.keys()) {
			drawn = (drawn * 16_807) % 2_147_483_647;
			bytes[index] = drawn & 255;
		}
		return array;
	});
	return () => {
		vi.useRealTimers();
		vi.unstubAllGlobals();
		random.mockRestore();
	};
}

/** A sandbox and a home folder at one moment, and the program on them; everything that would differ from run to run stands still. */
export async function openPictureWorld() {
	const folder = makeFolder();
	const release = holdStill(new Date('2026-11-21T12:00:00Z'));
	const sandbox = await startSandbox();
	const {urls} = sandbox;
	const ports = {
		openContext: (options: Parameters<typeof openContext>[0]) =>
			openContext(options, {env: {}, version: '0.0.0', startSandbox: async () => ({urls, close: async () => {}})}),
	};
	const file = (name: string) => path.join(folder.path, name);
	const told: string[] = [];
	/** Words for a page: what is chance, was measured, or lies in the folder of this run is blotted out. */
	const blot = (text: string) =>
		text
			.replaceAll(isProgress, '')
			.replaceAll(folder.path, '.')
			.replaceAll(/\b(01[0-9A-HJKMNP-TV-Z]{8})[0-9A-HJKMNP-TV-Z]{16}\b/g, `$1${'0'.repeat(16)}`)
			.replaceAll(/\b[0-9a-f]{16,}\b/g, '...')
			.replaceAll(/\b\d+(?:\.\d+)? ?(?:ms|s)\b/g, '... s')
			.replaceAll(/\b\d[\d.]* tokens\/s/g, '... tokens/s')
			.replaceAll(/[\d.,]+\/s\b/g, '.../s');
	/** Runs a command as a line of a shell; throws with what it said when it does not end with `code`. `isTold` puts it into the session. */
	async function stillroom(line: string, {code = 0, isTold = false} = {}): Promise<string> {
		const argv = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/s, '$2').replace('{}', folder.path));
		const end = await runStillroom([...argv, '--home', file('home'), '--sandbox'], {ports});
		if (end.code !== code) throw new Error(`${line}\nended with ${end.code}\n${end.stdout}\n${end.stderr}`);
		const shown = `stillroom ${line.replaceAll('{}/', '')}`;
		if (isTold)
			told.push(
				`\`\`\`console\n$ ${shown}\n${blot(`${end.stdout}${end.stdout === '' || end.stdout.endsWith('\n') ? '' : '\n'}${end.stderr}`).trimEnd()}\n\`\`\``,
			);
		return end.stdout;
	}
	writeFileSync(file('prompts.jsonl'), prompts(80));
	return {
		home: file('home'),
		urls,
		stillroom,
		/** A heading or a sentence of the session. */
		tell: (text: string) => told.push(text),
		/** Every command that was told, with what it printed, as Markdown. */
		session: () => `${told.join('\n\n')}\n`,
		/** Lets time pass. */
		pass: (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds),
		async [Symbol.asyncDispose]() {
			await sandbox.close();
			release();
			folder.remove();
		},
	};
}

export type PictureWorld = Awaited<ReturnType<typeof openPictureWorld>>;
