import type {Gateway} from './service.js';
import type {Layer, Status} from './verdict.js';

/** What one layer said at one time. */
export type LayerWord = {
	readonly status: Status;
	readonly basis: string;
	readonly label: string;
	readonly sourceUrl: string | null;
	/** ISO 8601, or the day of a register row; null when it was never read. */
	readonly at: string | null;
};

/** `reworded`: the same verdict on another ground or by another document. */
export type DriftDirection = 'stricter' | 'laxer' | 'reworded';

/** A layer that says something else now than when the row was collected. */
export type LayerDrift = {
	readonly layer: Layer;
	readonly model: string;
	/** Key of the host that the word is about; null for layers of the model. */
	readonly host: string | null;
	readonly old: LayerWord;
	readonly now: LayerWord;
	readonly direction: DriftDirection;
};

/** Why a layer cannot be compared: it is not known whether it changed. `gone`: what it was about is not listed any more. */
export type UnreadState = 'gone' | 'not-asked' | 'failed';

export type LayerUnread = {
	readonly layer: Layer;
	readonly model: string;
	readonly host: string | null;
	readonly state: UnreadState;
	/** One sentence. */
	readonly message: string;
};

/** The same drift of many rows. */
export type DriftChange = LayerDrift & {
	readonly rows: number;
	/** The newest reading of the old word, where its rows were collected at several times; `old.at` is the oldest. */
	readonly oldUntil: string | null;
	/** Ids of some of the rows. */
	readonly runs: readonly string[];
};

/** A catalogue as it was read for the comparison. */
export type DriftSource = {
	readonly gateway: Gateway;
	readonly state: 'read' | 'saved' | 'failed' | 'not-asked';
	readonly fetchedAt: string | null;
	readonly message: string | null;
};

export type DriftedRow = {
	readonly run: string;
	readonly model: string;
	readonly provider: string | null;
	/** ISO 8601; null where nobody recorded it. */
	readonly requestedAt: string | null;
	readonly drifts: readonly LayerDrift[];
	readonly datasets: readonly {readonly name: string; readonly version: number}[];
};

export type DriftReport = {
	/** ISO 8601. */
	readonly comparedAt: string;
	readonly isOffline: boolean;
	/** The day of the program's own register. */
	readonly registerDate: string;
	readonly sources: readonly DriftSource[];
	/** Rows that were looked at. */
	readonly rows: number;
	/** Rows of which at least one layer says something else now; then those with such a change in each direction. */
	readonly drifted: number;
	readonly byDirection: Readonly<Record<DriftDirection, number>>;
	/** Rows of which at least one layer could not be compared. */
	readonly unreadRows: number;
	/** Rows of the data set that are not in this ledger. */
	readonly missing: number;
	/** Most rows first. */
	readonly changes: readonly DriftChange[];
	readonly models: readonly {readonly model: string; readonly rows: number; readonly drifted: number}[];
	readonly datasets: readonly {readonly name: string; readonly version: number; readonly drifted: number}[];
	readonly unread: readonly (LayerUnread & {readonly rows: number})[];
};

export type DriftEvent =
	| {readonly type: 'source'; readonly source: DriftSource}
	| {readonly type: 'progress'; readonly done: number; readonly total: number; readonly drifted: number}
	| {readonly type: 'row'; readonly row: DriftedRow}
	/** The last one. */
	| {readonly type: 'report'; readonly report: DriftReport};
