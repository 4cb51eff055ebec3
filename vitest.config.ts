import { defineConfig } from 'vitest/config'

const PROCESS_TESTS = '**/*.process.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // The embedded engine uses every core; more than two files at once only makes each of them slower.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,client,test,scripts,bench}/**/*.test.ts'],
          // Those of other projects' servers have a configuration of their own, which installs them.
          exclude: [PROCESS_TESTS, 'test/servers/**', '**/node_modules/**', '**/dist/**'],
          setupFiles: ['test/tiers/refuse-processes.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          include: [PROCESS_TESTS],
          exclude: ['**/node_modules/**'],
          setupFiles: ['test/tiers/expect-process.ts'],
        },
      },
    ],
  },
})
