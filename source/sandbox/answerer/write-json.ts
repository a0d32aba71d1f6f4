import {bestLabel, labelsOf} from './classify.js';
import type {Draw} from './draw.js';
import {findAll} from './extract.js';
import {textFor, valueFor} from './schema-value.js';
import type {Prompt, Task} from './task.js';

/** The keys that a prompt asks for: `keys name and age`, `fields: a, b`, or those of an object it shows. */
function keysOf(instructions: string): string[] {
	const shown = /\{[^{}]*"[\w -]+"\s*:[^{}]*\}/.exec(instructions)?.[0];
	if (shown) return [...shown.matchAll(/"([\w -]+)"\s*:/g)].map(([, key]) => key!);
	const list =
		/(?:keys?|fields?|properties|attributes)(?: named| called)?[: ]+((?:["'`]?\w+["'`]?(?:\s*\([^)]*\))?(?:,\s*(?:and )?|\s+and\s+))*["'`]?\w+["'`]?)/i.exec(
			instructions,
		)?.[1];
	return (list ?? '')
		.replace(/\([^)]*\)/g, '')
		.split(/,\s*(?:and )?|\s+and\s+/)
		.map((key) => key.replace(/["'`]/g, '').trim())
		.filter((key) => /^\w+$/.test(key) && !/^(?:the|a|an|only|and|json)$/i.test(key));
}

function fieldValue(key: string, {subject, instructions}: Prompt, draw: Draw): unknown {
	const source = {subject, draw, root: {}};
	if (/sentiment|label|category|class|intent/i.test(key)) {
		const labels = labelsOf(instructions);
		return bestLabel(labels.length > 1 ? labels : ['positive', 'negative', 'neutral'], subject, draw.ofPrompt(key));
	}
	if (/^(?:is|has)_?[A-Z_]|^(?:valid|active|urgent)$/i.test(key)) return draw.isRight(key);
	if (/age|count|year|quantity|number|total|amount|price|score/i.test(key)) return valueFor(key, {type: 'number'}, source);
	if (/tags|keywords|names|emails|items|list|dates/i.test(key)) return valueFor(key, {type: 'array', items: {type: 'string'}}, source);
	return findAll(key, subject)?.length === 0 ? null : textFor(key, source);
}

const wantsJson = /\bjson\b/i;

/** A JSON value where the format or the prompt asks for one. `answerPlainly` says what stands under `answer` where no keys are named. */
export function createJsonTask(answerPlainly: (prompt: Prompt, draw: Draw) => string): Task {
	return (prompt, draw) => {
		const {responseFormat, instructions, subject} = prompt;
		if (responseFormat.type === 'json_schema')
			return JSON.stringify(valueFor('value', responseFormat.schema, {subject, draw, root: responseFormat.schema}));
		const isForced = responseFormat.type === 'json_object';
		if (!isForced && !wantsJson.test(instructions)) return null;
		const keys = keysOf(instructions);
		if (keys.length === 0 && !isForced) return null;
		const value =
			keys.length > 0
				? Object.fromEntries(keys.map((key) => [key, fieldValue(key, prompt, draw)]))
				: {answer: answerPlainly({...prompt, isBare: true, responseFormat: {type: 'text'}}, draw)};
		const text = JSON.stringify(value);
		return isForced || draw.isNeat ? text : `Here is the JSON:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
	};
}
