import {expect, test} from 'vitest';
import {modelStrip} from '../../source/ui/screens/models/model-detail.js';
import {lineText, lineWidth} from '../../source/view/line.js';
import {policyCell} from '../../source/view/policy-cell.js';
import {aModel} from '../helpers/literals.js';

test('the strip under the list keeps the verdict and the layers, however long the id is', () => {
	const model = aModel({id: `lab/${'very-long-name-'.repeat(20)}`});
	const [first, ...rest] = modelStrip(model, 78);
	expect(lineText(first!)).toMatch(/^lab\/very-long-name-.*…/);
	expect(lineText(first!).endsWith(`  ${policyCell(model.verdict).text}`)).toBe(true);
	for (const line of [first!, ...rest]) expect(lineWidth(line)).toBeLessThanOrEqual(78);
});
