import {unitOf} from '../random.js';

/** What is known of a model that says how well it answers. */
export type SkillHints = {
	/** Intelligence index of the catalogue, about 3 to 65. */
	readonly index?: number | null | undefined;
	/** USD per million output tokens. */
	readonly price?: number | null | undefined;
};

/** Name of a model without maker, variant and case: `DeepSeek-AI/DeepSeek-V3.1:free` is `deepseek-v3.1`. */
export function modelName(id: string): string {
	const bare = id.startsWith('ft:') ? id : id.replace(/^TEE\//i, '').split(':')[0]!;
	return bare.slice(bare.lastIndexOf('/') + 1).toLowerCase();
}

const clamp = (value: number) => Math.min(0.98, Math.max(0.15, value));

/** Parameters in billions by the name: `8b`, `30b-a3b` (its 30), `8x22b`. */
function sizeOf(name: string): number | null {
	const mixture = /(\d+)x(\d+(?:\.\d+)?)b\b/.exec(name);
	if (mixture) return Number(mixture[1]) * Number(mixture[2]);
	const size = /(?:^|[^a-z0-9.])[e]?(\d+(?:\.\d+)?)b\b/.exec(name);
	return size ? Number(size[1]) : null;
}

/**
 * How often a model is right, 0.15 to 0.98: by its index where one is recorded, else by its size, else by its price, with a little of its own by hash.
 * A fine-tuned model is a third of the way from its base to the best.
 */
export function skillOf(id: string, {index, price}: SkillHints): number {
	const name = modelName(id);
	if (name.startsWith('ft:')) {
		const base = skillOf(name.split(':')[1] ?? name, {index, price});
		return clamp(base + (0.98 - base) / 3);
	}
	const own = (unitOf(`skill ${name}`) - 0.5) * 0.06;
	if (typeof index === 'number') return clamp(0.36 + index * 0.0105 + own);
	const size = sizeOf(name);
	const small = /nano|tiny|micro/.test(name) ? 0.2 : /mini|lite|small|flash|haiku/.test(name) ? 0.1 : 0;
	if (size !== null) return clamp(0.4 + 0.082 * Math.log2(1 + size) - small / 2 + own);
	if (typeof price === 'number' && price > 0) return clamp(0.66 + 0.055 * Math.log2(price) - small + own);
	return clamp(0.68 - small + own);
}
