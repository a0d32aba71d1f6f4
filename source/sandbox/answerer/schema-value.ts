import type {JsonSchema} from '../chat/request.js';
import {bestLabel} from './classify.js';
import type {Draw} from './draw.js';
import {findAll} from './extract.js';
import {capitalize, firstWords, keywordsOf, sentencesOf} from './text.js';

/** What a value is made from. */
export type Source = {readonly subject: string; readonly draw: Draw; readonly root: JsonSchema};

const deepest = 12;

/** Follows `#/…`; an unknown or foreign reference is an empty schema. */
function follow(schema: JsonSchema, root: JsonSchema): JsonSchema {
	if (typeof schema.$ref !== 'string') return schema;
	let found: unknown = root;
	for (const part of schema.$ref.split('/').slice(1))
		found = (found as Readonly<Record<string, unknown>> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
	return (found as JsonSchema | undefined) ?? {};
}

const words = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');

/** Text for a field, by its name: what the subject has of that kind, else its telling words. */
export function textFor(name: string, {subject, draw}: Source): string {
	const label = words(name);
	const isRight = draw.isRight(`field ${name}`);
	if (/summary|description|explanation|reason|text|comment|message/i.test(label))
		return sentencesOf(subject)[isRight ? 0 : 1] ?? firstWords(subject, 20);
	const found = findAll(label, subject);
	if (found && found.length > 0) return isRight ? found[0]! : (found[1] ?? found[0]!.slice(0, -1));
	const telling = keywordsOf(subject, 4);
	if (/title|headline|name|topic|subject/i.test(label))
		return (
			telling
				.slice(0, isRight ? 3 : 1)
				.map(capitalize)
				.join(' ') || 'Untitled'
		);
	return telling[isRight ? 0 : 1] ?? telling[0] ?? label;
}

/** A number for a field: the first of the subject that fits, one off for the weaker. */
function numberFor(name: string, schema: JsonSchema, {subject, draw}: Source): number {
	const found = findAll(words(name), subject)?.map((text) => Number(text.replace(/[^\d.-]/g, ''))) ?? [];
	const any = (findAll('numbers', subject) ?? []).map((text) => Number(text.replaceAll(',', '')));
	const isWhole = schema.type === 'integer' || (Array.isArray(schema.type) && schema.type.includes('integer'));
	const least = Number(
		schema.minimum ??
			(schema.exclusiveMinimum === undefined ? Number.NEGATIVE_INFINITY : Number(schema.exclusiveMinimum) + (isWhole ? 1 : 1e-6)),
	);
	const most = Number(
		schema.maximum ??
			(schema.exclusiveMaximum === undefined ? Number.POSITIVE_INFINITY : Number(schema.exclusiveMaximum) - (isWhole ? 1 : 1e-6)),
	);
	const middle =
		Number.isFinite(least) && Number.isFinite(most) ? least + (most - least) * draw.ofPrompt(name) : Math.floor(draw.ofPrompt(name) * 10);
	let value = [...found, ...any].find((number) => Number.isFinite(number) && number >= least && number <= most) ?? middle;
	if (!draw.isRight(`field ${name}`)) value += 1;
	if (isWhole) value = Math.round(value);
	const step = Number(schema.multipleOf ?? 0);
	if (step > 0) value = Math.round(value / step) * step;
	value = Math.min(most, Math.max(least, value));
	return isWhole ? Math.round(value) : Number(value.toFixed(4));
}

function stringFor(name: string, schema: JsonSchema, source: Source): string {
	const formats: Readonly<Record<string, string>> = {
		email: findAll('email', source.subject)?.[0] ?? 'someone@example.org',
		date: findAll('date', source.subject)?.find((text) => /^\d{4}-/.test(text)) ?? '2026-01-15',
		'date-time': '2026-01-15T09:30:00Z',
		time: '09:30:00Z',
		uri: findAll('url', source.subject)?.[0] ?? 'https://example.org/',
		uuid: '5f0c3a52-8d1e-4b7a-9c46-2e1f7a9b3d10',
	};
	let text = (typeof schema.format === 'string' && formats[schema.format]) || textFor(name, source);
	if (typeof schema.maxLength === 'number') text = text.slice(0, schema.maxLength);
	if (typeof schema.minLength === 'number') text = text.padEnd(schema.minLength, '.');
	return text;
}

function arrayFor(name: string, schema: JsonSchema, source: Source, depth: number): unknown[] {
	const items = (schema.items ?? {}) as JsonSchema;
	const least = Number(schema.minItems ?? 0);
	const most = Number(schema.maxItems ?? Math.max(least, 3));
	const singular = name.replace(/ies$/, 'y').replace(/s$/, '');
	if (follow(items, source.root).type === 'string' && !follow(items, source.root).enum) {
		const found = findAll(words(name), source.subject) ?? keywordsOf(source.subject, 3);
		const texts = (found.length > 0 ? found : [textFor(singular, source)]).slice(0, most);
		while (texts.length < least) texts.push(`${texts[0] ?? singular} ${texts.length + 1}`);
		return texts;
	}
	return Array.from({length: Math.min(most, Math.max(least, 1))}, () => valueFor(singular, items, source, depth + 1));
}

/** A value that fits the schema, filled from the subject; keywords of JSON Schema beyond the common ones are not read. */
export function valueFor(name: string, given: JsonSchema, source: Source, depth = 0): unknown {
	const schema = follow(given, source.root);
	if (schema.const !== undefined) return schema.const;
	if (Array.isArray(schema.enum) && schema.enum.length > 0) {
		const texts = schema.enum.filter((entry): entry is string => typeof entry === 'string');
		if (texts.length === 0) return schema.enum[0];
		const right = bestLabel(texts, source.subject, source.draw.ofPrompt(name));
		return source.draw.isRight(`field ${name}`) ? right : (texts.find((text) => text !== right) ?? right);
	}
	const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
	if (choices)
		return valueFor(
			name,
			(depth < deepest ? choices.find((choice) => choice.type !== 'null') : choices.find((choice) => choice.type === 'null')) ??
				choices[0] ??
				{},
			source,
			depth + 1,
		);
	if (Array.isArray(schema.allOf))
		return valueFor(name, Object.assign({}, ...schema.allOf.map((part: JsonSchema) => follow(part, source.root))), source, depth + 1);
	const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type as string | undefined];
	const type = types.find((entry) => entry !== 'null') ?? (schema.properties ? 'object' : schema.items ? 'array' : types[0]);
	if (type === 'object') {
		const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
		const required = new Set((schema.required as readonly string[] | undefined) ?? []);
		const kept = Object.entries(properties).filter(([key]) => required.has(key) || depth < deepest / 2);
		return Object.fromEntries(kept.map(([key, value]) => [key, valueFor(key, value, source, depth + 1)]));
	}
	if (type === 'array') return depth >= deepest && !schema.minItems ? [] : arrayFor(name, schema, source, depth);
	if (type === 'integer' || type === 'number') return numberFor(name, schema, source);
	if (type === 'boolean') return source.draw.isRight(`field ${name}`) === source.draw.ofPrompt(name) > 0.4;
	return type === 'null' ? null : stringFor(name, schema, source);
}
