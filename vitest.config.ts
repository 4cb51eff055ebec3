import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const PROCESS_TESTS = '**/*.process.test.ts'
const GROWTH_TESTS = '**/growing-*.test.ts'
/** They compute for about a second or more: bodies of many megabytes, or thousands of generated cases. */
const COMPUTING_TESTS = [
  'console/src/page-components.test.ts',
  'console/test/console-size.test.ts',
  'src/engines/llama/chat/control-text-guard.test.ts',
  'src/engines/llama/chat/template-interpreter.test.ts',
  'src/engines/llama/grammar/grammar-automaton.test.ts',
  'src/engines/llama/grammar/schema-budget.test.ts',
  'src/engines/llama/grammar/strict-schemas.test.ts',
  'src/engines/llama/output-parsing/bound-calls.test.ts',
  'src/engines/upstream/decoding/event-template.test.ts',
  'src/http/routes/long-responses.test.ts',
  'src/limits/rate-admission.test.ts',
  'src/limits/spend-slice.test.ts',
  'src/skills/skill-archive.test.ts',
  'src/wire/large-json-bodies.test.ts',
  'test/faults.test.ts',
  'test/hostile-messages.test.ts',
  'test/hostile-requests.test.ts',
  'test/pictures.test.ts',
  'test/upstream/key-redaction.test.ts',
]
/** Tests of the console import `.tsx`, which only vite can transform. */
const CONSOLE_TESTS = 'console/**/*.test.ts'
/** Those of other projects' servers have a configuration of their own, which installs them. */
const OTHERS = ['test/servers/**', '**/node_modules/**', '**/dist/**']

/** Tests of what is stored open a database for each case, on SQLite and on PostgreSQL. */
const DATABASE_TESTS = globSync('src/**/*.test.ts').filter(
  (path) => !/\.process\.test\.ts$/.test(path) && readFileSync(path, 'utf8').includes("/test/databases.ts'"),
)

export default defineConfig({
  resolve: {
    alias: { continuo: fileURLToPath(new URL('src/open-continuo.ts', import.meta.url)) },
  },
  test: {
    pool: 'forks',
    // The embedded engine uses every core; more than two files at once only makes each of them slower.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // No test touches the data of the user who runs it. What is compiled and measured is kept for the next test.
    env: {
      CONTINUO_STATE: 'none',
      CONTINUO_CACHE: fileURLToPath(new URL('node_modules/.cache/continuo', import.meta.url)),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,client,testing,test,scripts,bench}/**/*.test.ts'],
          exclude: [PROCESS_TESTS, GROWTH_TESTS, ...DATABASE_TESTS, ...COMPUTING_TESTS, ...OTHERS],
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/refuse-processes.ts'],
          // A process for each file would take longer to start than the file's tests to run.
          isolate: false,
          // Node runs the sources as they are: transforming them took a fifth of the time.
          experimental: { viteModuleRunner: false },
          execArgv: ['--conditions=continuo-source'],
          // Some of these tests wait most of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'console',
          include: [CONSOLE_TESTS],
          exclude: [PROCESS_TESTS, ...COMPUTING_TESTS, ...OTHERS],
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/refuse-processes.ts'],
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          sequence: { groupOrder: 1 },
          include: DATABASE_TESTS,
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/refuse-processes.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'computing',
          sequence: { groupOrder: 1 },
          include: COMPUTING_TESTS,
          exclude: DATABASE_TESTS,
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/refuse-processes.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'growth',
          sequence: { groupOrder: 1 },
          include: [GROWTH_TESTS],
          exclude: OTHERS,
          // Each measures until it is sure; on a busy machine that takes long.
          testTimeout: 180_000,
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/refuse-processes.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          sequence: { groupOrder: 1 },
          include: [PROCESS_TESTS],
          exclude: OTHERS,
          setupFiles: ['test/tiers/end-with-runner.ts', 'test/tiers/expect-process.ts'],
        },
      },
    ],
  },
})
