import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		globalSetup: ['test/helpers/build-before-tests.ts'],
		include: ['test/**/*.test.{ts,tsx}'],
		env: {FORCE_COLOR: '1'},
		testTimeout: 30_000,
		hookTimeout: 30_000,
		maxWorkers: 2,
	},
});
