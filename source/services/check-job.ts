import type {Refusal} from '../domain/run-event.js';
import {serviceNames} from '../domain/service.js';
import {howToSetUp} from '../domain/service-key.js';
import type {Context} from './context.js';
import type {GenerateOptions} from './generate-event.js';
import type {Survey} from './generate-tasks.js';
import type {Target} from './prepare-target.js';
import {toRefusal} from './refusal.js';

/** Why a bulk job must not begin: a number out of range, a line that cannot be read, a limit that cannot be kept, no key; null when it may. */
export function checkJob(
	context: Context,
	{gateway}: Target,
	survey: Survey,
	{concurrency, repeat, maxCostUsd, skipInvalid}: GenerateOptions,
): Refusal | null {
	if (!Number.isSafeInteger(concurrency) || concurrency < 1 || concurrency > 1024)
		return toRefusal('usage', 'bad-parameter', `A concurrency of ${concurrency} is not a whole number from 1 to 1024.`);
	if (!Number.isSafeInteger(repeat) || repeat < 1)
		return toRefusal('usage', 'bad-parameter', `A repeat of ${repeat} is not a whole number of 1 or more.`);
	if (maxCostUsd !== null && !(maxCostUsd >= 0))
		return toRefusal('usage', 'bad-parameter', `A limit of ${maxCostUsd} USD is not a number of 0 or more.`);
	const bad = survey.invalid[0];
	if (bad !== undefined && !skipInvalid)
		return toRefusal('usage', 'bad-parameter', `Line ${bad.line} ${bad.problem}`, {
			why: survey.invalid.length === 1 ? 'Nothing was sent.' : `${survey.invalid.length} lines cannot be read; nothing was sent.`,
			next: 'Mend the file, or leave such lines out.',
		});
	if (survey.total === 0) return toRefusal('usage', 'empty-prompt', 'There are no prompts.', {next: 'Give at least one line.'});
	if (maxCostUsd !== null && survey.boundUsd === null)
		return toRefusal('usage', 'bad-parameter', 'A cost limit cannot be kept: the price of this model is not known.', {
			next: 'Leave the limit out, or take another model.',
		});
	if (!context.hasKey[gateway])
		return toRefusal('auth', 'no-key', `${serviceNames[gateway]} takes prompts only with a key.`, {
			next: `${howToSetUp(gateway)}.`,
		});
	return null;
}
