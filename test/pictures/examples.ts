import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {flattenCommands} from '../../source/cli/command.js';
import {commands} from '../../source/cli/commands/index.js';
import type {PictureWorld} from '../helpers/picture-world.js';

/** Commands whose examples do not run here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
	sandbox: 'serves until it is stopped',
	mcp: 'serves until it is stopped',
	tour: 'wants a terminal and a minute',
	setup: 'wants a terminal and a keyring',
	'config edit': 'wants an editor',
	generate: 'told in the session',
	'completions sync': 'told in the session; all of it takes long',
	'dataset create': 'told in the session',
	'dataset check': 'told in the session',
	'dataset pack': 'told in the session',
	'jobs create': 'told in the session',
	'jobs cancel': 'the job has ended',
	'jobs pause': 'the job has ended',
	'jobs resume': 'the job has ended',
	'ledger verify': 'told in the session',
	drift: 'told in the session',
};

/** Parts of examples that stand for something of one's own. */
const ownFiles =
	/llm logs path|batch-input|--generations|questions\.jsonl|sha256:…|triage@[23]|metadata chatcmpl|delete chatcmpl|--near|--extend|ledger export >|config get keys|check train\.jsonl --(?:valid|prov)|bash\)/;

/** The calls of the examples that need nothing but what the session made, with what stands for its own put in. */
export async function runnableExamples({home, stillroom}: PictureWorld): Promise<readonly string[]> {
	const folder = path.dirname(home);
	const at = (name: string) => path.join(folder, name);
	for (const name of ['train.jsonl', 'valid.jsonl', 'provenance.jsonl']) copyFileSync(at(`triage-v1/${name}`), at(name));
	writeFileSync(at('better.txt'), 'better');
	writeFileSync(at('old-answers.jsonl'), readFileSync(at('train.jsonl')));
	const read = async <Row>(line: string) => JSON.parse(await stillroom(`${line} --json`)) as readonly Row[];
	const ids = await read<{readonly id: string}>('completions list task:triage --limit 2');
	const [copy] = await read<{readonly remote: {readonly id: string}}>('completions list source:openai-stored --limit 1');
	const [job] = await read<{readonly job: {readonly id: string}}>('jobs list');
	const put: readonly (readonly [string | RegExp, string])[] = [
		['01JD8Z…', ids[0]!.id],
		['01JD90…', ids[1]!.id],
		['chatcmpl-AyPN…', copy!.remote.id],
		['ftjob-abc123', job!.job.id],
		['MODEL', 'qwen/qwen3-32b'],
		['OTHER', 'qwen/qwen3-8b'],
		[/\b(?=better\.txt|old-answers\.jsonl|train\.jsonl|valid\.jsonl|provenance\.jsonl|promptfooconfig\.yaml)/g, `${folder}/`],
		['triage-v2', at('triage-v1')],
	];
	return flattenCommands(commands)
		.filter(({name}) => !(name in elsewhere))
		.flatMap(({name, examples}) => examples.filter(([line]) => !ownFiles.test(line) && line.includes(`stillroom ${name}`)))
		.filter(([line]) => !/(?:\||^)[^|]*\| stillroom/.test(line))
		.map(([line]) => put.reduce((text, [what, by]) => text.replaceAll(what, by), line))
		.map((line) => /stillroom ((?:"[^"]*"|'[^']*'|[^|>])*)/.exec(line)![1]!.trim());
}
