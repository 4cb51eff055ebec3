/**
 * `npm run soak`: a real server under several times the load that it has room for, for ten minutes. Prints a table, what
 * each request left behind and, last, one JSON line; exits with 1 when something did not hold.
 */

import { parseArgs } from 'node:util'
import { endChildrenWithThisProcess } from '../end-children.ts'
import { LEAST_LEAK_BYTES } from '../judges/find-leaks.ts'
import type { ProcessName } from '../judges/judged-server.ts'
import { Violation } from '../violation.ts'
import { type SoakResult, soak } from './soak.ts'

endChildrenWithThisProcess()

const DEFAULT_MINUTES = 10
const HELP = `npm run soak [-- --minutes ${DEFAULT_MINUTES}] [--seed 1]

A real server under several times the load that it has room for. It fails on
- an answer that is not whole or not right, a line of the log that says otherwise, a process that ends
- an event loop, of the server or of the engine, that stands still for more than 250 ms, or a /health that takes so long
- anything of a request of which twice as much takes more than 2.5 times the time
- what each request leaves behind. Ten minutes find a leak of ${LEAST_LEAK_BYTES} bytes a request in both processes, and fail when
  there were too few requests to find it; how small a leak a shorter run would have found, it says ("found from").
`
/** Shorter runs need not find the smallest leak. */
const LONG_MINUTES = 10
const MAX_SHOWN_VIOLATIONS = 20

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const minutes = positive('minutes', values.minutes ?? String(DEFAULT_MINUTES))
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : positive('seed', values.seed)

process.stdout.write(`soak: ${minutes} minutes, seed ${seed}\n`)
const startedMs = performance.now()
let violationCount = 0
const result = await soak({
  minutes,
  seed,
  onRound: (line) => process.stdout.write(`${line}\n`),
  onViolation: showViolation,
})
process.stdout.write(`\n${result.tally}\n\n${result.grownCount} things of requests grown\n`)
showLeaks('server')
showLeaks('engine')
process.stdout.write(`\n${JSON.stringify(summaryOf(result))}\n`)
process.exitCode = violationCount > 0 ? 1 : 0

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  process.stderr.write(`soak: --${name} takes a number above zero, not "${text}"\n`)
  process.exit(2)
}

function showViolation(violation: Violation): void {
  violationCount += 1
  if (violationCount <= MAX_SHOWN_VIOLATIONS) process.stdout.write(shown(violation))
}

function showLeaks(name: ProcessName): void {
  for (const { what, perRequest, error, foundFrom } of result.leaks[name]) {
    const line = `${name}: ${perRequest.toFixed(3)} ± ${error.toFixed(3)} ${what} a request`
    process.stdout.write(`${line}; found from ${foundFrom.toFixed(3)}\n`)
    if (!what.startsWith('bytes') || minutes < LONG_MINUTES || foundFrom <= LEAST_LEAK_BYTES) continue
    showViolation(
      new Violation(name, `there were too few requests to find ${LEAST_LEAK_BYTES} bytes a request`),
    )
  }
}

function shown({ where, message, cause }: Violation): string {
  return `does not hold: ${where}: ${message}${cause instanceof Error ? `\n  (${cause.stack})` : ''}\n`
}

/** For programs. */
function summaryOf({ tally, quiets }: SoakResult): object {
  const ends = [quiets[0], quiets.at(-1)]
  const heldBy = (name: ProcessName) => ends.map((quiet) => quiet?.samples[name].holding ?? null)
  return {
    soak: violationCount === 0 ? 'passed' : 'failed',
    seconds: Math.round((performance.now() - startedMs) / 1000),
    seed,
    requests: tally.count,
    ...tally.totals,
    longestFreshMs: Math.max(...quiets.map(({ freshMs }) => freshMs)),
    server: heldBy('server'),
    engine: heldBy('engine'),
    violations: violationCount,
  }
}
