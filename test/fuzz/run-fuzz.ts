/**
 * `npm run fuzz`: a hundred thousand hostile inputs, to a real server and to the readers of upstreams'
 * answers. Prints what was found with the smallest input that shows it, or what it was made of, a table and, last, one
 * JSON line; exits with 1 when something was found.
 */

import { parseArgs } from 'node:util'
import { endChildrenWithThisProcess } from '../end-children.ts'
import { REGRESSIONS, type RegressionName } from '../judges/regressions.ts'
import { fuzz, TARGET_NAMES, type TargetResult } from './fuzz.ts'

endChildrenWithThisProcess()

const DEFAULT_INPUTS = 100_000

const HELP = `npm run fuzz [-- --inputs ${DEFAULT_INPUTS}] [--seed 1] [--only TARGET [--path PATH]] [--regression NAME]

Hostile inputs. It fails on
- an answer that is none, an error that was not foreseen, a process that ends
- an event loop, of the server or of the engine, that stands still for more than 250 ms
- anything of a request of which twice as much takes more than 2.5 times the processor time
- of large inputs, and of small ones that mean a lot, sent one at a time: an answer that takes more than 2 s and a second
  for each MiB, a short question after it that takes 2 s, memory taken for a while (256 MiB and 48 bytes for each byte) or
  kept (24 MiB over a target's inputs)

Targets: ${TARGET_NAMES.join(', ')}

A regression is put into the server, and must make the run fail:
${Object.keys(REGRESSIONS).join(', ')}
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    inputs: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    path: { type: 'string' },
    regression: { type: 'string' },
  },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const inputs = wholeNumber('inputs', values.inputs ?? String(DEFAULT_INPUTS))
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31))
const { only = null, path = null, regression = null } = values
if (only !== null && !TARGET_NAMES.includes(only)) refuse(`--only takes one of: ${TARGET_NAMES.join(', ')}`)
if (regression !== null && !isRegression(regression))
  refuse(`--regression takes one of: ${Object.keys(REGRESSIONS).join(', ')}`)
if (path !== null && only === null) refuse('--path goes with --only')

process.stdout.write(`fuzz: ${inputs} inputs, seed ${seed}\n`)
const { targets, violations } = await fuzz({ inputs, seed, only, path, regression, onTargetDone: showTarget })
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
// Node's own exit was seen to hang here after thousands of broken connections.
process.exit(failures === 0 ? 0 : 1)

function showTarget({ name, inputs: count, seconds, failures: found }: TargetResult): void {
  for (const failure of found) process.stdout.write(`\n${name}: ${failure}\n\n`)
  process.stdout.write(
    `${name.padEnd(24)}${String(count).padStart(8)} inputs${String(seconds).padStart(6)} s\n`,
  )
}

function isRegression(name: string): name is RegressionName {
  return name in REGRESSIONS
}

function wholeNumber(name: string, text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not "${text}"`)
}

function refuse(reason: string): never {
  process.stderr.write(`fuzz: ${reason}\n`)
  process.exit(2)
}
