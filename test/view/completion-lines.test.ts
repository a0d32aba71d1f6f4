import {expect, test} from 'vitest';
import {toCompletion} from '../../source/domain/pack-completion.js';
import {completionLines} from '../../source/view/completion-lines.js';
import {lineText} from '../../source/view/line.js';
import {collect} from '../helpers/collected.js';

const now = new Date('2026-11-21T12:00:00.000Z');

function shown(change: (record: ReturnType<typeof collect>['record']) => ReturnType<typeof collect>['record']): string {
	const record = change(collect({}).record);
	const run = {record, completion: toCompletion(record), messages: [], text: 'A.', reasoning: null, toolCalls: null, editedText: null};
	return completionLines(run as unknown as Parameters<typeof completionLines>[0], 120, now)
		.map(lineText)
		.join('\n');
}

test('says a service, a level and a provider once, and what is not known as not known', () => {
	const text = shown((record) => ({
		...record,
		enforcement: {...record.enforcement, level: 'route', state: 'ENFORCED, route: 2 routes pinned'},
	}));
	expect(text).toContain('enforcement  ENFORCED, route: 2 routes pinned');
	const unknown = shown((record) => ({...record, gateway: {...record.gateway, name: 'unknown', base_url: ''}}));
	expect(unknown).toContain('service not known');
	expect(unknown).toContain(', at a service that is not known');
	const openai = shown((record) => ({
		...record,
		gateway: {...record.gateway, name: 'openai'},
		route: {...record.route, provider: 'OpenAI'},
	}));
	expect(openai).not.toContain('OpenAI, OpenAI');
});

test('counts the days that are left as the list does', () => {
	const remote = {id: 'chatcmpl-1', state: 'stored', metadata: {}} as const;
	const left = (expires: string | null) => shown((record) => ({...record, remote: {...remote, expires_at: expires}}));
	expect(left('2026-12-21T05:57:00.000Z')).toContain('dropped there in 29 d');
	expect(left('2026-11-21T18:00:00.000Z')).toContain('dropped there in less than a day');
	expect(left('2026-11-20T18:00:00.000Z')).toContain('past its time there');
	expect(left(null)).toMatch(/copy +stored as chatcmpl-1\n/);
});

test('a NO says that it is about any training, and that a data set is judged for its destination', () => {
	const judged = (decision: 'YES' | 'NO' | 'UNKNOWN', name: 'openai' | 'openrouter') =>
		shown((record) => ({...record, policy: {...record.policy, decision}, gateway: {...record.gateway, name}}));
	expect(judged('NO', 'openai')).toMatch(/any model\. OpenAI's terms except its own models/);
	expect(judged('NO', 'openrouter')).toMatch(/any model\. A data set is judged again/);
	for (const decision of ['YES', 'UNKNOWN'] as const) expect(judged(decision, 'openai')).not.toContain('This NO');
});
