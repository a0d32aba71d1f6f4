import type {z} from 'zod';
import type {Context} from '../../services/context.js';
import type {Session} from '../command.js';
import type {Budget} from './budget.js';
import type {McpOutputs, McpToolName} from './results.js';

/** What one call of a tool works with. */
export type ToolCall = {
	/** Says nothing on stderr but what it collects; its signal ends with the call. */
	readonly session: Session;
	readonly context: Context;
	readonly signal: AbortSignal;
	readonly isOffline: boolean;
	/** Null where nothing may be spent. */
	readonly budget: Budget | null;
	/** One after the other: who waited for another to read the catalogues finds them saved. */
	readonly inTurn: <Value>(read: () => Promise<Value>) => Promise<Value>;
	/** What was warned of during the call. */
	readonly warnings: readonly string[];
};

type Answer<Name extends McpToolName> = {
	readonly value: McpOutputs[`mcp.${Name}`];
	/** For people and for assistants that read no structured content; the first line answers the question. */
	readonly text: string;
};

/** A tool that an assistant can call. Adding one is a record in a file beside this one, and its result in results.ts. */
export type ToolRecord<Name extends McpToolName = McpToolName> = {
	readonly name: Name;
	readonly title: string;
	/** For the assistant: what it answers, and what its answer must not be taken for. */
	readonly description: string;
	readonly input: z.ZodObject;
	/** May it ask a service? */
	readonly isOpenWorld: boolean;
	/** Sends prompts and spends money; every other tool only reads. */
	readonly isSpending?: true;
	/** Throws Failure. */
	readonly run: (args: never, call: ToolCall) => Promise<Answer<Name>>;
};

/** A queue for what several calls would ask for at the same time. */
export function createQueue(): ToolCall['inTurn'] {
	let last: Promise<unknown> = Promise.resolve();
	return (read) => {
		const next = last.then(read, read);
		last = next.catch(() => {});
		return next;
	};
}

/** Ties the type of the arguments to their schema. */
export function defineTool<Name extends McpToolName, Input extends z.ZodObject>(
	record: Omit<ToolRecord<Name>, 'input' | 'run'> & {
		readonly input: Input;
		readonly run: (args: z.infer<Input>, call: ToolCall) => Promise<Answer<Name>>;
	},
): ToolRecord {
	return record as unknown as ToolRecord;
}
