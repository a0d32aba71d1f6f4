import type {Listing} from '../domain/model.js';
import type {Reason} from '../domain/verdict.js';
import type {CatalogueRead} from '../services/context.js';

/** Raised whenever the layout below changes; a file of another version is set aside. */
const schemaVersion = 1;

type PlainField = Exclude<keyof Listing, 'gateway' | 'reasons' | ListField>;
type ListField = 'inputModalities' | 'outputModalities' | 'parameters';

/** The order of a row. Rows are arrays, lists and reasons are numbers into shared tables: they repeat in nearly every row. */
const plainFields = [
	'id',
	'canonicalSlug',
	'name',
	'author',
	'createdAt',
	'description',
	'contextLength',
	'maxOutputTokens',
	'inputPrice',
	'outputPrice',
	'cacheReadPrice',
	'cacheWritePrice',
	'isRouter',
	'priceOverrides',
	'knowledgeCutoff',
	'expiresAt',
	'aliasOf',
	'huggingFaceId',
	'isSubscriptionIncluded',
] as const satisfies readonly PlainField[];

type Row = readonly unknown[];

/** A table of distinct values, each with its number. */
function createTable<Value>(): {readonly values: Value[]; readonly numberOf: (value: Value) => number} {
	const values: Value[] = [];
	const byIdentity = new Map<Value, number>();
	const byContent = new Map<string, number>();
	return {
		values,
		numberOf(value) {
			const seen = byIdentity.get(value);
			if (seen !== undefined) return seen;
			const content = JSON.stringify(value);
			const number = byContent.get(content) ?? values.push(value) - 1;
			byContent.set(content, number);
			byIdentity.set(value, number);
			return number;
		},
	};
}

/** The text of a saved catalogue. */
export function formatCatalogue(read: CatalogueRead): string {
	const reasons = createTable<Reason>();
	const reasonLists = createTable<readonly Reason[]>();
	const lists = createTable<readonly string[]>();
	const rows = read.listings.map(
		(listing): Row => [
			...plainFields.map((field) => (field === 'priceOverrides' && listing.priceOverrides.length === 0 ? 0 : listing[field])),
			lists.numberOf(listing.inputModalities),
			lists.numberOf(listing.outputModalities),
			lists.numberOf(listing.parameters),
			reasonLists.numberOf(listing.reasons),
		],
	);
	return JSON.stringify({
		schemaVersion,
		gateway: read.gateway,
		fetchedAt: read.fetchedAt,
		policyProblem: read.policyProblem,
		dropped: read.dropped.slice(0, 100),
		reasonLists: reasonLists.values.map((list) => list.map(reasons.numberOf)),
		reasons: reasons.values,
		lists: lists.values,
		rows,
	});
}

/** A saved catalogue; a string says why it cannot be used. Never throws. */
export function parseCatalogue(text: string, gateway: CatalogueRead['gateway']): CatalogueRead | string {
	let file: Record<string, unknown>;
	try {
		file = JSON.parse(text) as Record<string, unknown>;
	} catch {
		return 'is not whole JSON';
	}
	if (typeof file !== 'object' || file === null) return 'is not a saved catalogue';
	if (file.schemaVersion !== schemaVersion) return 'was written by another version of stillroom';
	const {fetchedAt, policyProblem, dropped, reasons, reasonLists, lists, rows} = file;
	const isWhole =
		file.gateway === gateway &&
		typeof fetchedAt === 'string' &&
		[dropped, reasons, reasonLists, lists, rows].every(Array.isArray) &&
		[...(lists as unknown[]), ...(reasonLists as unknown[])].every(Array.isArray);
	if (!isWhole) return 'is not a saved catalogue';
	const shared = (reasonLists as number[][]).map((numbers) => numbers.map((number) => (reasons as Reason[])[number]!));
	const listings: Listing[] = [];
	for (const row of rows as Row[]) {
		const listing = Array.isArray(row) ? toListing(row, gateway, lists as string[][], shared) : null;
		if (listing === null) return 'holds rows that cannot be read';
		listings.push(listing);
	}
	return {
		gateway,
		fetchedAt: fetchedAt as string,
		listings,
		dropped: dropped as string[],
		policyProblem: typeof policyProblem === 'string' ? policyProblem : null,
	};
}

const none: never[] = [];

function toListing(row: Row, gateway: Listing['gateway'], lists: string[][], reasons: readonly (readonly Reason[])[]): Listing | null {
	const count = plainFields.length;
	const inputModalities = lists[row[count] as number];
	const outputModalities = lists[row[count + 1] as number];
	const parameters = lists[row[count + 2] as number];
	const own = reasons[row[count + 3] as number];
	const isWhole = typeof row[0] === 'string' && typeof row[2] === 'string' && inputModalities && outputModalities && parameters && own?.[0];
	if (!isWhole) return null;
	return {
		gateway,
		id: row[0] as string,
		canonicalSlug: row[1] as string | null,
		name: row[2] as string,
		author: row[3] as string | null,
		createdAt: row[4] as string | null,
		description: row[5] as string | null,
		contextLength: row[6] as number | null,
		maxOutputTokens: row[7] as number | null,
		inputPrice: row[8] as number | null,
		outputPrice: row[9] as number | null,
		cacheReadPrice: row[10] as number | null,
		cacheWritePrice: row[11] as number | null,
		isRouter: row[12] === true,
		priceOverrides: Array.isArray(row[13]) ? row[13] : none,
		inputModalities,
		outputModalities,
		parameters,
		knowledgeCutoff: row[14] as string | null,
		expiresAt: row[15] as string | null,
		aliasOf: row[16] as string | null,
		huggingFaceId: row[17] as string | null,
		isSubscriptionIncluded: row[18] as boolean | null,
		reasons: own,
	};
}
