import type {Effect} from '../../state/effects.js';

export const promptEffects: readonly Effect[] = [];
