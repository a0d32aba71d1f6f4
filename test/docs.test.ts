import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {generatedDocs, renewReadme} from '../scripts/write-docs.mjs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README has the keys and the filter language that the program has; npm run docs renews it', async () => {
	expect(renewReadme(readme, await generatedDocs())).toBe(readme);
});

test('the check sees a README that is stale', async () => {
	expect(renewReadme(readme.replace('`models.copy`', '`models.other`'), await generatedDocs())).toBe(readme);
});

test('the two commands stand in the first screenful', () => {
	const first = readme.split('\n').slice(0, 24).join('\n');
	expect(first).toContain('npm ci && npm start');
	expect(first).toContain('npm cit');
});
