import {expect, test} from 'vitest';
import {lineText} from '../../source/view/line.js';
import {verdictLines} from '../../source/view/verdict-lines.js';
import {aReason, aVerdict} from '../helpers/literals.js';

const now = new Date('2026-11-21T12:00:00Z');

test('a verdict in full names every layer with its basis, source, place and time, the duties, and that it is no advice', () => {
	const verdict = aVerdict({
		status: 'disallowed',
		conflict: true,
		reasons: [
			aReason(),
			aReason({
				layer: 'nanogpt-model',
				status: 'disallowed',
				basis: 'restrictive-licence',
				label: 'The licence forbids it.',
				sourceUrl: null,
				note: 'Since July.',
				readFrom: 'nanogpt:/v1/models',
				fetchedAt: null,
			}),
		],
		duties: [{kind: 'naming', text: 'The name begins with "Llama".', sourceUrl: 'https://example.com/licence'}],
	});
	const text = verdictLines(verdict, now).map(lineText).join('\n');
	expect(text).toMatchInlineSnapshot(`
		"NO≠*  Recorded as not allowed for training other models. The layers contradict each other (≠).
		  YES OpenRouter, list of distillable models
		    says    OpenRouter lists the model as distillable.
		    basis   distillable=true
		    source  https://openrouter.ai/models
		    read    openrouter:/models?distillable=true, 2026-11-21 11:59Z (12 s ago)
		  NO  NanoGPT, policy of the model
		    says    The licence forbids it.
		    basis   restrictive-licence
		    source  -
		    read    nanogpt:/v1/models, not read
		    note    Since July.
		  * Duties that come with it
		    The name begins with "Llama". (naming)
		    source  https://example.com/licence
		  Informational, not legal advice: check the licence and the terms for your own use."
	`);
});

test('an unknown verdict says that it is no yes', () => {
	const text = lineText(verdictLines(aVerdict({status: 'unknown'}), now)[0]!);
	expect(text).toBe('?  Not recorded: this never counts as a yes.');
});
