import type {CommandGroup} from '../command.js';
import {ledgerBackfillCommand} from './ledger-backfill.js';
import {ledgerExportCommand} from './ledger-export.js';
import {ledgerListCommand} from './ledger-list.js';
import {ledgerPickCommand} from './ledger-pick.js';
import {ledgerShowCommand} from './ledger-show.js';
import {ledgerVerifyCommand} from './ledger-verify.js';

export const ledgerCommands: CommandGroup = {
	name: 'ledger',
	summary: 'Every prompt that was sent and every answer, with the evidence where it came from.',
	commands: [ledgerListCommand, ledgerShowCommand, ledgerVerifyCommand, ledgerExportCommand, ledgerBackfillCommand, ledgerPickCommand],
};
