// What the documents are made from: the same records that the program runs on.
export {type CommandGroup, type CommandRecord, flattenCommands} from '../source/cli/command.js';
export {commands} from '../source/cli/commands/index.js';
export {exitCodeHelp, globalOptions} from '../source/cli/global-options.js';
export {filterSyntax} from '../source/domain/filter/help.js';
export {completionFilterKeys, completionFilterSyntax} from '../source/domain/filter-completions.js';
export {datasetFilterKeys} from '../source/domain/filter-datasets.js';
export {filterKeys} from '../source/domain/filter-models.js';
export {routeFilterKeys} from '../source/domain/filter-routes.js';
export {settings, settingsSchema, settingsTable} from '../source/domain/settings-schema.js';
export {disclaimer} from '../source/domain/verdict.js';
export {judgeModel, judgeRoute} from '../source/policy/judge.js';
export {keyTable} from '../source/ui/keys/key-table.js';
export {screenIds, screens} from '../source/ui/screens/index.js';
