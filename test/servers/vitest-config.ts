import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { givenServers } from './given-servers.ts'

const isGiven = givenServers().length > 0

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/servers/**/*.test.ts'],
    exclude: isGiven ? [] : ['test/servers/given-servers.test.ts'],
    setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/expect-process.ts'],
    globalSetup: ['test/servers/install-servers.ts'],
    pool: 'forks',
    // One file after the other, because their servers share the processors.
    maxWorkers: 1,
    // A busy machine is slow, and a given server may run a larger model on it.
    testTimeout: isGiven ? 900_000 : 60_000,
    hookTimeout: isGiven ? 900_000 : 120_000,
  },
})
