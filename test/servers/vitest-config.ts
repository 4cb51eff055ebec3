import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/servers/**/*.test.ts'],
    setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/expect-process.ts'],
    globalSetup: ['test/servers/install-servers.ts'],
    pool: 'forks',
    // One file after the other: their servers would take the processors from each other.
    maxWorkers: 1,
    // On a busy machine everything takes its time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
