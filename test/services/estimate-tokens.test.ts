import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {estimateTokens} from '../../source/services/estimate-tokens.js';

const estimate = (content: string) => estimateTokens([{role: 'user', content}]);

describe('an estimate of tokens', () => {
	it('is near four characters a token for English, and one a token for Chinese', () => {
		expect(estimate('The quick brown fox jumps over the lazy dog. '.repeat(100)).likely).toBeGreaterThan(900);
		expect(estimate('The quick brown fox jumps over the lazy dog. '.repeat(100)).likely).toBeLessThan(1300);
		expect(estimate('漢字'.repeat(500)).likely).toBeGreaterThan(900);
	});

	it('never has a bound below one token a byte, nor below what is likely', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), (text) => {
				const {likely, atMost} = estimate(text);
				expect(atMost).toBeGreaterThanOrEqual(Buffer.byteLength(text));
				expect(atMost).toBeGreaterThanOrEqual(likely);
			}),
		);
	});
});
