import {cleanText} from '../domain/clean-text.js';
import type {PackManifest} from '../domain/pack-manifest.js';
import type {PackReport} from '../domain/pack-report.js';
import {formatBytes} from './check-lines.js';
import {dutyLines} from './dataset-lines.js';
import {formatCount} from './format.js';
import {emptyLine, type Line, labelled, line, paragraph, span} from './line.js';

const number = (count: number): string => count.toLocaleString('en');

/** What a pack holds: its files with their sizes, the hash of its manifest, and what is left for a person to do. */
export function packLines(
	{
		folder,
		manifest,
		manifestHash,
		bytes,
	}: {readonly folder: string; readonly manifest: PackManifest; readonly manifestHash: string; readonly bytes: number},
	width: number,
): readonly Line[] {
	const open = manifest.duties.filter(({state}) => state === 'open' || state === 'violated');
	return [
		line(span(cleanText(folder), 'strong'), span(`  ${number(bytes)} bytes`, 'dim')),
		emptyLine,
		...manifest.files.map(({path, bytes: size, rows}) =>
			line(
				span(`  ${path.padEnd(20)}`),
				span(number(size).padStart(14), 'dim'),
				span(rows === null ? '' : `  ${formatCount(rows, 'row')}`),
			),
		),
		emptyLine,
		...labelled('Manifest', manifestHash, {width}),
		...paragraph('Write this hash down elsewhere: with it, anybody finds a pack that was written anew.', width, 'dim', 11),
		...paragraph(`stillroom verify ${cleanText(folder)}`, width, 'accent', 11),
		...(open.length === 0 ? [] : [emptyLine, [span('Left for a person to see to', 'strong')] as Line, ...dutyLines(open, width)]),
	];
}

const vouchers = {
	hash: 'The manifest is the one whose hash was given.',
	ledger: 'The ledger here vouches for the manifest.',
} as const;

/** What the verification of a pack found. */
export function packReportLines(report: PackReport, width: number): readonly Line[] {
	const {isIntact, isAllowed, problems, problemCount, rows, overridden, notes, vouchedBy, manifestHash, openDuties} = report;
	return [
		line(
			span(isIntact ? 'whole  ' : 'CHANGED  ', isIntact ? 'good' : 'bad'),
			span(isAllowed ? 'allowed' : 'NOT ALLOWED', isAllowed ? 'good' : 'bad'),
			span(`  ${formatCount(rows, 'row')}`, 'dim'),
		),
		...problems.flatMap(({kind, message, expected, found}): readonly Line[] => [
			...paragraph(`${kind}: ${cleanText(message)}`, width, 'bad'),
			...(expected === null ? [] : labelled('expected', cleanText(expected), {width, tone: 'dim'})),
			...(found === null ? [] : labelled('found', cleanText(found), {width, tone: 'dim'})),
		]),
		...(problemCount > problems.length ? [[span(`and ${number(problemCount - problems.length)} more problems`, 'bad')] as Line] : []),
		...(overridden.rows === 0
			? []
			: paragraph(
					`${formatCount(overridden.rows, 'row')} that the gate refused are in, because: ${cleanText(overridden.reason ?? 'no reason is on record')}`,
					width,
					'warn',
				)),
		...notes.flatMap((note) => paragraph(cleanText(note), width, 'warn')),
		emptyLine,
		...paragraph(
			vouchedBy === null
				? 'Nobody vouches for the manifest itself: compare its hash with the one that was written down.'
				: vouchers[vouchedBy],
			width,
			'dim',
		),
		...(manifestHash === null ? [] : labelled('Manifest', manifestHash, {width})),
		...(openDuties.length === 0
			? []
			: [emptyLine, [span('Left for a person to see to', 'strong')] as Line, ...dutyLines(openDuties, width)]),
	];
}

/** How far a pack is, for the words of progress. */
export function packFacts(
	verb: string,
	{
		rows,
		totalRows,
		bytes,
		totalBytes,
	}: {readonly rows: number; readonly totalRows: number; readonly bytes: number; readonly totalBytes: number | null},
) {
	const share = totalBytes === null || totalBytes === 0 ? null : bytes / totalBytes;
	return {verb, done: rows, total: totalRows, share, more: [formatBytes(bytes)]};
}
