// Tables of what the judge says, made by asking it: every combination of what the layers may say.
import {table} from './markdown.mjs';

const words = {allowed: 'YES', disallowed: 'NO', unknown: '?'};
const wordOf = ({status, conflict}) => `${words[status]}${conflict ? ' ≠' : ''}`;
const reason = (layer, status, basis = 'example') => ({
	layer,
	status,
	basis,
	label: 'example',
	sourceUrl: null,
	note: null,
	readFrom: 'example',
	fetchedAt: null,
});

/** In words why a verdict is what it is: by which layers. */
function why({status, conflict, reasons}, names) {
	const say = (wanted, verb) => {
		const by = reasons.filter((each) => each.status === wanted).map(({layer}) => names[layer]);
		const [last, ...others] = by.toReversed();
		return by.length === 1 ? `${last} ${verb}s` : `${others.toReversed().join(', ')} and ${last} ${verb}`;
	};
	if (conflict) return `${say('disallowed', 'restrict')}, ${say('allowed', 'allow')}: a restriction wins, and the contradiction is shown`;
	if (status === 'disallowed') return say('disallowed', 'restrict');
	if (status === 'allowed') return `${say('allowed', 'allow')}, nobody restricts`;
	return 'nothing certain is recorded';
}

/** The model: OpenRouter's list can only allow, the other two may say either. */
function modelTable({judgeModel}) {
	const names = {'openrouter-list': 'the list', 'nanogpt-model': 'NanoGPT', 'licence-register': 'the register'};
	const rows = ['allowed', 'unknown'].flatMap((list) =>
		['allowed', 'unknown', 'disallowed'].flatMap((nano) =>
			['allowed', 'unknown', 'disallowed'].map((register) => {
				const verdict = judgeModel([reason('openrouter-list', list), reason('nanogpt-model', nano), reason('licence-register', register)]);
				return [words[list], words[nano], words[register], `**${wordOf(verdict)}**`, why(verdict, names)];
			}),
		),
	);
	return table(["OpenRouter's list", 'NanoGPT', 'register of licences', 'verdict', 'why'], rows);
}

/** The route: what is recorded about the provider, beside each verdict that the model may have. */
function routeTable({judgeModel, judgeRoute}) {
	const model = (status) => judgeModel([reason('licence-register', status)]);
	const terms = {
		allows: ['allowed'],
		'silent, and read in full': ['unknown', 'silent'],
		'not read': ['unknown', 'not-recorded'],
		restricts: ['disallowed'],
	};
	const rows = ['allowed', 'unknown', 'disallowed'].flatMap((nano) =>
		Object.entries(terms).map(([said, [status, basis]]) => {
			const layers = [reason('nanogpt-provider', nano), reason('terms-register', status, basis)];
			return [words[nano], said, ...['allowed', 'unknown', 'disallowed'].map((each) => `**${wordOf(judgeRoute(model(each), layers))}**`)];
		}),
	);
	return table(['NanoGPT about the provider', "provider's terms", 'model YES', 'model ?', 'model NO'], rows);
}

/** By the name of their marker. */
export const verdictTables = (records) => ({'model-table': modelTable(records), 'route-table': routeTable(records)});
