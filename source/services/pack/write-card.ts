import {stringify} from 'yaml';
import {cleanText} from '../../domain/clean-text.js';
import {type DropStep, type DutyCheck, dropSteps, type GateLevel, type Release} from '../../domain/dataset.js';
import {
	croissantName,
	findPackFile,
	manifestName,
	type PackManifest,
	packParts,
	partNames,
	provenanceName,
} from '../../domain/pack-manifest.js';
import {originNames} from '../../domain/service.js';
import {disclaimer} from '../../domain/verdict.js';
import {sayBaseLicence} from '../../policy/base-licence.js';
import {findTuner} from '../../policy/tuners.js';
import {chooseLicence} from './card-licence.js';
import {linkMarkdown, quoteMarkdown, tableMarkdown, escapeMarkdown as text} from './markdown.js';

const levelWords: Readonly<Record<GateLevel, string>> = {
	route: 'level `route`: the route that served each answer is known, and its terms are recorded as allowing',
	model: "level `model`: the model's licence or terms are recorded as allowing and nothing forbids; the route's terms may be unrecorded",
};

const releaseWords: Readonly<Record<Release, string>> = {
	internal: 'the student stays inside the organisation',
	service: 'others use the student through a product or an API',
	weights: "the student's weights are given to others",
};

const dropWords: Readonly<Record<DropStep, string>> = {
	unusable: 'no answer that can be trained on',
	rejected: 'rejected by a person',
	gate: 'refused by the gate',
	duplicate: 'the same as an earlier row',
	'near-duplicate': 'nearly the same as an earlier row',
	'too-long': 'longer than the limit',
	balance: 'above the share of its tag',
	'no-pair': 'no second answer to pair it with',
};

const dutyWords: Readonly<Record<DutyCheck['state'], string>> = {
	met: 'met',
	open: 'open',
	violated: '**violated**',
	'not-applicable': 'does not apply here',
};

const splitNames = {train: 'train', valid: 'validation'} as const;

/** Source: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md */
function sizeCategory(rows: number): string {
	const bounds = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B', '100B', '1T'];
	const index = String(rows).length - 3;
	return index <= 0 ? 'n<1K' : `${bounds[index - 1]}<n<${bounds[index]}`;
}

/** What stands between the `---` of the card. Source: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md */
export function toCardData(manifest: PackManifest): Readonly<Record<string, unknown>> {
	const {isMixed: _, from: __, ...licence} = chooseLicence(manifest);
	const {languages} = manifest.card;
	return {
		pretty_name: `${manifest.dataset.name} v${manifest.dataset.version}`,
		...licence,
		...(languages === null ? {} : {language: [...languages]}),
		tags: ['synthetic', 'distillation'],
		annotations_creators: ['machine-generated'],
		language_creators: ['machine-generated'],
		source_datasets: ['original'],
		size_categories: [sizeCategory(manifest.rows.train + manifest.rows.valid)],
		task_categories: ['text-generation'],
		configs: [
			{
				config_name: 'default',
				data_files: packParts
					.filter((part) => findPackFile(manifest, partNames[part]) !== null)
					.map((part) => ({split: splitNames[part], path: partNames[part]})),
			},
		],
	};
}

/** The Hugging Face card of a pack, made from its manifest alone: the same manifest always gives the same bytes. */
export function writeCard(manifest: PackManifest): string {
	const {dataset} = manifest;
	const sections: readonly (readonly string[])[] = [
		['---', stringify(toCardData(manifest), {lineWidth: 0}).trimEnd(), '---'],
		[`# ${text(dataset.name)} v${dataset.version}`],
		writeSummary(manifest),
		['## Teachers', '', ...writeTeachers(manifest)],
		['## Where it may be trained', '', ...writeDestination(manifest)],
		['## Rows that the gate refused', '', ...writeOverride(manifest)],
		['## Duties', '', ...writeDuties(manifest)],
		['## Licence', '', ...writeLicenceSection(manifest)],
		['## What was chosen, and what was left out', '', ...writeSelection(manifest)],
		['## Checks', '', ...writeChecks(manifest)],
		['## Files, and how to verify them', '', ...writeFiles(manifest)],
		['## Synthetic data: for the summary of training content (EU AI Act, Article 53(1)(d))', '', ...writeSynthetic(manifest)],
		['---', '', disclaimer],
	];
	return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const count = (rows: number, noun = 'row') => `${rows.toLocaleString('en-US')} ${noun}${rows === 1 ? '' : 's'}`;
const day = (iso: string | null) => (iso === null ? 'an unknown day' : text(iso.slice(0, 10)));

function kindWords({dataset}: PackManifest): string {
	return dataset.shape.kind === 'preference'
		? 'pairs of a better and a worse answer (direct preference optimization)'
		: 'conversations for supervised fine-tuning';
}

function writeSummary(manifest: PackManifest): readonly string[] {
	const {rows, dataset, tokens} = manifest;
	const total = rows.train + rows.valid;
	const edited =
		rows.edited === 0
			? 'No answer was edited by a person.'
			: `${count(rows.edited)} ${rows.edited === 1 ? 'has' : 'have'} an answer that a person edited.`;
	return [
		`${count(total)}: ${kindWords(manifest)}, ${rows.train.toLocaleString('en-US')} for training and ${rows.valid.toLocaleString('en-US')} for validation, ${(tokens.train + tokens.valid).toLocaleString('en-US')} tokens (${text(tokens.tokenizer)}). The answers are synthetic: language models wrote them, and they were chosen for the distillation of a smaller model. ${edited}`,
		...(dataset.note === null || dataset.note.trim() === '' ? [] : ['', ...quoteMarkdown(dataset.note)]),
	];
}

function writeTeachers({teachers}: PackManifest): readonly string[] {
	return [
		...tableMarkdown(
			['Model', 'Service', 'Route', 'Gate', 'Evidence', 'Rows'],
			teachers.map(({model, gateway, provider, gate, grade, rows}) => [
				text(model),
				text(Object.hasOwn(originNames, gateway) ? originNames[gateway as keyof typeof originNames] : gateway),
				text(provider ?? 'not known'),
				gate,
				text(grade ?? 'not graded'),
				rows.toLocaleString('en-US'),
			]),
		),
		'',
		'Evidence: A a signature was verified · B the route was pinned and enforced, and the router names it · C the provider is known · D only the model is known · E nothing but the row itself says where it came from.',
	];
}

function writeDestination({dataset, gate, rows, register_date}: PackManifest): readonly string[] {
	const {tuner, baseModel, release, studentName} = dataset.destination;
	return [
		`Every row was judged for this destination, and for no other, at ${levelWords[gate.level]}.`,
		'',
		`- Trained at: ${text(findTuner(tuner).name)}`,
		`- On: ${text(baseModel)}`,
		`- Release: ${releaseWords[release]}`,
		`- Student: ${studentName === null ? 'not named yet' : text(studentName)}`,
		`- Gate: ${count(gate.passed)} passed, ${count(gate.overridden)} let in although refused; register of ${text(register_date)}`,
		'',
		...tableMarkdown(
			['Layer', 'Says', 'Why', 'Rows'],
			gate.reasons.map(({layer, status, label, source_url, rows: spoken}) => [
				layer,
				status,
				linkMarkdown(label, source_url),
				`${spoken.toLocaleString('en-US')} of ${(rows.train + rows.valid).toLocaleString('en-US')}`,
			]),
		),
	];
}

function writeOverride({rows, dataset}: PackManifest): readonly string[] {
	if (rows.overridden === 0) return ['None is in.'];
	return [
		`${count(rows.overridden)} ${rows.overridden === 1 ? 'is' : 'are'} in although the gate refused ${rows.overridden === 1 ? 'it' : 'them'}. The reason that was written down:`,
		'',
		...quoteMarkdown(dataset.override?.reason ?? 'No reason is on record.'),
		'',
		`Which rows: those with an \`override\` in \`${provenanceName}\`, each with the refusal.`,
	];
}

function writeDuties({duties, dataset}: PackManifest): readonly string[] {
	const base = dataset.destination.baseModel.trim() === '' ? [] : ['', text(sayBaseLicence(dataset.destination))];
	if (duties.length === 0) return ['The licences and terms on record ask for nothing.', ...base];
	return [...duties.map(writeDuty), ...base];
}

function writeDuty({text: duty, sourceUrl, rows, state, because, of}: DutyCheck): string {
	const box = state === 'met' || state === 'not-applicable' ? 'x' : ' ';
	const source = sourceUrl === null ? '' : ` (${linkMarkdown('source', sourceUrl)})`;
	const whose = of === 'base' ? 'Comes with the base model.' : count(rows);
	return `- [${box}] ${text(duty)} *${dutyWords[state]}*: ${text(because)} ${whose}${source}`;
}

function writeLicenceSection(manifest: PackManifest): readonly string[] {
	const {license, from, license_name} = chooseLicence(manifest);
	if (from === 'owner') return [`The owner of the data set names its licence: ${text(license)}. The duties above hold beside it.`];
	if (from === 'teachers')
		return [
			`The licence named above (${text(license_name ?? license)}) is that of the models that wrote the answers, the only one on record. Whoever publishes the data set decides on its own licence.`,
		];
	return [
		'The rows come under several licences and terms, or under ones that are not on record: [LICENSE.md](LICENSE.md) lists them. Whoever publishes the data set decides on its own licence.',
	];
}

function writeSelection({dataset, chosen, dropped, split}: PackManifest): readonly string[] {
	const {filter} = dataset.selection;
	const {shape} = dataset;
	const systems = {keep: 'as it was sent', replace: 'replaced by one text', remove: 'left out'} as const;
	const steps = dropSteps.filter((step) => dropped[step] > 0);
	return [
		filter === null
			? `${count(chosen, 'completion')} chosen by hand.`
			: filter.trim() === ''
				? `All completions there were: ${chosen.toLocaleString('en-US')}.`
				: `${count(chosen, 'completion')} chosen by the filter: ${text(filter)}`,
		'',
		`- System prompt: ${systems[shape.system.mode]}`,
		`- Trained on: ${shape.turns === 'last' ? 'the last answer of a conversation' : 'all answers of a conversation'}`,
		`- Tools: ${shape.tools === 'keep' ? 'carried along' : 'left out'}; reasoning: ${shape.reasoning === 'keep' ? 'kept before the answer' : 'left out'}`,
		`- Duplicates: ${{none: 'not looked for', exact: 'equal rows left out', near: 'equal and nearly equal rows left out'}[shape.dedup]}`,
		`- Split: seed ${split.seed}, ${Math.round(split.validation_share * 1000) / 10}% for validation; near duplicates stay on one side`,
		'',
		...(steps.length === 0
			? ['Nothing that was chosen was left out.']
			: tableMarkdown(
					['Left out', 'Why', 'Completions'],
					steps.map((step) => [step, dropWords[step], dropped[step].toLocaleString('en-US')]),
				)),
	];
}

function writeChecks({dataset, created, tool, ledger}: PackManifest): readonly string[] {
	return [
		`Frozen on ${day(dataset.created)} by ${text(dataset.tool)}, when the ledger had ${ledger.count.toLocaleString('en-US')} entries (head \`${text(ledger.hash)}\`); packed on ${day(created)} by ${text(tool)}. When packing, every row was made again from the ledger and compared with its frozen hash, and judged again by the gate.`,
		'',
		'Not checked by that: whether an answer is right, and whether a text holds personal data. `stillroom check train.jsonl` looks at the format, the lengths and for personal data.',
		'',
		`\`${provenanceName}\` also holds the tags, notes and metadata of each completion: read it before you publish it.`,
	];
}

function writeFiles({files, rows_hash}: PackManifest): readonly string[] {
	return [
		...tableMarkdown(
			['File', 'Rows', 'Bytes', 'SHA-256'],
			files
				.filter(({rows}) => rows !== null)
				.map(({path, rows, bytes, sha256}) => [
					`\`${path}\``,
					rows!.toLocaleString('en-US'),
					bytes.toLocaleString('en-US'),
					`\`${sha256}\``,
				]),
		),
		'',
		`\`${provenanceName}\` says of each row, in the same order, which model wrote it by which route, on whose word it may be used, and the hash of the row. \`${manifestName}\` names and hashes all files; \`${croissantName}\` describes them for other tools. Hash of all rows: \`${text(rows_hash)}\`.`,
		'',
		'`stillroom verify FOLDER` recomputes all of it offline. With the hash of the manifest, which whoever packed it has, it also shows that nothing was written anew: `stillroom verify FOLDER --manifest-hash HASH`.',
	];
}

function writeSynthetic({teachers, rows, tokens, generated, dataset}: PackManifest): readonly string[] {
	const models = [...new Set(teachers.map(({model}) => model))];
	const named = models
		.slice(0, 20)
		.map((model) => text(model))
		.join(', ');
	const more = models.length > 20 ? ` and ${models.length - 20} more (all in the table of teachers)` : '';
	const span = generated.from === null ? 'at times that are not on record' : `from ${day(generated.from)} to ${day(generated.to)}`;
	return [
		`All answers in this data set are synthetic. ${count(rows.train + rows.valid)} with ${(tokens.train + tokens.valid).toLocaleString('en-US')} tokens (counted with ${text(tokens.tokenizer)}, prompts included) were generated ${span} by ${models.length === 1 ? 'the model' : `${models.length} models:`} ${named}${more}, by sending prompts through the services in the table of teachers and recording the answers. ${rows.edited === 0 ? 'None' : count(rows.edited)} ${rows.edited === 1 ? 'was' : 'were'} edited by people. They are meant for training ${text(dataset.destination.baseModel)}. Where the prompts came from is not on record here: say it yourself.`,
		'',
		'These are the facts, not the form: the wording and the sections that the summary has to have must be taken from the template of the European Commission itself.',
	];
}

/** The file that the card's `license_link` names when no single licence covers all rows. */
export function writeLicenceFile({gate, rows, dataset}: PackManifest): string {
	const words = gate.reasons.filter(({layer}) => layer === 'model' || layer === 'route' || layer === 'gateway');
	return `${[
		`# Licences and terms behind ${text(dataset.name)} v${dataset.version}`,
		'',
		'This data set has no licence of its own yet: whoever publishes it decides on one. What is on record about the models, routes and services that its answers came from:',
		'',
		...tableMarkdown(
			['Of', 'Says', 'On whose word', 'Rows'],
			words.map(({layer, status, label, source_url, rows: spoken}) => [
				layer,
				status,
				linkMarkdown(label, source_url),
				`${spoken.toLocaleString('en-US')} of ${(rows.train + rows.valid).toLocaleString('en-US')}`,
			]),
		),
		'',
		cleanText(disclaimer),
	].join('\n')}\n`;
}
