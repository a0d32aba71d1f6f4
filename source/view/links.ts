/** Printable ASCII without what ends an address in running text. */
const address = /https?:\/\/[^\s"'`<>\\^{|}\u0000-\u0020\u007F-\uFFFF]+/g;
/** Stands behind an address more often than in it. */
const behind = /[.,:;!?]+$/;
const count = (text: string, sign: string): number => text.split(sign).length - 1;

/** An address without what the sentence around it ends with; a bracket at the end belongs to it only where the address opened it. */
function trimAddress(found: string): string {
	const bare = found.replace(behind, '');
	const isForeign =
		(bare.endsWith(')') && count(bare, ')') > count(bare, '(')) || (bare.endsWith(']') && count(bare, ']') > count(bare, '['));
	return isForeign ? trimAddress(bare.slice(0, -1)) : bare;
}

/** Where in a text an address stands, and where it leads; of an address that runs over several lines each has a part. */
export type LinkSpan = {readonly start: number; readonly end: number; readonly url: string};

/** The web addresses in a text. */
export function findLinks(text: string): readonly LinkSpan[] {
	if (!text.includes('://')) return [];
	return [...text.matchAll(address)].map(({0: found, index}) => {
		const url = trimAddress(found);
		return {start: index, end: index + url.length, url};
	});
}

/** The addresses of a text in each of the pieces that it was broken into, in order; null where it has none. */
export function linksOfPieces(text: string, pieces: readonly string[]): readonly (readonly LinkSpan[])[] | null {
	const links = findLinks(text);
	if (links.length === 0) return null;
	let from = 0;
	return pieces.map((piece) => {
		const start = Math.max(from, text.indexOf(piece, from));
		from = start + piece.length;
		return links
			.filter((link) => link.start < from && link.end > start)
			.map(({url, ...link}) => ({url, start: Math.max(0, link.start - start), end: Math.min(piece.length, link.end - start)}));
	});
}
