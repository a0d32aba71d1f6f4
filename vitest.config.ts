import {defineConfig} from 'vitest/config';

/** Tests of pure rules and of what they are drawn as: they leave nothing behind, so that their files share a process. */
const shared = ['domain', 'policy', 'view', 'services', 'clients', 'sandbox', 'store'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
	test: {
		globalSetup: ['test/helpers/build-before-tests.ts'],
		env: {FORCE_COLOR: '1'},
		testTimeout: 30_000,
		hookTimeout: 30_000,
		maxWorkers: 3,
		projects: [
			{extends: true, test: {name: 'own process', include: ['test/**/*.test.{ts,tsx}'], exclude: shared}},
			{extends: true, test: {name: 'shared process', include: shared, isolate: false}},
		],
	},
});
