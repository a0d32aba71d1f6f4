import type {Generation, GenerationContent} from '../../domain/chat.js';
import {Failure} from '../../domain/failure.js';
import type {ImportLookUps} from '../../domain/import-report.js';
import {howToSetUp} from '../../domain/service-key.js';
import {createAsker} from '../completions/ask-paced.js';
import type {ChatClient, Context} from '../context.js';

/** What OpenRouter says of a generation. */
export type LookedUp = {
	/** Null when it knows none (yet), or one that names no provider. */
	readonly generation: Generation | null;
	/** Null where it does not have the texts any more, or does not give them. */
	readonly content: GenerationContent | null;
	/** How the text of the row compares with it. */
	readonly text: 'same' | 'different' | 'not held';
};

/** Look-ups at the same time; each is one or two plain GETs. */
const atOnce = 4;

const noKey = new Failure('auth', 'OpenRouter tells of a generation only to the key that asked for it.', {
	service: 'openrouter',
	why: 'OPENROUTER_API_KEY is not set.',
	next: `${howToSetUp('openrouter')}, or try it with --sandbox.`,
});

export type LookUp = Awaited<ReturnType<typeof openLookUp>>;

/** Looks generations up at OpenRouter. Throws Failure: auth without a key; what the service or the network does ends the look-up it happens to. */
export async function openLookUp(context: Context, signal: AbortSignal) {
	if (!context.hasKey.openrouter) throw noKey;
	const chat: ChatClient = await context.chat('openrouter');
	const asker = createAsker(context, 'openrouter', atOnce, signal);
	const count = {asked: 0, proven: 0, withText: 0, missing: 0, different: 0};
	let isContentRefused = false;

	async function readContent(id: string): Promise<GenerationContent | null> {
		if (isContentRefused) return null;
		try {
			return await asker.ask(() => chat.fetchGenerationContent!(id, signal));
		} catch (error) {
			// The texts are for keys of another kind, or not kept at all: the route is proven without them.
			if (!(error instanceof Failure) || (error.status !== 403 && error.status !== 501)) throw error;
			isContentRefused = true;
			return null;
		}
	}

	return {
		count: (): ImportLookUps => count,
		isContentRefused: () => isContentRefused,
		/** `text` is what the row says the answer is; null takes what the service has. */
		async ask(id: string, text: string | null): Promise<LookedUp> {
			const found = await asker.ask(() => chat.fetchGeneration!(id, signal));
			count.asked++;
			if (found === null || found.servedProvider === null) {
				count.missing++;
				return {generation: null, content: null, text: 'not held'};
			}
			const content = await readContent(id);
			const held = content?.error === null ? content.text : null;
			const isSame = held !== null && (text === null || text === held);
			const state = held === null || content!.messages.length === 0 ? 'not held' : isSame ? 'same' : 'different';
			if (state === 'different') count.different++;
			else count.proven++;
			if (state === 'same') count.withText++;
			return {generation: found, content, text: state};
		},
	};
}
