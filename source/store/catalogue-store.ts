import path from 'node:path';
import type {Gateway} from '../domain/service.js';
import {serviceNames} from '../domain/service.js';
import type {CatalogueRead, CatalogueStore} from '../services/context.js';
import {formatCatalogue, parseCatalogue} from './catalogue-format.js';
import {cacheName} from './paths.js';
import {openRoutesFile} from './routes-file.js';
import {readText, sayError, setAside, writeWhole} from './write-file.js';

export type CatalogueStoreOptions = {
	readonly dataFolder: string;
	/** What is saved from one base URL is never shown for another. */
	readonly baseUrls: Readonly<Record<Gateway, string>>;
	/** The embedded sandbox takes a new port at every start, and yet is one place. */
	readonly isSandbox?: boolean;
	readonly now?: () => Date;
};

/** The catalogues and routes of earlier runs, below `<data>/catalogues/<service>/`. Opens nothing until it is asked; never throws. */
export function openCatalogueStore(options: CatalogueStoreOptions): CatalogueStore {
	const {dataFolder, baseUrls, isSandbox = false, now = () => new Date()} = options;
	const problems = new Set<string>();
	const folderOf = (gateway: Gateway) =>
		path.join(dataFolder, 'catalogues', isSandbox ? `sandbox-${gateway}` : cacheName(baseUrls[gateway]));
	const fileOf = (gateway: Gateway) => path.join(folderOf(gateway), `${gateway}.json`);
	const held = new Map<Gateway, CatalogueRead>();
	const routes = new Map<Gateway, ReturnType<typeof openRoutesFile>>();
	const routesOf = (gateway: Gateway) => {
		const open =
			routes.get(gateway) ?? openRoutesFile(path.join(folderOf(gateway), 'routes.txt'), gateway, now, (text) => problems.add(text));
		routes.set(gateway, open);
		return open;
	};

	return {
		readCatalogue(gateway): CatalogueRead | null {
			const before = held.get(gateway);
			if (before !== undefined) return before;
			const file = fileOf(gateway);
			try {
				const text = readText(file);
				if (text === null) return null;
				const read = parseCatalogue(text, gateway);
				if (typeof read !== 'string') {
					held.set(gateway, read);
					return read;
				}
				problems.add(setAside(file, read, now()));
			} catch (error) {
				problems.add(`${file} cannot be read: ${sayError(error)}.`);
			}
			return null;
		},
		saveCatalogue(read): string | null {
			const file = fileOf(read.gateway);
			held.set(read.gateway, read);
			try {
				writeWhole(file, formatCatalogue(read));
				return null;
			} catch (error) {
				const what = `The catalogue of ${serviceNames[read.gateway]} could not be saved in ${path.dirname(file)}: ${sayError(error)}.`;
				return `${what} It is used until you quit; --home DIR names another folder.`;
			}
		},
		readRoutes: (gateway, modelId) => routesOf(gateway).read(modelId),
		saveRoutes: (read) => routesOf(read.gateway).save(read),
		problems: () => [...problems],
	};
}
