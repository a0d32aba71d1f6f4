import type {Dataset} from '../../domain/dataset.js';
import {estimateTraining} from '../../domain/estimate-training.js';
import {Failure, type FailureKind} from '../../domain/failure.js';
import {type JobHyperparameters, type TuningService, tuningServiceNames} from '../../domain/job.js';
import {partNames} from '../../domain/pack-manifest.js';
import {baseNotices} from '../../policy/base-licence.js';
import {checkAllDuties} from '../../policy/gate-duties.js';
import {findBase, findTuner, type TunerRow, tunerNotices} from '../../policy/tuners.js';
import type {Context, JobAsk, TunerClient} from '../context.js';
import {findPrice} from '../dataset/check-rows.js';
import type {JobCreateRequest, JobPlan} from './job-event.js';
import {tunerOf} from './known-jobs.js';
import type {RowMeasure} from './measure-rows.js';
import type {PackedFiles} from './read-pack.js';

/** What keeps a job from being created, with the kind of failure that it is. */
type Blocker = {readonly kind: FailureKind; readonly text: string};

export type PlannedJob = {readonly plan: JobPlan /** Null when it can be created. */; readonly failure: Failure | null};

export type PlanInput = {
	readonly request: JobCreateRequest;
	readonly dataset: Dataset;
	readonly measure: RowMeasure;
	/** Null where the files are made anew. */
	readonly pack: PackedFiles | null;
	/** Null where the service is not set up. */
	readonly client: TunerClient | null;
	/** Jobs that were asked for before on the same data set, service and base; newest first. */
	readonly before: readonly JobAsk[];
	readonly metadata: Readonly<Record<string, string>>;
};

const byteOrderMarkBytes = 3;

/** Reckons what a job would be, and why it cannot be; nothing is asked of anybody. */
export function planJob(context: Context, input: PlanInput): PlannedJob {
	const {request, dataset, measure, pack, metadata} = input;
	const {service, baseModel, usesValidation} = request;
	const {counts, shape, level} = dataset;
	const tuner = findTuner(tunerOf(service), context.tunerDates);
	const base = findBase(tuner, baseModel);
	const now = context.clock.now();
	const {epochs} = request.hyperparameters;
	const validationRows = usesValidation ? counts.valid : 0;
	const mark = tuner.wantsBom ? byteOrderMarkBytes : 0;
	const sizes = pack?.bytes ?? {train: measure.bytes.train + mark, valid: measure.bytes.valid + mark};
	const studentName = request.suffix?.trim() || dataset.destination.studentName;
	const ofRows = dataset.duties.filter((duty) => duty.of !== 'base');
	const destination = {...dataset.destination, tuner: tuner.id, baseModel, studentName};
	const duties = checkAllDuties(ofRows, destination);
	const plan: Omit<JobPlan, 'blockers'> = {
		service,
		baseModel,
		method: shape.kind === 'preference' ? 'dpo' : 'supervised',
		dataset: `${dataset.name}@${dataset.version}`,
		rows: counts.train,
		validationRows,
		files: [{name: partNames.train, bytes: sizes.train}, ...(validationRows > 0 ? [{name: partNames.valid, bytes: sizes.valid}] : [])],
		estimate: estimateTraining({
			rows: counts.train,
			billedTokens: measure.billedTokens,
			epochs: epochs === 'auto' ? undefined : epochs,
			price: findPrice(context.tunerPrices, {tuner: tuner.id, baseModel}, base),
		}),
		gate: {level, passed: measure.passed, overridden: measure.overridden, refused: measure.refused},
		duties,
		notices: [...tunerNotices(tuner, baseModel, now), ...baseNotices(destination), ...sayBefore(input), ...sayDeployment(input)],
		metadata,
	};
	const blockers = [
		...findSetupBlockers(context, service),
		...findDestinationBlockers(input),
		...findPolicyBlockers(input, duties),
		...findEndBlockers(tuner, baseModel, now),
		...findFileBlockers(input, plan.files),
		...findParameterBlockers(request, plan.method),
	];
	return {plan: {...plan, blockers: blockers.map(({text}) => text)}, failure: toFailure(service, blockers)};
}

function toFailure(service: TuningService, blockers: readonly Blocker[]): Failure | null {
	const [first, ...more] = blockers;
	if (first === undefined) return null;
	return new Failure(first.kind, `No job was created at ${tuningServiceNames[service]}, and nothing was uploaded.`, {
		service,
		why: first.text,
		...(more.length === 0 ? {} : {next: more.map(({text}) => text).join(' ')}),
	});
}

function findSetupBlockers({tunerSetups}: Context, service: TuningService): readonly Blocker[] {
	const {missing} = tunerSetups[service];
	if (missing.length === 0) return [];
	return [{kind: 'auth', text: `${tuningServiceNames[service]} is not set up: set ${missing.join(' and ')}.`}];
}

/** The gate judged every row for one destination; another one may be forbidden, or have duties of its own. */
function findDestinationBlockers({request, dataset}: PlanInput): readonly Blocker[] {
	const {service, baseModel} = request;
	const {destination} = dataset;
	const tuner = tunerOf(service);
	const blockers: Blocker[] = [];
	const isSameBase =
		destination.baseModel.trim().toLowerCase() === baseModel.trim().toLowerCase() ||
		(findBase(tuner, baseModel) !== null && findBase(tuner, baseModel)?.id === findBase(destination.tuner, destination.baseModel)?.id);
	const refreeze = `Freeze a version for it: stillroom dataset create ${dataset.name} --for ${tuner} --base ${baseModel} --release ${destination.release}.`;
	if (destination.tuner !== tuner)
		blockers.push({
			kind: 'policy',
			text: `The gate judged the rows of ${dataset.name}@${dataset.version} for training at ${findTuner(destination.tuner).name}, not at ${tuningServiceNames[service]}. ${refreeze}`,
		});
	else if (!isSameBase)
		blockers.push({
			kind: 'policy',
			text: `The gate judged the rows of ${dataset.name}@${dataset.version} for training ${destination.baseModel}, not ${baseModel}. ${refreeze}`,
		});
	return blockers;
}

function findPolicyBlockers({dataset, measure}: PlanInput, duties: JobPlan['duties']): readonly Blocker[] {
	const {refused, refusal} = measure;
	const violated = duties.filter(({state}) => state === 'violated');
	return [
		...(refused === 0
			? []
			: [
					{
						kind: 'policy' as const,
						text: `${refused} ${refused === 1 ? 'row no longer passes' : 'rows no longer pass'} the gate: ${refusal} Freeze a version without: stillroom dataset create ${dataset.name}.`,
					},
				]),
		...violated.map(({text, because}) => ({
			kind: 'policy' as const,
			text: `A duty would be violated: ${text} ${because} Choose another suffix.`,
		})),
	];
}

function findEndBlockers(tuner: TunerRow, baseModel: string, now: Date): readonly Blocker[] {
	const base = findBase(tuner, baseModel);
	const hasBegun = (day: string | null | undefined) => day != null && Date.parse(`${day}T00:00:00Z`) <= now.getTime();
	const blockers: Blocker[] = [];
	if (hasBegun(tuner.jobsUntil))
		blockers.push({
			kind: 'failed',
			text: `${tuner.name} has taken no new job since ${tuner.jobsUntil}.${tuner.instead === null ? '' : ` ${tuner.instead}.`}`,
		});
	if (hasBegun(base?.retiresAt))
		blockers.push({
			kind: 'failed',
			text: `${base?.id} retired on ${base?.retiresAt}: no job can start from it. Choose another base model.`,
		});
	return blockers;
}

function findFileBlockers({request, dataset, pack, client}: PlanInput, files: JobPlan['files']): readonly Blocker[] {
	const tuner = findTuner(tunerOf(request.service));
	const name = tuningServiceNames[request.service];
	const blockers: Blocker[] = [];
	const {train} = dataset.counts;
	if (train < Math.max(1, tuner.minRows))
		blockers.push({
			kind: 'failed',
			text: `${name} wants at least ${tuner.minRows} rows for training, and ${dataset.name}@${dataset.version} has ${train}. Choose more completions.`,
		});
	for (const file of files) {
		if (tuner.maxFileBytes === null || file.bytes <= tuner.maxFileBytes) continue;
		const [has, most] = [file.bytes, tuner.maxFileBytes].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
		blockers.push({kind: 'failed', text: `${file.name} has ${has}, and ${name} takes at most ${most}. Choose fewer completions.`});
	}
	if (pack !== null && pack.hasMark !== tuner.wantsBom)
		blockers.push({
			kind: 'failed',
			text: tuner.wantsBom
				? `${name} wants files that begin with a byte order mark, and those of the pack do not. Leave --pack out: the files are made as it wants them.`
				: `The files of the pack begin with a byte order mark, which ${name} does not want. Leave --pack out: the files are made as it wants them.`,
		});
	const takesPreference = tuner.takesPreference && (client?.abilities.takesPreference ?? true);
	if (dataset.shape.kind === 'preference' && !takesPreference)
		blockers.push({
			kind: 'failed',
			text: `Nothing is recorded that says ${name} trains on preference pairs. Train them at a service that does, or freeze a supervised data set.`,
		});
	return blockers;
}

/** Services that take the learning rate itself; the others take a multiplier of their own. */
const absoluteRate: ReadonlySet<TuningService> = new Set(['nebius', 'together', 'fireworks']);
const longestSuffix = 64;

function findParameterBlockers({service, suffix, hyperparameters}: JobCreateRequest, method: JobPlan['method']): readonly Blocker[] {
	const blocker = (text: string): Blocker => ({kind: 'usage', text});
	const {beta, learningRate, learningRateMultiplier}: JobHyperparameters = hyperparameters;
	const name = tuningServiceNames[service];
	return [
		...(suffix !== null && suffix.length > longestSuffix
			? [blocker(`A suffix has at most ${longestSuffix} characters, this one has ${suffix.length}. Shorten it.`)]
			: []),
		...(beta !== 'auto' && method !== 'dpo' ? [blocker('Beta is for preference training only. Leave --beta out.')] : []),
		...(learningRateMultiplier !== 'auto' && absoluteRate.has(service)
			? [blocker(`${name} takes a learning rate, not a multiplier. Use --lr instead of --lr-multiplier.`)]
			: []),
		...(learningRate !== 'auto' && !absoluteRate.has(service)
			? [blocker(`${name} takes a multiplier of its own learning rate. Use --lr-multiplier instead of --lr.`)]
			: []),
	];
}

function sayBefore({before, request}: PlanInput): readonly string[] {
	const open = request.isNew === true ? undefined : before.find(isOpen);
	const made = before.filter(({job}) => job !== null);
	return [
		...(open === undefined
			? []
			: [`This job was asked for on ${open.askedAt.slice(0, 16)}Z and no answer came: it is looked for before anything is created.`]),
		...(made.length === 0
			? []
			: [`This data set was given to this base model here before: ${made.map(({job}) => job).join(', ')}. A job is paid for each time.`]),
	];
}

const sayDeployment = ({client}: PlanInput): readonly string[] =>
	client?.abilities.needsDeployment === true ? ['The trained model has to be deployed before it answers.'] : [];

/** Asked for, and neither answered nor refused. */
export const isOpen = ({job, outcome}: JobAsk): boolean => job === null && outcome === null;
