import { openTestContinuo, type TestContinuo, type TestContinuoOptions } from './open-test-continuo.ts'

export { openTestContinuo, type TestContinuo, type TestContinuoOptions } from './open-test-continuo.ts'
export type { SentRequest } from './request-log.ts'
export type { FaultName, FaultOptions, TestFaults } from './test-faults.ts'

type Hook = (work: () => Promise<void>) => unknown

/** The hooks of a test runner: those of Vitest and Jest, or `before`, `after` and `afterEach` of `node:test`. */
export interface SuiteHooks {
  readonly beforeAll: Hook
  readonly afterAll: Hook
  readonly afterEach: Hook
}

/** Opens the API before the tests of a file, resets it after each of them, and closes it after the last. */
export function useContinuo(hooks: SuiteHooks, options: TestContinuoOptions): TestContinuo {
  let opened: TestContinuo | null = null
  const continuo = (): TestContinuo => {
    if (opened === null) throw new Error('Continuo is open within tests and hooks alone: use it there.')
    return opened
  }
  hooks.beforeAll(async () => {
    opened = await openTestContinuo(options)
  })
  hooks.afterEach(async () => opened?.reset())
  hooks.afterAll(async () => opened?.close())
  return {
    // A client may be made before the tests begin.
    fetch: (input, init) => continuo().fetch(input, init),
    get faults() {
      return continuo().faults
    },
    get requests() {
      return continuo().requests
    },
    listen: () => continuo().listen(),
    assertSent: (body) => continuo().assertSent(body),
    reset: () => continuo().reset(),
    close: () => continuo().close(),
  }
}
