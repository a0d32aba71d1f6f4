import type {Context, Embed} from '../context.js';

type Wanted = {
	readonly texts: readonly string[];
	readonly resolve: (result: Awaited<ReturnType<Embed>>) => void;
	readonly reject: (reason: unknown) => void;
};

/** OpenAI takes 2,048 texts and 300,000 tokens at once: https://platform.openai.com/docs/api-reference/embeddings/create */
const mostTexts = 128;
const mostCharacters = 300_000;

/**
 * Embeddings that go out together: while one request for a model is under way, what is asked meanwhile waits and goes out as one. Equal texts are sent
 * once. Tokens and costs are told in proportion to the texts that each asked for. All who ask share the one signal given here; the
 * signal of a single call is not looked at.
 */
export function batchEmbeddings(embed: Embed, signal: AbortSignal): Embed {
	const queues = new Map<string, Wanted[]>();
	const drain = async (model: string, queue: Wanted[]) => {
		// What is asked in the same turn goes out together.
		await Promise.resolve();
		while (queue.length > 0) {
			const batch = takeBatch(queue);
			try {
				await answer(batch, (texts) => embed(model, texts, signal));
			} catch (error) {
				for (const {reject} of batch) reject(error);
			}
		}
		queues.delete(model);
	};
	return (model, texts) =>
		new Promise((resolve, reject) => {
			const wanted = {texts, resolve, reject};
			const queue = queues.get(model);
			if (queue !== undefined) {
				queue.push(wanted);
				return;
			}
			const begun = [wanted];
			queues.set(model, begun);
			void drain(model, begun);
		});
}

/** At least one; then as many as fit. */
function takeBatch(queue: Wanted[]): readonly Wanted[] {
	let [texts, characters, count] = [0, 0, 0];
	for (const wanted of queue) {
		texts += wanted.texts.length;
		characters += wanted.texts.reduce((sum, text) => sum + text.length, 0);
		if (count > 0 && (texts > mostTexts || characters > mostCharacters)) break;
		count++;
	}
	return queue.splice(0, count);
}

async function answer(batch: readonly Wanted[], ask: (texts: readonly string[]) => ReturnType<Embed>): Promise<void> {
	const all = batch.flatMap(({texts}) => texts);
	const sent = [...new Set(all)];
	const {vectors, promptTokens, costUsd} = await ask(sent);
	const byText = new Map(sent.map((text, index) => [text, vectors[index]!]));
	for (const {texts, resolve} of batch) {
		const share = texts.length / all.length;
		resolve({
			vectors: texts.map((text) => byText.get(text)!),
			promptTokens: promptTokens === null ? null : promptTokens * share,
			costUsd: costUsd === null ? null : costUsd * share,
		});
	}
}

/** Embeddings at OpenRouter for a model with a maker or the service before it, else at OpenAI. */
export function embedAt(context: Context, model: string, texts: readonly string[], signal: AbortSignal) {
	const [, service, id] = /^(openai|openrouter):(.+)$/.exec(model) ?? [];
	const chosen = service ?? (model.includes('/') ? 'openrouter' : 'openai');
	return context.embeddings(chosen as 'openai' | 'openrouter')(id ?? model, texts, signal);
}
