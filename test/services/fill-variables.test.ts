import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {fillMessages, fillVariables, variableNames} from '../../source/services/fill-variables.js';

describe('variables', () => {
	it.each([
		['none', []],
		['{{one}} and {{ two }} and {{one}}', ['one', 'two']],
		['{{größe}} {{a.b-c}} {{_x1}}', ['größe', 'a.b-c', '_x1']],
		['{{}} {{ }} {{1x}} {{a b}} {one} {{{one}}}', ['one']],
		['\\{{literal}}', []],
	])('of %j are %j', (text, names) => {
		expect(variableNames(text)).toEqual(names);
	});

	it('are filled; what is missing stays and is named, what nobody asks for too', () => {
		expect(fillVariables('Dear {{name}}, {{what}}? \\{{x}}', {name: 'Ada', when: 'now'})).toEqual({
			text: 'Dear Ada, {{what}}? {{x}}',
			missing: ['what'],
			unknown: ['when'],
		});
	});

	it('of a value are text, never a template', () => {
		expect(fillVariables('{{a}}{{b}}', {a: '{{b}} $& $1', b: 'x'}).text).toBe('{{b}} $& $1x');
		expect(fillVariables('{{toString}}', {}).missing).toEqual(['toString']);
	});

	it('are told for all messages together', () => {
		const {messages, missing, unknown} = fillMessages(
			[
				{role: 'system', content: 'For {{who}}.'},
				{role: 'user', content: '{{what}}'},
			],
			{what: 'Hello', who: 'Ada'},
		);
		expect(messages.map(({content}) => content)).toEqual(['For Ada.', 'Hello']);
		expect([missing, unknown]).toEqual([[], []]);
	});

	it('leave any text without braces as it is', () => {
		fc.assert(fc.property(fc.string(), (text) => text.includes('{{') || fillVariables(text, {}).text === text));
	});
});
