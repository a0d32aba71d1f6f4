import {datasetRef} from '../../../domain/filter-datasets.js';
import {checkLines} from '../../../view/check-lines.js';
import {driftLines} from '../../../view/drift-lines.js';
import {formatCount} from '../../../view/format.js';
import {packFacts, packLines, packReportLines} from '../../../view/pack-lines.js';
import {createProgressWords} from '../../../view/progress-words.js';
import {carryOut, type WorkStep} from '../../carry-out.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {selectChosen} from './state.js';

const number = (count: number): string => count.toLocaleString('en');

async function* checking({context, getState, signal}: EffectInput): AsyncGenerator<WorkStep> {
	const dataset = selectChosen(getState())!;
	const {checkDataset} = await import('../../../services/dataset/check-dataset.js');
	const tell = createProgressWords('row');
	for await (const event of checkDataset(context, dataset, {}, signal)) {
		if (event.type === 'progress') {
			yield tell({done: event.progress.rows, total: dataset.counts.train + dataset.counts.valid});
			continue;
		}
		const {findings, isAccepted} = event.report;
		const errors = findings.filter(({severity}) => severity === 'error').length;
		yield {type: 'report/shown', title: `Check of ${datasetRef(dataset)}`, lines: checkLines(event.report, getState().size.columns - 2)};
		yield {
			ended: isAccepted
				? `${datasetRef(dataset)} passes the checks; E packs it`
				: `${datasetRef(dataset)}: ${formatCount(errors, 'kind')} of errors`,
			tone: isAccepted ? 'good' : 'bad',
		};
	}
}

const check: Effect = {
	on: ['datasets/check-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'datasets/check-asked') yield* carryOut(input, 'checking', checking(input), 'nothing was changed');
	},
};

async function* packing({context, getState, signal}: EffectInput, folder: string): AsyncGenerator<WorkStep> {
	const dataset = selectChosen(getState())!;
	const {packDataset} = await import('../../../services/pack/pack-dataset.js');
	const tell = createProgressWords('row');
	for await (const event of packDataset(context, dataset, {folder, isForced: false}, signal)) {
		if (event.type === 'progress') yield tell(packFacts('', event.progress));
		if (event.type !== 'packed') continue;
		yield {type: 'report/shown', title: `Pack of ${datasetRef(dataset)}`, lines: packLines(event.result, getState().size.columns - 2)};
		yield {
			ended: event.result.ledgerProblem ?? `packed ${datasetRef(dataset)} into ${folder}; V verifies it`,
			tone: event.result.ledgerProblem ? 'warn' : 'good',
		};
	}
}

const pack: Effect = {
	on: ['datasets/pack-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'datasets/pack-asked')
			yield* carryOut(input, 'packing', packing(input, input.action.folder), 'nothing was written');
	},
};

async function* verifying({context, getState, signal}: EffectInput, folder: string): AsyncGenerator<WorkStep> {
	const {verifyPack} = await import('../../../services/pack/verify-pack.js');
	const tell = createProgressWords('row');
	for await (const event of verifyPack(folder, {tool: context.tool, ledger: await context.ledger()}, signal)) {
		if (event.type === 'progress') {
			yield tell(packFacts('', event.progress));
			continue;
		}
		const {isIntact, isAllowed, problemCount} = event.report;
		const isFine = isIntact && isAllowed;
		yield {type: 'report/shown', title: `Verification of ${folder}`, lines: packReportLines(event.report, getState().size.columns - 2)};
		yield {
			ended: isFine
				? `${folder} is what was written, and each row may be used as it says`
				: `${folder}: ${formatCount(problemCount, 'problem')}`,
			tone: isFine ? 'good' : 'bad',
		};
	}
}

const verify: Effect = {
	on: ['datasets/verify-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'datasets/verify-asked')
			yield* carryOut(input, 'verifying', verifying(input, input.action.folder), 'nothing was changed');
	},
};

async function* lookingForDrift({context, getState, signal}: EffectInput): AsyncGenerator<WorkStep> {
	const {name, version} = selectChosen(getState())!;
	const {findDrift} = await import('../../../services/find-drift.js');
	const tell = createProgressWords('row');
	for await (const event of findDrift(context, {dataset: {name, version}}, signal)) {
		if (event.type === 'progress') yield tell({done: event.done, total: event.total, more: [`${number(event.drifted)} changed`]});
		if (event.type !== 'report') continue;
		const {drifted, rows, unreadRows} = event.report;
		yield {type: 'report/shown', title: `Policies since ${datasetRef({name, version})} was collected`, lines: driftLines(event.report)};
		yield {
			ended:
				(drifted === 0
					? `no recorded policy of ${number(rows)} rows says something else now`
					: `the policy of ${number(drifted)} of ${number(rows)} rows has changed`) +
				(unreadRows === 0 ? '' : `; not every layer of ${number(unreadRows)} could be compared`),
			tone: drifted === 0 && unreadRows === 0 ? 'good' : 'warn',
		};
	}
}

const drift: Effect = {
	on: ['datasets/drift-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'datasets/drift-asked')
			yield* carryOut(input, 'asking for policies', lookingForDrift(input), 'nothing was changed');
	},
};

export const datasetWorkEffects: readonly Effect[] = [check, pack, verify, drift];
