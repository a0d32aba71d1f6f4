import {z} from 'zod';
import type {HttpOptions} from '../http.js';
import {createHttp} from '../http.js';
import {dataOf, idText, optionalNumber, optionalText, readRows, sayRows, toIsoTime, toText} from '../wire.js';

/** A model of an OpenAI account. */
export type OpenaiModel = {
	readonly id: string;
	/** ISO 8601; null when not said. */
	readonly createdAt: string | null;
	readonly ownedBy: string | null;
	/** The day it stops, as OpenAI writes it; null when none is announced. */
	readonly shutdownDate: string | null;
};

export type OpenaiClient = {
	readonly baseUrl: string;
	/** Throws Failure; needs a key at OpenAI itself. */
	readonly fetchModels: (signal: AbortSignal) => Promise<{readonly models: readonly OpenaiModel[]; readonly dropped: readonly string[]}>;
};

/** https://platform.openai.com/docs/api-reference/models/list */
const modelRow = z.object({id: idText, created: optionalNumber, owned_by: optionalText, shutdown_date: optionalText});

export function createOpenaiClient(options: Omit<HttpOptions, 'service'>): OpenaiClient {
	const http = createHttp({...options, service: 'openai'});
	return {
		baseUrl: http.baseUrl,
		fetchModels: (signal) =>
			http.get('/models', {
				signal,
				parse(json) {
					const list = dataOf(json);
					if (list === null) throw http.toBroken('its answer has no list of models');
					const {rows, dropped} = readRows(list, modelRow, 'id', (row) => row.id);
					const models = rows.map((row) => ({
						id: row.id,
						createdAt: toIsoTime(row.created),
						ownedBy: toText(row.owned_by),
						shutdownDate: toText(row.shutdown_date),
					}));
					return {value: {models, dropped}, note: sayRows(models.length, dropped)};
				},
			}),
	};
}
