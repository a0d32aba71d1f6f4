import {join} from 'node:path';
import {lazy, readTable} from '../fixtures.js';

/** A model as `GET /models` of OpenAI tells it; `created` in Unix seconds. */
export type OpenaiModel = {
	readonly id: string;
	readonly object: 'model';
	readonly created: number;
	readonly owned_by: string;
	/** Day on which it is switched off; null when none is announced. */
	readonly shutdown_date: string | null;
};

export function createOpenaiModels(fixtures: string): () => readonly OpenaiModel[] {
	return lazy(() =>
		readTable(join(fixtures, 'openai', 'models.tsv')).map((row) => ({
			id: row.id!,
			object: 'model',
			created: Date.parse(row.created!) / 1000,
			owned_by: row.owned_by!,
			shutdown_date: row.shutdown || null,
		})),
	);
}
