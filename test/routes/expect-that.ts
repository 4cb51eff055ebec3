import { quoted } from '../violation.ts'

/** @throws Error with the expectation and the actual value */
export function expectThat(condition: boolean, expectation: string, found: unknown): asserts condition {
  if (condition) return
  throw new Error(`${expectation} was expected, not ${quoted(JSON.stringify(found) ?? 'nothing')}`)
}
