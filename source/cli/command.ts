import type {Context} from '../services/context.js';
import type {Paint} from '../view/plain-table.js';
import type {CliIo} from './cli-io.js';
import type {Diagnostics} from './diagnostics.js';
import type {ColorChoice, Output} from './output.js';
import type {OutputRecord} from './outputs.js';
import type {ProgressMood} from './progress.js';

/** Flags that every command takes, before or after its name. */
export type GlobalOptions = {
	readonly home?: string;
	readonly sandbox?: boolean;
	readonly catalogue?: string;
	readonly distillable?: string;
	readonly fault?: readonly string[];
	readonly sandboxSet?: readonly string[];
	readonly openrouterUrl?: string;
	readonly nanogptUrl?: string;
	readonly openaiUrl?: string;
	readonly color?: ColorChoice | false;
	readonly fresh?: boolean;
	readonly theme?: string;
	readonly screenReader?: boolean;
	readonly mouse?: boolean;
	readonly animation?: boolean;
	readonly ascii?: boolean;
};

/** How the dashboard is to look and behave, from flags, environment and settings; a flag wins over the settings. */
export type UiWishes = {
	readonly isColor: boolean;
	/** Start without what was kept of the last run. */
	readonly isFresh: boolean;
	/** The name that a flag gave; null leaves it to the settings. */
	readonly theme: string | null;
	/** Lines that are appended, without a screen. */
	readonly isScreenReader: boolean;
	readonly hasMouse: boolean;
	readonly isAnimated: boolean;
	/** Signs that the dashboard draws by itself. */
	readonly glyphs: 'auto' | 'ascii' | 'unicode';
	/** Play the guided tour. */
	readonly isTour: boolean;
	readonly settings: SettingsView;
};

/** A context, the settings it was built with, and what has to be closed when the work is done. */
export type OpenContext = {readonly context: Context; readonly settings: SettingsView; readonly close: () => Promise<void>};

/** What the settings file holds and how it is. */
export type SettingsView = {
	readonly path: string;
	readonly values: {
		readonly color?: ColorChoice;
		readonly mouse?: boolean;
		readonly animation?: boolean;
		readonly screenReader?: boolean;
		readonly glyphs?: 'auto' | 'ascii' | 'unicode';
		/** Chords with commas between, by action of the dashboard. */
		readonly keys?: Readonly<Record<string, string>>;
	} & ThemeValues;
	/** Sentences about what is wrong with the file; empty when it is fine or not there. */
	readonly problems: readonly string[];
};

/** The settings file as `config` handles it. */
export type SettingsFile = {
	readonly path: string;
	/** The folder of all, and what it would be without flag and variable. */
	readonly home: {readonly value: string; readonly default: string};
	/** Do the flags ask for the embedded server? */
	readonly isSandbox: boolean;
	/** Its text; null where there is none. Throws the system's error. */
	readonly read: () => string | null;
	/** What is wrong with a text that shall take its place, in sentences. */
	readonly check: (text: string) => Promise<readonly string[]>;
	/** A text with one value changed or, with undefined, taken away; every other byte stays. */
	readonly change: (text: string, place: readonly string[], value: unknown) => Promise<string>;
	/** Replaces it at once or not at all. Throws the system's error. */
	readonly write: (text: string) => void;
};

/** What is wrong with a key that the settings give an action. */
export type KeyProblem = {readonly kind: 'unknown' | 'impossible' | 'reserved' | 'conflict'; readonly id: string; readonly text: string};

/** What the settings say of themes. */
export type ThemeValues = {
	readonly theme?: string;
	readonly themes?: Readonly<Record<string, {readonly base?: string; readonly colors: Readonly<Record<string, string>>}>>;
};

export type SandboxRequest = Pick<GlobalOptions, 'catalogue' | 'distillable' | 'fault' | 'sandboxSet'> & {
	readonly port: number;
	/** Where its files, jobs and changed completions are found again by the next one; left out, nothing outlives it. */
	readonly stateFolder?: string;
};
export type RunningSandbox = {
	readonly urls: Readonly<Record<'openrouter' | 'nanogpt' | 'openai', string>> &
		Readonly<Partial<Record<'azure' | 'nebius' | 'compatible' | 'together' | 'fireworks', string>>>;
	readonly close: () => Promise<void>;
};

/** One line of the key table. */
export type KeyRow = {
	/** Where the keys count. */
	readonly screen: string;
	/** The name under which the settings rebind it. */
	readonly id: string;
	/** What is pressed for it now; empty where the settings took its keys away, or it never had any. */
	readonly keys: readonly string[];
	/** The keys that it comes with, where the settings changed them; null where they did not. */
	readonly default: readonly string[] | null;
	readonly label: string;
};

/** A step of the guided tour: its keys without rebinding, and words as they are typed, in quotes. */
export type TourRow = {
	/** From 1. */
	readonly step: number;
	readonly id: string;
	/** What the step is about. */
	readonly title: string;
	/** What it says. */
	readonly text: string;
	/** What to press. */
	readonly keys: readonly string[];
};

/** What the composition root hands in, so that the command line knows neither the disk, nor the network, nor the screens. */
export type CliPorts = {
	readonly version: string;
	/** Throws Failure: usage for a bad URL, auth for a key that cannot be sent. */
	readonly openContext: (options: GlobalOptions) => Promise<OpenContext>;
	/** Reads the settings file without setting anything aside. */
	readonly readSettings: (options: GlobalOptions) => Promise<SettingsView>;
	readonly openSettingsFile: (options: GlobalOptions) => Promise<SettingsFile>;
	/** Problems of keys that the settings give actions of the dashboard, the worst first; none for the keys as they come. */
	readonly checkKeys: (keys: Readonly<Record<string, string>>) => Promise<readonly KeyProblem[]>;
	/** Sentences about themes of the settings that are not, or cannot be drawn as they are written. */
	readonly checkThemes: (values: ThemeValues) => Promise<readonly string[]>;
	readonly startSandbox: (request: SandboxRequest) => Promise<RunningSandbox>;
	/** Every key of the dashboard as the settings leave it. */
	readonly keyTable: (keys: Readonly<Record<string, string>>) => Promise<readonly KeyRow[]>;
	/** Every step of the guided tour. */
	readonly tourTable: () => Promise<readonly TourRow[]>;
	/** Opens the dashboard; resolves to the exit code, or to what the user went over to. */
	readonly startUi: (context: Context, wishes: UiWishes) => Promise<number | 'sandbox' | 'tour'>;
};

/** What a command works with. */
export type Session = {
	readonly io: CliIo;
	readonly ports: CliPorts;
	readonly output: Output;
	readonly diagnostics: Diagnostics;
	/** The painter of stdout; the settings count when a context was opened before. */
	readonly paint: () => Promise<Paint>;
	readonly global: GlobalOptions;
	readonly signal: AbortSignal;
	/** Built on first use, closed when the command ends. */
	readonly context: () => Promise<Context>;
	/** How lines of progress may behave; the settings count when a context was opened before. */
	readonly mood: () => ProgressMood;
	/** Plays the guided tour in the dashboard; resolves to the exit code. */
	readonly openTour: () => Promise<number>;
};

export type ArgumentRecord = {
	/** `<id>` required, `[id]` optional, `[filter...]` the rest. */
	readonly spec: string;
	readonly help: string;
	readonly choices?: readonly string[];
	/** Words that a shell offers; others are taken too. */
	readonly suggest?: () => readonly string[];
};

export type OptionRecord = {
	/** As commander writes it: `--limit <n>`. */
	readonly flags: string;
	readonly help: string;
	readonly choices?: readonly string[];
	/** Names of options that cannot stand beside it. */
	readonly conflicts?: readonly string[];
	/** May be given several times. */
	readonly isRepeatable?: boolean;
	/** Turns the text into a value; throws a sentence as Error when it cannot. */
	readonly parse?: (text: string) => unknown;
};

/** What was typed behind a command's name. */
export type CommandInput = {
	readonly args: ReadonlyArray<string | readonly string[] | undefined>;
	readonly options: Readonly<Record<string, unknown>>;
};

/** A command of the command line. Adding one is one file and one line in `commands/index.ts`. */
export type CommandRecord = {
	readonly name: string;
	readonly summary: string;
	readonly args: readonly ArgumentRecord[];
	readonly options: readonly OptionRecord[];
	/** What it writes as JSON, by the flags that ask for it; the commonest first. */
	readonly outputs?: readonly OutputRecord[];
	/** Shell lines, each with what it is for. */
	readonly examples: ReadonlyArray<readonly [command: string, purpose: string]>;
	/** What help says below the options. */
	readonly notes?: () => string;
	/** What stays and how to go on where Ctrl+C ends it, in sentences; left out where it says so itself. */
	readonly whatStays?: string;
	/** Resolves to the exit code; throws Failure. */
	readonly run: (input: CommandInput, session: Session) => Promise<number>;
};

/** Commands behind one noun: `ledger verify`, `ledger list`. */
export type CommandGroup = {readonly name: string; readonly summary: string; readonly commands: readonly CommandRecord[]};

/** The commands with those of every group, each with its whole name. */
export function flattenCommands(entries: ReadonlyArray<CommandRecord | CommandGroup>): readonly CommandRecord[] {
	return entries.flatMap((entry) =>
		'commands' in entry ? entry.commands.map((record) => ({...record, name: `${entry.name} ${record.name}`})) : [entry],
	);
}
