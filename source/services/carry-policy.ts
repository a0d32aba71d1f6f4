import type {CatalogueRead} from './context.js';

/**
 * When the policy part of a new read failed while an older read had it, the older word stays, with its own older time: a passing failure
 * must not turn every recorded permission into unknown. Rows that the older read did not have stay unknown.
 */
export function carryPolicy(older: CatalogueRead | null, newer: CatalogueRead): CatalogueRead {
	if (newer.policyProblem === null || older === null) return newer;
	const known = new Map(older.listings.map((listing) => [listing.id, listing.reasons]));
	const listings = newer.listings.map((listing) => {
		if (listing.reasons.some((reason) => reason.status !== 'unknown')) return listing;
		const reasons = known.get(listing.id);
		return reasons?.some((reason) => reason.status !== 'unknown') ? {...listing, reasons} : listing;
	});
	return {...newer, listings};
}
