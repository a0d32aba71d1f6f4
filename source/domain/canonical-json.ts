import {hash} from 'node:crypto';

/** Any value that JSON can write. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/**
 * JSON as the canonicalization scheme writes it: no blanks, keys in UTF-16 order, numbers as ECMAScript prints them, so that equal values
 * have equal bytes and can be hashed. Fields that are `undefined` are left out. Throws TypeError for what JSON cannot hold exactly: a number
 * that is not finite, a string with half a surrogate pair, a function, a bigint. Source: https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: unknown): string {
	switch (typeof value) {
		case 'string':
			return writeString(value);
		case 'number':
			if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be written as JSON.`);
			return JSON.stringify(value);
		case 'boolean':
			return value ? 'true' : 'false';
		case 'object':
			if (value === null) return 'null';
			return Array.isArray(value) ? `[${value.map((item) => canonicalJson(item)).join(',')}]` : writeObject(value);
		default:
			throw new TypeError(`A ${typeof value} cannot be written as JSON.`);
	}
}

function writeString(text: string): string {
	if (!text.isWellFormed()) throw new TypeError('Half a surrogate pair cannot be written as JSON.');
	return JSON.stringify(text);
}

function writeObject(value: object): string {
	const fields = value as Readonly<Record<string, unknown>>;
	let json = '';
	for (const key of Object.keys(fields).sort()) {
		if (fields[key] === undefined) continue;
		json += `${json ? ',' : ''}${writeString(key)}:${canonicalJson(fields[key])}`;
	}
	return `{${json}}`;
}

/** A value from outside as JSON can hold it: half surrogate pairs become U+FFFD, numbers that are not finite null, undefined fields vanish. */
export function toJson(value: unknown): Json {
	if (typeof value === 'string') return value.toWellFormed();
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value === 'boolean') return value;
	if (Array.isArray(value)) return value.map(toJson);
	if (typeof value !== 'object' || value === null) return null;
	const fields: Record<string, Json> = Object.create(null);
	for (const [key, field] of Object.entries(value)) if (field !== undefined) fields[key.toWellFormed()] = toJson(field);
	return fields;
}

/** `sha256:` and 64 hexadecimal digits over the bytes, or over the UTF-8 bytes of the text. */
export function contentHash(content: string | Uint8Array): string {
	return `sha256:${hash('sha256', content, 'hex')}`;
}
