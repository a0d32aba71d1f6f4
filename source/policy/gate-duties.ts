import type {Destination, DutyCheck, Release} from '../domain/dataset.js';
import {baseDutyRows, findBaseLicence} from './base-licence.js';
import {type DutyRow, licenceRows, termsRows} from './register.js';

/** A duty of one or more rows, as the gate tells it. */
export type CountedDuty = {readonly kind: string; readonly text: string; readonly sourceUrl: string | null; readonly rows: number};

const order: readonly DutyCheck['state'][] = ['violated', 'open', 'met', 'not-applicable'];

/** What a person has to do about a duty that no program can check. */
const tasks: Readonly<Record<string, string>> = {
	naming: 'Choose the name of the student by it.',
	attribution: 'Put these words where it asks for them.',
	notice: 'Ship the notice with the student.',
	'pass-on-terms': 'Put the terms with the student, and into your own agreement with those who receive it.',
	'acceptable-use': 'Read the policy, and hold the use of the student to it.',
	'scale-limit': 'Compare it with the size of your own business.',
	other: 'Read it in the source, and see to it.',
};

const releaseWords: Readonly<Record<Release, string>> = {
	internal: 'the student stays inside the organisation',
	service: 'others use the student through a service',
	weights: 'the weights are given to others',
};

/** Register rows by the duty as it is worded, and by kind and source for words of an older register. */
const byWords = new Map<string, DutyRow>();
const bySource = new Map<string, DutyRow>();
for (const [duties, url] of [
	...licenceRows.map((row) => [row.duties, row.licenceUrl] as const),
	...termsRows.map((row) => [row.duties, row.termsUrl] as const),
]) {
	for (const duty of duties) {
		byWords.set(`${duty.kind}\n${duty.text}`, duty);
		bySource.set(`${duty.kind}\n${url}`, duty);
	}
}

for (const duty of baseDutyRows) byWords.set(`${duty.kind}\n${duty.text}`, duty);

/**
 * How a destination stands to the duties of its rows: what a program can tell (the name, whether a duty holds for this release) is told, the
 * rest is left open with what a person has to do. The same duty of several callers becomes one, with the rows added up. What is violated
 * comes first.
 */
export function checkDuties(duties: readonly CountedDuty[], destination: Destination): readonly DutyCheck[] {
	const once = new Map<string, CountedDuty>();
	for (const duty of duties) {
		const key = `${duty.kind}\n${duty.text}\n${duty.sourceUrl}`;
		once.set(key, {...duty, rows: duty.rows + (once.get(key)?.rows ?? 0)});
	}
	return [...once.values()]
		.map(({kind, text, sourceUrl, rows}) => ({kind, text, sourceUrl, rows, ...checkDuty({kind, text, sourceUrl}, destination)}))
		.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.rows - a.rows);
}

/** How a destination stands to the duties that the licence of its base model puts on a student; none where that licence is not known. */
export function checkBaseDuties(destination: Destination): readonly DutyCheck[] {
	const licence = findBaseLicence(destination);
	if (licence.kind !== 'known') return [];
	const sourceUrl = licence.row.licenceUrl;
	return licence.duties
		.map(({kind, text}): DutyCheck => ({kind, text, sourceUrl, rows: 0, of: 'base', ...checkDuty({kind, text, sourceUrl}, destination)}))
		.toSorted(byState);
}

/** Duties of the rows, then those of the base; of each what is violated first. */
export function checkAllDuties(duties: readonly CountedDuty[], destination: Destination): readonly DutyCheck[] {
	return [...checkDuties(duties, destination), ...checkBaseDuties(destination)];
}

const byState = (a: DutyCheck, b: DutyCheck) => order.indexOf(a.state) - order.indexOf(b.state);

function checkDuty(
	{kind, text, sourceUrl}: Omit<CountedDuty, 'rows'>,
	{release, studentName}: Destination,
): Pick<DutyCheck, 'state' | 'because'> {
	const row = byWords.get(`${kind}\n${text}`) ?? bySource.get(`${kind}\n${sourceUrl}`);
	if (row?.releases !== undefined && !row.releases.includes(release))
		return {
			state: 'not-applicable',
			because: `It holds when the student is given to others or serves them; here ${releaseWords[release]}.`,
		};
	if (row?.mustStartWith !== undefined) return checkName(studentName, row.mustStartWith);
	return {state: 'open', because: tasks[kind] ?? tasks.other!};
}

/** A name on a hub stands after the last slash: `org/Llama-Triage`. */
function checkName(studentName: string | null, start: string): Pick<DutyCheck, 'state' | 'because'> {
	const name = studentName?.trim().split('/').at(-1)?.trim() ?? '';
	if (name === '') return {state: 'open', because: `The student has no name yet: it has to start with "${start}".`};
	if (name.startsWith(start)) return {state: 'met', because: `"${name}" starts with "${start}".`};
	if (name.toLowerCase().startsWith(start.toLowerCase()))
		return {state: 'open', because: `"${name}" starts with "${start}" in other letters: write it as the licence does.`};
	return {state: 'violated', because: `"${name}" does not start with "${start}".`};
}
