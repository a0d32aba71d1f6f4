import {type SettingSchema, settings} from '../domain/settings-schema.js';
import type {SettingState} from './setting-states.js';

const width = 100;

function wrap(text: string): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + word.length >= width) {
			lines.push(line);
			line = '';
		}
		line += line === '' ? word : ` ${word}`;
	}
	return [...lines, line];
}

function sayAll(schema: SettingSchema, isMap: boolean): readonly string[] {
	const values = schema.enum ? ` One of ${schema.enum.join(', ')}.` : '';
	const otherwise = isMap || schema.default === undefined || schema.default === '' ? '' : `Default: ${JSON.stringify(schema.default)}`;
	return [...wrap(`${schema.title}. ${schema.description}${values}`), ...(otherwise === '' ? [] : [otherwise])];
}

/**
 * A settings file with comments: every setting with what it means; those that the file sets as they are, the others commented out with an example.
 * It may be saved as it is, and means what the file means now.
 */
export function settingsTemplate(states: readonly SettingState[]): string {
	const lines = ['{', '  // Settings of stillroom. Comments may stay. Keys of services never stand here: stillroom setup keeps them.'];
	let group: string | null = null;
	const close = (): void => {
		if (group !== null) lines.push('  },');
		group = null;
	};
	for (const {key, schema, isMap} of settings) {
		const [name = '', inner] = key.split('.');
		if (inner === undefined || name !== group) close();
		const pad = inner === undefined ? '  ' : '    ';
		if (inner !== undefined && group === null) {
			lines.push('', `  ${JSON.stringify(name)}: {`);
			group = name;
		} else lines.push('');
		lines.push(...sayAll(schema, isMap).map((text) => `${pad}// ${text}`));
		const own = states.filter(
			(state) => state.origin.kind === 'settings' && (state.key === key || (isMap && state.key.startsWith(`${key}.`))),
		);
		if (own.length === 0) {
			const example = schema.default === undefined || isMap || schema.default === '' ? schema.examples?.[0] : schema.default;
			lines.push(`${pad}// ${JSON.stringify(inner ?? name)}: ${JSON.stringify(example ?? null)},`);
			continue;
		}
		const value = isMap ? Object.fromEntries(own.map((state) => [state.key.slice(key.length + 1), state.value])) : own[0]!.value;
		const text = JSON.stringify(value, null, 2).replaceAll('\n', `\n${pad}`);
		lines.push(`${pad}${JSON.stringify(inner ?? name)}: ${text},`);
	}
	close();
	return `${[...lines, '}'].join('\n')}\n`;
}
