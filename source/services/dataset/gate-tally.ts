import type {Destination, GateLevel} from '../../domain/dataset.js';
import type {GateCheck} from '../../domain/dataset-check.js';
import type {GateReason, GateVerdict} from '../../domain/gate.js';
import {checkAllDuties} from '../../policy/gate-duties.js';
import {namedRows} from './check-findings.js';

export type GateRefusal = Pick<GateReason, 'sourceUrl'> & {readonly reason: string};

/** Adds up what the gate says of the rows of a file: each reason once, with the first rows that it was said of. */
export function createGateTally(destination: Destination, level: GateLevel) {
	const counted = new Map<string, GateRefusal & {count: number; readonly rows: number[]}>();
	const duties = new Map<string, GateVerdict['duties'][number] & {rows: number}>();
	const counts = {passed: 0, refused: 0, overridden: 0};

	const note = (row: number, {reason, sourceUrl}: GateRefusal): void => {
		const known = counted.get(reason) ?? {reason, sourceUrl, count: 0, rows: []};
		counted.set(reason, known);
		known.count++;
		if (known.rows.length < namedRows) known.rows.push(row);
	};

	return {
		/** Refused for a reason that is not the gate's own. */
		refuse(row: number, refusal: GateRefusal): void {
			counts.refused++;
			note(row, refusal);
		},
		/** The verdicts on the answers that a row is made of; `isLetIn`: with a written reason. */
		add(row: number, verdicts: readonly GateVerdict[], isLetIn: boolean): void {
			for (const duty of once(verdicts.flatMap((verdict) => verdict.duties))) {
				const key = JSON.stringify(duty);
				duties.set(key, {...duty, rows: (duties.get(key)?.rows ?? 0) + 1});
			}
			if (verdicts.every(({isPassed}) => isPassed)) {
				counts.passed++;
				return;
			}
			counts[isLetIn ? 'overridden' : 'refused']++;
			const refusals = verdicts.flatMap((verdict) => verdict.refusals);
			for (const refusal of once(
				refusals.map(({layer, label, sourceUrl}) => ({reason: `${layer}: ${label.replace(/\.$/, '')}.`, sourceUrl})),
			))
				note(row, refusal);
		},
		finish: (): GateCheck => ({
			level,
			...counts,
			refusals: [...counted.values()].toSorted((a, b) => b.count - a.count),
			duties: checkAllDuties([...duties.values()], destination),
		}),
	};
}

function once<Item>(items: readonly Item[]): readonly Item[] {
	return items.length < 2 ? items : [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
