/** `npm run bench`: measures Continuo and its peers side by side on this machine; see README.md. */
import { endChildrenWithThisProcess } from '../test/end-children.ts'
import type { Bench, Comparison } from './bench.ts'
import { type BenchOptions, readBenchOptions, usage } from './bench-options.ts'
import { embedded } from './comparisons/embedded.ts'
import { everyday } from './comparisons/everyday.ts'
import { firstToken } from './comparisons/first-token.ts'
import { manyStreams } from './comparisons/many-streams.ts'
import { memory } from './comparisons/memory.ts'
import { proxying } from './comparisons/proxying.ts'
import { reports } from './comparisons/reports.ts'
import { scaling } from './comparisons/scaling.ts'
import { speculation } from './comparisons/speculation.ts'
import { startUp } from './comparisons/start-up.ts'
import { withBatch } from './comparisons/with-batch.ts'
import { LoadGenerator } from './load/load-generator.ts'
import { describeMachine } from './machine.ts'
import { Peers } from './peers/peers.ts'
import { printTable, type Table, tableAsJson } from './report.ts'
import { killServers } from './server-process.ts'

endChildrenWithThisProcess()

const COMPARISONS: readonly Comparison[] = [
  embedded,
  everyday,
  speculation,
  firstToken,
  startUp,
  proxying,
  manyStreams,
  memory,
  reports,
  withBatch,
  scaling,
]

function readOptions(): BenchOptions {
  const sections = COMPARISONS.map(({ section }) => section)
  try {
    return readBenchOptions(process.argv.slice(2), sections)
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage(sections)}`)
    process.exit(2)
  }
}

/** No child process may outlive this process. */
function endWithServers(): void {
  process.on('exit', killServers)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
}

/** A section that fails does not lose the figures of the others. */
async function runComparison(comparison: Comparison, bench: Bench): Promise<readonly Table[]> {
  try {
    return await comparison.run(bench)
  } catch (error) {
    console.error(`${comparison.section} could not be measured:`, error)
    process.exitCode = 1
    return []
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  endWithServers()
  const machine = describeMachine()
  const startedMs = performance.now()
  const log = (line: string) =>
    console.error(`${Math.round((performance.now() - startedMs) / 1000)} s: ${line}`)
  const bench: Bench = {
    options,
    peers: new Peers(options, log),
    load: new LoadGenerator('others'),
    log,
  }
  console.log(
    `${machine.line}; ${options.rounds} rounds${options.scale === 'full' ? '' : `, ${options.scale}`}\n`,
  )
  const tables: Table[] = []
  for (const comparison of COMPARISONS) {
    if (!options.sections.includes(comparison.section)) continue
    for (const table of await runComparison(comparison, bench)) {
      tables.push(table)
      console.log(`${printTable(table)}\n`)
    }
  }
  bench.load.close()
  const { leftOut } = bench.peers
  if (leftOut.length > 0) console.log(`${leftOut.map((line) => `- ${line}`).join('\n')}\n`)
  console.log(
    JSON.stringify({
      machine,
      rounds: options.rounds,
      scale: options.scale,
      leftOut,
      tables: tables.map(tableAsJson),
    }),
  )
}

await main()
