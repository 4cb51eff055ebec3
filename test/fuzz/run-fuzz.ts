/**
 * `npm run fuzz`: a hundred thousand inputs that nobody would send, to a real server and to the readers of upstreams'
 * answers. Prints what was found with the smallest input that shows it, a table and, last, one JSON line; exits with 1
 * when something was found.
 */

import { parseArgs } from 'node:util'
import { fuzz, TARGETS, type TargetResult } from './fuzz.ts'

const DEFAULT_INPUTS = 100_000

const { values } = parseArgs({
  options: {
    inputs: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    path: { type: 'string' },
  },
})
const inputs = wholeNumber('inputs', values.inputs ?? String(DEFAULT_INPUTS))
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31))
const { only = null, path = null } = values
if (only !== null && !TARGETS.some(({ name }) => name === only)) {
  refuse(`--only takes one of: ${TARGETS.map(({ name }) => name).join(', ')}`)
}
if (path !== null && only === null) refuse('--path goes with --only')

process.stdout.write(`fuzz: ${inputs} inputs, seed ${seed}\n`)
const { targets, violations } = await fuzz({ inputs, seed, only, path, onTargetDone: showTarget })
for (const { where, message } of violations) process.stdout.write(`does not hold: ${where}: ${message}\n`)
const failures = targets.reduce((sum, target) => sum + target.failures.length, 0) + violations.length
process.stdout.write(
  `${JSON.stringify({
    fuzz: failures === 0 ? 'passed' : 'failed',
    seed,
    inputs: targets.reduce((sum, target) => sum + target.inputs, 0),
    targets: Object.fromEntries(targets.map((target) => [target.name, target.inputs])),
    failures,
  })}\n`,
)
// Node's own end was seen to wait for ever here, behind thousands of broken connections.
process.exit(failures === 0 ? 0 : 1)

function showTarget({ name, inputs: count, seconds, failures: found }: TargetResult): void {
  for (const failure of found) process.stdout.write(`\n${name}: ${failure}\n\n`)
  process.stdout.write(
    `${name.padEnd(24)}${String(count).padStart(8)} inputs${String(seconds).padStart(6)} s\n`,
  )
}

function wholeNumber(name: string, text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not "${text}"`)
}

function refuse(reason: string): never {
  process.stderr.write(`fuzz: ${reason}\n`)
  process.exit(2)
}
