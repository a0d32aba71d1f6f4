import type {ChatFacts, ChatPiece, ChatProblem} from '../../domain/chat.js';
import {type ChatDialect, readChunk} from './read-chunk.js';
import {readProblem} from './read-problem.js';

export type Gatherer = ReturnType<typeof createGatherer>;

/**
 * Turns chunks into pieces: says each fact once, keeps halves of surrogate pairs together, and ends with the first problem. Everything is
 * synchronous, so that a token costs no turn of the event loop more than its bytes do.
 */
export function createGatherer(dialect: ChatDialect, scrub: (text: string) => string) {
	const known: Record<string, unknown> = {};
	let isOver = false;
	const held = {text: '', reasoning: ''};

	function* facts(found: Partial<ChatFacts>): Generator<ChatPiece> {
		let fresh: Record<string, unknown> | null = null;
		for (const name in found) {
			const value = found[name as keyof ChatFacts];
			if (value === null || value === undefined || known[name] === value) continue;
			// The header's id is the gateway's own; a weaker witness never replaces the router's metadata.
			if (name === 'responseId' && known.responseId !== undefined) continue;
			if ((name === 'proof' || name === 'servedProvider') && known.proof === 'openrouter_metadata' && found.proof !== known.proof) continue;
			fresh ??= {};
			fresh[name] = value;
		}
		if (fresh === null) return;
		Object.assign(known, fresh);
		yield {type: 'facts', facts: fresh};
	}

	function* write(type: 'text' | 'reasoning', piece: string): Generator<ChatPiece> {
		const whole = held[type] + piece;
		const isHalf = isHighSurrogate(whole);
		held[type] = isHalf ? whole.slice(-1) : '';
		const text = isHalf ? whole.slice(0, -1) : whole;
		if (text !== '') yield {type, text};
	}

	function* flush(): Generator<ChatPiece> {
		for (const type of ['reasoning', 'text'] as const) {
			if (held[type] !== '') yield {type, text: held[type]};
			held[type] = '';
		}
	}

	function* problem(found: ChatProblem): Generator<ChatPiece> {
		isOver = true;
		yield* flush();
		yield {type: 'problem', problem: found};
	}

	return {
		facts,
		flush,
		problem,
		/** A chunk of a stream, or a whole answer (`in-body`), which ends here. */
		*json(value: unknown, kind: 'in-body' | 'in-stream'): Generator<ChatPiece> {
			const chunk = readChunk(value, dialect);
			yield* facts(chunk.facts);
			if (chunk.reasoning !== '') yield* write('reasoning', chunk.reasoning);
			if (chunk.text !== '') yield* write('text', chunk.text);
			const hasChoices = typeof value === 'object' && value !== null && Array.isArray(Reflect.get(value, 'choices'));
			const error = chunk.error ?? (kind === 'in-body' && !hasChoices ? value : null);
			if (error !== null) yield* problem(readProblem(error, {kind, status: null, scrub}));
			else if (kind === 'in-body') yield* flush();
		},
		/** Did a problem end it? */
		isOver: () => isOver,
		isFinished: () => known.finishReason !== undefined,
	};
}

function isHighSurrogate(text: string): boolean {
	const last = text.charCodeAt(text.length - 1);
	return last >= 0xd8_00 && last <= 0xdb_ff;
}
