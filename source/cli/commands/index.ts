import type {CommandGroup, CommandRecord} from '../command.js';
import {askCommand} from './ask.js';
import {bindingsCommand} from './bindings.js';
import {checkCommand} from './check.js';
import {completionCommand} from './completion.js';
import {completionsCommands} from './completions.js';
import {configCommand} from './config.js';
import {datasetCommands} from './dataset.js';
import {driftCommand} from './drift.js';
import {evalsCommands} from './evals.js';
import {generateCommand} from './generate.js';
import {infoCommand} from './info.js';
import {jobsCommands} from './jobs.js';
import {keysCommand} from './keys.js';
import {ledgerCommands} from './ledger.js';
import {mcpCommand} from './mcp.js';
import {modelCommand} from './model.js';
import {modelsCommand} from './models.js';
import {routesCommand} from './routes.js';
import {sandboxCommand} from './sandbox.js';
import {schemaCommand} from './schema.js';
import {setupCommand} from './setup.js';
import {tourCommand} from './tour.js';
import {verifyCommand} from './verify.js';

/** Every command, in the order of the help. */
export const commands: ReadonlyArray<CommandRecord | CommandGroup> = [
	modelsCommand,
	modelCommand,
	routesCommand,
	askCommand,
	generateCommand,
	completionsCommands,
	datasetCommands,
	jobsCommands,
	evalsCommands,
	ledgerCommands,
	checkCommand,
	verifyCommand,
	driftCommand,
	setupCommand,
	keysCommand,
	bindingsCommand,
	infoCommand,
	configCommand,
	sandboxCommand,
	tourCommand,
	schemaCommand,
	mcpCommand,
	completionCommand,
];
