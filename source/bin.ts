#!/usr/bin/env node
// The first file that runs. Its syntax must be readable for every Node that knows ES modules, so that an old one gets a sentence
// instead of a stack; everything else is imported behind the check.
import module from 'node:module';

declare const __VERSION__: string;

const needed = [22, 16];
const found = process.versions.node.split('.').map(Number);

if (found[0]! < needed[0]! || (found[0] === needed[0] && found[1]! < needed[1]!)) {
	process.stderr.write(
		`stillroom needs Node ${needed.join('.')} or newer, and this is Node ${process.versions.node} (${process.execPath}).\n` +
			'  Install a current Node from https://nodejs.org or with a version manager, then start stillroom again.\n' +
			'  In a clone of the repository `npm start` brings its own.\n',
	);
	process.exitCode = 1;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
	process.stdout.write(`${__VERSION__}\n`);
} else {
	if (typeof module.enableCompileCache === 'function') module.enableCompileCache();
	import('./main.js').then((main) => main.runProcess());
}
