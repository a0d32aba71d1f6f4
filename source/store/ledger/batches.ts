import type {DatabaseSync} from 'node:sqlite';
import type {LedgerEntry} from '../../domain/ledger-entry.js';

/** What was curated together; `undoes` is the batch it takes back, `first` and `last` are the numbers of its outermost entries. */
export type Batch = {readonly id: string; readonly undoes: string | null; readonly first: number; readonly last: number};

export type BatchTable = ReturnType<typeof openBatches>;

export function openBatches(database: DatabaseSync) {
	const note = database.prepare(`INSERT INTO batch VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`);
	const readAll = database.prepare('SELECT * FROM batch ORDER BY last DESC');
	const readOne = database.prepare('SELECT * FROM batch WHERE id = ?');
	return {
		/** Call inside the write transaction that appends the entry. */
		note(entry: LedgerEntry): void {
			if (entry.kind === 'curated') note.run(entry.batch, entry.undoes, entry.seq, entry.seq);
		},
		find: (id: string): Batch | null => (readOne.get(id) as unknown as Batch | undefined) ?? null,
		/** Newest first, without those that were taken back and not brought back again; as if `undoing` was taken back as well. */
		live(undoing?: string): readonly Batch[] {
			const live: Batch[] = [];
			const undone = new Set(undoing === undefined ? [] : [undoing]);
			for (const batch of readAll.all() as unknown as readonly Batch[]) {
				if (undone.has(batch.id)) continue;
				if (batch.undoes !== null) undone.add(batch.undoes);
				live.push(batch);
			}
			return live;
		},
	};
}
