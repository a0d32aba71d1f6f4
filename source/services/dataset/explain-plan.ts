import {type DatasetCounts, dropSteps} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import {baseNotices} from '../../policy/base-licence.js';
import {findTuner, type TunerDates, tunerNotices} from '../../policy/tuners.js';
import type {DatasetRequest} from './dataset-event.js';
import type {DropLog} from './drop-log.js';

/** Reasons that a Failure names. */
const namedReasons = 3;

/** What a person should know before freezing, each in a sentence: what the rows lack, then what the register knows of the tuner. */
export function findNotices(
	{destination, shape}: DatasetRequest,
	{train, valid}: DatasetCounts,
	untagged: number,
	now: Date,
	dates: TunerDates,
): readonly string[] {
	const tuner = findTuner(destination.tuner, dates);
	const notices: string[] = [];
	if (shape.kind === 'preference' && !tuner.takesPreference)
		notices.push(`Nothing is recorded that says ${tuner.name} trains on preference pairs.`);
	if (train > 0 && train < tuner.minRows)
		notices.push(`${tuner.name} takes no file of fewer than ${tuner.minRows} rows; ${train} would be for training.`);
	if (train > 1 && shape.validationShare > 0 && valid === 0)
		notices.push(
			'No row can be held out for validation: all belong together, as near duplicates, answers to one prompt or one conversation.',
		);
	if (shape.balance !== null && untagged > 0) {
		const {tag, rows} = shape.balance;
		notices.push(`${untagged} ${untagged === 1 ? 'row has' : 'rows have'} no tag ${tag}: at most ${rows} of them stay, as of any value.`);
	}
	return [...notices, ...tunerNotices(tuner, destination.baseModel, now), ...baseNotices(destination)];
}

/** Why there is nothing to freeze: a matter of policy where the gate kept out more than anything else. */
export function nothingLeft({chosen, dropped}: DatasetCounts, drops: Pick<DropLog, 'reasons'>): Failure {
	const isPolicy = dropped.gate > 0 && dropped.gate >= Math.max(...Object.values(dropped));
	const why = (isPolicy ? (['gate'] as const) : dropSteps)
		.flatMap((step) => drops.reasons(step))
		.toSorted((a, b) => b.count - a.count)
		.slice(0, namedReasons)
		.map(({count, reason}) => `${count}: ${reason}`)
		.join(' ');
	return isPolicy
		? new Failure('policy', `No row is left: the gate refused ${dropped.gate} of ${chosen}.`, {
				why,
				next: 'Choose another destination or other completions, or say why they are taken all the same.',
			})
		: new Failure('failed', `No row is left of ${chosen} chosen completions.`, {why, next: 'Choose other completions, or another shape.'});
}
