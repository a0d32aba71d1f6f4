import {expect, test} from 'vitest';
import {flattenCommands} from '../../source/cli/command.js';
import {commands} from '../../source/cli/commands/index.js';
import {fitHelp} from '../../source/cli/fit-help.js';

test('notes of every command fit into 80 columns, and lose no word', () => {
	for (const {name, notes} of flattenCommands(commands)) {
		const text = notes?.() ?? '';
		const fitted = fitHelp(text, 80);
		expect([name, fitted.split(/\s+/)]).toEqual([name, text.split(/\s+/)]);
		expect([name, fitted.split('\n').filter((line) => line.length > 80 && !/\S{50}/.test(line))]).toEqual([name, []]);
	}
});

test('columns hang below themselves, paragraphs are filled anew, commands stay whole', () => {
	const purpose = 'what is done by this, in some more words than fit into the line';
	expect(fitHelp(`  stillroom models  ${purpose}`, 60)).toBe(
		'  stillroom models  what is done by this, in some more words\n                    than fit into the line',
	);
	const [one, two] = ['word '.repeat(25).trim(), 'end of it'];
	expect(fitHelp(`${one}\n${two}`, 130)).toBe(
		`${one}\n${two}`
			.replace('\n', ' ')
			.replace(/(.{1,130})( |$)/g, '$1\n')
			.trimEnd(),
	);
	const command = `  stillroom ask ${'x'.repeat(90)}`;
	expect(fitHelp(command, 60)).toBe(command);
});
