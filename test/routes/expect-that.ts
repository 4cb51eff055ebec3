import { quoted } from '../violation.ts'

/** @throws Error that says what was expected and what was there */
export function expectThat(condition: boolean, expectation: string, found: unknown): asserts condition {
  if (condition) return
  throw new Error(`${expectation} was expected, not ${quoted(JSON.stringify(found) ?? 'nothing')}`)
}
