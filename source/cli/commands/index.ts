import type {CommandRecord} from '../command.js';
import {completionCommand} from './completion.js';
import {configCommand} from './config.js';
import {infoCommand} from './info.js';
import {keysCommand} from './keys.js';
import {modelCommand} from './model.js';
import {modelsCommand} from './models.js';
import {routesCommand} from './routes.js';
import {sandboxCommand} from './sandbox.js';

/** Every command, in the order of the help. */
export const commands: readonly CommandRecord[] = [
	modelsCommand,
	modelCommand,
	routesCommand,
	keysCommand,
	infoCommand,
	configCommand,
	sandboxCommand,
	completionCommand,
];
