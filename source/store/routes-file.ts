import {appendFileSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import type {Gateway} from '../domain/service.js';
import {serviceNames} from '../domain/service.js';
import type {Reason} from '../domain/verdict.js';
import type {RouteRead, RouteRow} from '../services/context.js';
import {readText, sayError, setAside, writeWhole} from './write-file.js';

const header = 'stillroom routes 1';
/** More models than this are not remembered; the oldest leave first. */
const capacity = 5000;

type RoutesFile = {
	readonly read: (modelId: string) => RouteRead | null;
	/** A sentence when it could not be saved, else null. */
	readonly save: (read: RouteRead) => string | null;
};

/**
 * The routes that were read of a gateway's models: one line per reading, `<model id> TAB <JSON>`, the last line of a model counts. Lines are
 * only ever appended, so two processes can write at once and a crash costs one line; a line is parsed when its model is asked for.
 */
export function openRoutesFile(file: string, gateway: Gateway, now: () => Date, report: (problem: string) => void): RoutesFile {
	let lines: Map<string, string> | null = null;
	let needsHeader = false;

	function load(): Map<string, string> {
		if (lines !== null) return lines;
		lines = new Map();
		try {
			const text = readText(file);
			needsHeader = text === null;
			if (text === null) return lines;
			if (!text.startsWith(`${header}\n`)) {
				report(setAside(file, 'is not a list of routes of this version', now()));
				needsHeader = true;
				return lines;
			}
			const all = text.split('\n');
			for (const line of all) {
				const tab = line.indexOf('\t');
				if (tab < 1) continue;
				const id = line.slice(0, tab);
				lines.delete(id);
				lines.set(id, line.slice(tab + 1));
			}
			if (!text.endsWith('\n')) needsHeader = true;
			if (lines.size > capacity || all.length > lines.size * 2 + 200) compact(lines);
		} catch (error) {
			report(`${file} cannot be read: ${sayError(error)}.`);
		}
		return lines;
	}

	function compact(all: Map<string, string>): void {
		for (const id of [...all.keys()].slice(0, Math.max(0, all.size - capacity))) all.delete(id);
		writeWhole(file, `${header}\n${[...all].map(([id, json]) => `${id}\t${json}\n`).join('')}`);
		needsHeader = false;
	}

	return {
		read(modelId) {
			const json = load().get(modelId);
			return json === undefined ? null : parseRead(json, gateway, modelId);
		},
		save(read) {
			if (/[\t\n]/.test(read.modelId)) return null;
			const held = load();
			const json = JSON.stringify(toSaved(read));
			held.delete(read.modelId);
			held.set(read.modelId, json);
			try {
				if (needsHeader) mkdirSync(path.dirname(file), {recursive: true});
				// A first line, or the end of a line that a crash cut short.
				appendFileSync(file, `${needsHeader ? `${header}\n` : ''}${read.modelId}\t${json}\n`);
				needsHeader = false;
				return null;
			} catch (error) {
				return `Routes of ${serviceNames[gateway]} could not be saved in ${path.dirname(file)}: ${sayError(error)}.`;
			}
		},
	};
}

/** What a line holds: shared parts once, the rows without what every row repeats. */
type Saved = {
	readonly at: string;
	readonly selects: boolean;
	readonly dropped: readonly string[];
	readonly reasons: readonly Reason[];
	readonly rows: readonly SavedRow[];
};

type SavedRow = Omit<RouteRow, 'gateway' | 'modelId' | 'reason'> & {readonly reason: number | null};

function toSaved(read: RouteRead): Saved {
	const reasons = new Map<string, number>();
	const distinct: Reason[] = [];
	const rows = read.rows.map(({gateway: _gateway, modelId: _modelId, reason, ...row}): SavedRow => {
		if (reason === null) return {...row, reason: null};
		const key = JSON.stringify(reason);
		const number = reasons.get(key) ?? distinct.push(reason) - 1;
		reasons.set(key, number);
		return {...row, reason: number};
	});
	return {at: read.fetchedAt, selects: read.supportsSelection, dropped: read.dropped.slice(0, 20), reasons: distinct, rows};
}

/** Null for a line that was cut or changed by hand: the routes are then asked for again. */
function parseRead(json: string, gateway: Gateway, modelId: string): RouteRead | null {
	try {
		const saved = JSON.parse(json) as Saved;
		const rows = saved.rows.map(({reason, ...row}): RouteRow => {
			if (typeof row.tag !== 'string' || !Array.isArray(row.parameters)) throw new TypeError('not a route');
			return {...row, gateway, modelId, reason: reason === null ? null : (saved.reasons[reason] ?? null)};
		});
		return {gateway, modelId, fetchedAt: String(saved.at), rows, supportsSelection: saved.selects === true, dropped: saved.dropped ?? []};
	} catch {
		return null;
	}
}
