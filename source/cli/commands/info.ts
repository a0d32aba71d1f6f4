import {gateways, serviceNames} from '../../domain/service.js';
import {loadCatalogue} from '../../services/catalogue.js';
import {formatAgo} from '../../view/format.js';
import type {CommandRecord} from '../command.js';
import {describeServices} from '../describe-services.js';
import type {InfoOutput} from '../outputs.js';

export const infoCommand: CommandRecord = {
	name: 'info',
	summary: 'Say which version runs, on what, with which services, keys and saved data.',
	args: [],
	options: [{flags: '--json', help: 'One JSON object.'}],
	outputs: [{flags: '--json', schema: 'info'}],
	examples: [['stillroom info', 'what to put into a report of a problem; it holds no key']],
	async run({options}, session) {
		const context = await session.context();
		const settings = await session.ports.readSettings(session.global);
		const catalogue = loadCatalogue(context);
		const {openrouter, nanogpt} = catalogue.states;
		const saved = {openrouter: openrouter.fetchedAt, nanogpt: nanogpt.fetchedAt};
		const info: InfoOutput = {
			version: session.ports.version,
			node: process.versions.node,
			platform: `${process.platform} ${process.arch}`,
			home: context.homeFolder,
			settings: settings.path,
			isSandbox: context.isSandbox,
			baseUrls: context.baseUrls,
			keys: context.hasKey,
			tuners: context.tunerSetups,
			saved,
			models: catalogue.models.length,
			problems: [...settings.problems, ...catalogue.problems],
		};
		if (options.json) {
			await session.output.write(`${JSON.stringify(info, null, 2)}\n`);
			return 0;
		}
		const paint = await session.paint();
		const field = (name: string, text: string) => `${paint(name.padEnd(12), 'dim')} ${text}`;
		const now = context.clock.now();
		await session.output.writeLines([
			field('stillroom', info.version),
			field('node', `${info.node} (${info.platform})`),
			field('home', info.home),
			field('settings', info.settings),
			field('sandbox', info.isSandbox ? 'yes' : 'no'),
			...describeServices(context).map(({name, text}) => field(name, text)),
			...gateways.map((gateway) =>
				field('saved', `${serviceNames[gateway]} ${saved[gateway] ? formatAgo(saved[gateway], now) : 'nothing'}`),
			),
			field('models', String(info.models)),
			...info.problems.map((problem) => field('problem', problem)),
		]);
		return 0;
	},
};
