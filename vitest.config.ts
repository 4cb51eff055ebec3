import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'client/src/**/*.test.ts',
      'client/test/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    // They need other projects' servers, which `npm run test:servers` installs.
    exclude: ['test/servers/**', '**/node_modules/**'],
    pool: 'forks',
    // The embedded engine uses every core; more than two files at once only makes each of them slower.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
