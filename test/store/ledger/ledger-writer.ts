import {openLedger} from '../../../source/store/ledger/open-ledger.js';
import {aFinish, aStart} from './ledger-drafts.js';

/**
 * A program of its own that appends runs for ever or up to a number, and prints each acknowledged append as `start ID` or `finish ID`.
 * Arguments: home folder, name of the writer, number of runs.
 */
const [folder = '', name = '', runs = '0'] = process.argv.slice(2);
const ledger = await openLedger(folder);
const say = (line: string) => new Promise<void>((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
const work = async (index: number) => {
	const {id} = await ledger.append(aStart({prompt: `${name} asks ${index}`, idempotencyKey: `${name} ${index}`}));
	await say(`start ${id}`);
	await ledger.append(aFinish(id, {text: `${name} answers ${index} ${'still '.repeat(800)}`}));
	await say(`finish ${id}`);
};
const workers = Array.from({length: 4}, async (_, worker) => {
	for (let index = worker; index < Number(runs); index += 4) await work(index);
});
await Promise.all(workers);
await ledger.close();
