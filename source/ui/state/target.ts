import type {Service} from '../../domain/service.js';

/** Where a prompt goes: a model at a service, pinned to these routes; null pins to all that are eligible. */
export type Target = {readonly gateway: Service; readonly modelId: string; readonly only: readonly string[] | null};
