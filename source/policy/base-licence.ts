import type {Destination} from '../domain/dataset.js';
import {parseIdentity} from '../domain/identity.js';
import {type DutyRow, findLicence, type LicenceRow} from './register.js';
import bases from './terms/bases.json' with {type: 'json'};
import {findBase} from './tuners.js';

/** The licence of the model that a student is tuned from. It can put duties on the student; it never lets a row through the gate. */
export type BaseLicence =
	| {readonly kind: 'known'; readonly row: LicenceRow; readonly duties: readonly DutyRow[]}
	/** A closed model: no weights are given, and the terms of its maker hold. */
	| {readonly kind: 'closed'; readonly row: LicenceRow | null}
	/** Nothing certain is on record; `row` where at least the licence is known by name, but not what it asks of a tuned model. */
	| {readonly kind: 'unknown'; readonly row: LicenceRow | null};

const dutiesOf = new Map(bases.rows.map(({licence, duties}) => [licence, duties as readonly DutyRow[]]));

/** Every duty that a base can bring, for those who look duties up by their words. */
export const baseDutyRows: readonly DutyRow[] = [...dutiesOf.values()].flat();

/** Together lists bases that it tunes under their names with `-Reference` behind: https://docs.together.ai/docs/fine-tuning-models */
const referenceMark = /-reference$/i;

/** The licence of a destination's base model, by the exact name that its maker gives it. */
export function findBaseLicence({tuner, baseModel}: Pick<Destination, 'tuner' | 'baseModel'>): BaseLicence {
	const name = tuner === 'together' ? baseModel.trim().replace(referenceMark, '') : baseModel.trim();
	const {author, slug, isPointer} = parseIdentity(name);
	const row = isPointer ? null : (findLicence(author, slug)?.row ?? null);
	if (row?.makerTerms !== undefined || (row === null && findBase(tuner, baseModel) !== null)) return {kind: 'closed', row};
	const duties = row === null ? undefined : dutiesOf.get(row.id);
	return row === null || duties === undefined ? {kind: 'unknown', row} : {kind: 'known', row, duties};
}

/** What is on record of the licence of the base, in one sentence. */
export function sayBaseLicence(destination: Pick<Destination, 'tuner' | 'baseModel'>): string {
	const licence = findBaseLicence(destination);
	const base = destination.baseModel.trim();
	switch (licence.kind) {
		case 'known':
			return `The base model ${base} is under ${licence.row.licence} (${licence.row.licenceUrl}, read ${licence.row.checkedAt}).`;
		case 'closed':
			return `The base model ${base} is closed: the terms of its maker hold for what is tuned from it.`;
		case 'unknown':
			return licence.row === null
				? `The licence of the base model ${base} is not on record: what it asks of a student is not known.`
				: `What ${licence.row.licence} (${licence.row.licenceUrl}) asks of a student tuned from ${base} is not on record.`;
	}
}

/** A warning where it is not known what the base asks for; nothing where it is, and where no base is named. */
export function baseNotices(destination: Pick<Destination, 'tuner' | 'baseModel'>): readonly string[] {
	return destination.baseModel.trim() !== '' && findBaseLicence(destination).kind === 'unknown' ? [sayBaseLicence(destination)] : [];
}
