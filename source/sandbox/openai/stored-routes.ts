import type {Context, Hono} from 'hono';
import {openaiError, Refusal} from '../envelopes.js';
import type {SandboxState} from '../state.js';
import {checkMetadata} from './metadata.js';
import type {StoredEntry} from './stored-completions.js';

const refuse = (message: string, param: string) => new Refusal(400, openaiError(message, 'invalid_request_error', null, param));

type Page<Row> = {
	readonly object: 'list';
	readonly data: readonly Row[];
	readonly first_id: string | null;
	readonly last_id: string | null;
	readonly has_more: boolean;
};

/** One page of rows that are oldest first; `order` is rising by default, `after` names the last row of the page before. */
export function toPage<Row>(context: Context, rows: readonly Row[], idOf: (row: Row) => string): Page<Row> {
	const limit = Number(context.req.query('limit') ?? 20);
	if (!Number.isInteger(limit) || limit < 1 || limit > 100)
		throw refuse("Invalid 'limit': expected a whole number from 1 to 100.", 'limit');
	const order = context.req.query('order') ?? 'asc';
	if (order !== 'asc' && order !== 'desc') throw refuse("Invalid value for 'order': expected asc or desc.", 'order');
	const ordered = order === 'asc' ? rows : [...rows].reverse();
	const after = context.req.query('after');
	const place = after === undefined ? -1 : ordered.findIndex((row) => idOf(row) === after);
	if (after !== undefined && place < 0) throw refuse(`No object with the ID '${after}' is in the list.`, 'after');
	const data = ordered.slice(place + 1, place + 1 + limit);
	const [first, last] = [data[0], data.at(-1)];
	return {
		object: 'list',
		data,
		first_id: first === undefined ? null : idOf(first),
		last_id: last === undefined ? null : idOf(last),
		has_more: place + 1 + limit < ordered.length,
	};
}

/** `metadata[key]=value` of the query, each of which has to be met. */
function readMetadataFilter(context: Context): [key: string, value: string][] {
	return Object.entries(context.req.query()).flatMap(([name, value]): [string, string][] => {
		const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
		return key === undefined ? [] : [[key, value]];
	});
}

/** The stored completions: list, one, change of metadata, removal, the messages of the request. */
export function addStoredRoutes(app: Hono, state: SandboxState): void {
	const {stored} = state.openai;
	const find = (context: Context): StoredEntry => {
		const id = context.req.param('id')!;
		const entry = stored.find(id);
		if (!entry)
			throw new Refusal(
				404,
				openaiError(`Chat completion with id '${id}' not found.`, 'invalid_request_error', 'not_found', 'completion_id'),
			);
		return entry;
	};
	app.get('/chat/completions', (context) => {
		const model = context.req.query('model');
		const wanted = readMetadataFilter(context);
		const rows = stored
			.all()
			.map((entry) => entry.completion)
			.filter((row) => (model === undefined || row.model === model) && wanted.every(([key, value]) => row.metadata[key] === value));
		return context.json(toPage(context, rows, (row) => row.id));
	});
	app.get('/chat/completions/:id', (context) => context.json(find(context).completion));
	app.post('/chat/completions/:id', async (context) => {
		const {completion} = find(context);
		const body = (await context.req.json().catch(() => null)) as Readonly<Record<string, unknown>> | null;
		if (body === null || typeof body !== 'object' || !('metadata' in body))
			throw refuse("Missing required parameter: 'metadata'.", 'metadata');
		const other = Object.keys(body).find((name) => name !== 'metadata');
		if (other !== undefined) throw refuse(`Unknown parameter: '${other}'. Only metadata can be changed.`, other);
		completion.metadata = checkMetadata(body.metadata);
		return context.json(completion);
	});
	app.delete('/chat/completions/:id', (context) => {
		const {id} = find(context).completion;
		stored.remove(id);
		return context.json({object: 'chat.completion.deleted', id, deleted: true});
	});
	app.get('/chat/completions/:id/messages', (context) => context.json(toPage(context, find(context).messages, (row) => row.id)));
}
