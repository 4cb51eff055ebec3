/**
 * `npm run soak`: a real server under several times the load that it has room for, for ten minutes. Prints a table and,
 * last, one JSON line; exits with 1 when something did not hold.
 */

import { parseArgs } from 'node:util'
import type { Violation } from '../violation.ts'
import { type SoakResult, soak } from './soak.ts'

const DEFAULT_MINUTES = 10
const MAX_SHOWN_VIOLATIONS = 20

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' } },
})
const minutes = positive('minutes', values.minutes ?? String(DEFAULT_MINUTES))
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : positive('seed', values.seed)

process.stdout.write(`soak: ${minutes} minutes, seed ${seed}\n`)
const startedMs = performance.now()
let violationCount = 0
const result = await soak({
  minutes,
  seed,
  onRound: (line) => process.stdout.write(`${line}\n`),
  onViolation(violation) {
    violationCount += 1
    if (violationCount <= MAX_SHOWN_VIOLATIONS) process.stdout.write(shown(violation))
  },
})
process.stdout.write(`\n${result.tally}\n\n`)
process.stdout.write(`${JSON.stringify(summaryOf(result))}\n`)
process.exitCode = violationCount > 0 ? 1 : 0

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  process.stderr.write(`soak: --${name} takes a number above zero, not "${text}"\n`)
  process.exit(2)
}

function shown({ where, message, cause }: Violation): string {
  return `does not hold: ${where}: ${message}${cause instanceof Error ? `\n  (${cause.stack})` : ''}\n`
}

/** For programs. */
function summaryOf({ tally, violations, quiets }: SoakResult): object {
  const ends = [quiets[0], quiets.at(-1)]
  const heldBy = (name: string) =>
    ends.map((quiet) => quiet?.processes.find((process) => process.name === name)?.holding ?? null)
  return {
    soak: violations.length === 0 ? 'passed' : 'failed',
    seconds: Math.round((performance.now() - startedMs) / 1000),
    seed,
    requests: tally.count,
    ...tally.totals,
    longestFreshMs: Math.max(...quiets.map(({ freshMs }) => freshMs)),
    server: heldBy('server'),
    engine: heldBy('engine'),
    violations: violations.length,
  }
}
