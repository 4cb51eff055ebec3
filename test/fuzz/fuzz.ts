import fc, { type RunDetails } from 'fast-check'
import { HttpCaller } from '../http-caller.ts'
import { JudgedServer } from '../judges/judged-server.ts'
import { type RegressionName, withRegression } from '../judges/regressions.ts'
import { ServerLog } from '../server-log.ts'
import { checkQuiet } from '../soak/quiet-point.ts'
import type { Caller } from '../soak/scenario.ts'
import { SHORT_LIMITS } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { BODY_TARGET, JSON_TEXT_TARGET } from './body-targets.ts'
import { fuzzGrowth } from './fuzz-growth.ts'
import { fuzzHeavily } from './fuzz-heavily.ts'
import { type FuzzedServer, type FuzzTarget, PATIENCE_MS } from './fuzz-target.ts'
import type { HeavyTarget } from './heavy-input.ts'
import { HEAVY_TARGETS } from './heavy-targets.ts'
import { PLATFORM_BODY_TARGET, PLATFORM_QUERY_TARGET } from './platform-targets.ts'
import { HEADER_TARGET, PATH_TARGET, RAW_TARGET } from './raw-targets.ts'
import { RawUpstream } from './raw-upstream.ts'
import { EVENT_TARGET, FUZZED_MODELS, UPSTREAM_TARGET } from './upstream-targets.ts'

/** Every way in, for small inputs of which many are under way at once. */
const LIGHT_TARGETS: readonly FuzzTarget[] = [
  BODY_TARGET,
  JSON_TEXT_TARGET,
  PLATFORM_BODY_TARGET,
  PLATFORM_QUERY_TARGET,
  HEADER_TARGET,
  PATH_TARGET,
  RAW_TARGET,
  EVENT_TARGET,
  UPSTREAM_TARGET,
]

/** What grows, each in several sizes, counts as one input however many there are of the others. */
const GROWTH_TARGET = { name: 'growth' }
/** From this many inputs on, everything is grown, not only a selection. */
const LONG_INPUTS = 50_000

/** The names of all targets. */
export const TARGET_NAMES: readonly string[] = [...LIGHT_TARGETS, GROWTH_TARGET, ...HEAVY_TARGETS].map(
  ({ name }) => name,
)

/** Options of the fuzzer. */
export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  /** The only target; all where it is null. */
  readonly only: string | null
  /** The path of a reported failure, to repeat it; needs `only`. */
  readonly path: string | null
  /** What the servers have that must be found. */
  readonly regression?: RegressionName | null
  readonly onTargetDone: (result: TargetResult) => void
}

/** How one target fared. */
export interface TargetResult {
  readonly name: string
  readonly inputs: number
  readonly seconds: number
  /** What was found, with the smallest input that shows it, and how to meet it again. */
  readonly failures: readonly string[]
}

/** What was found. */
export interface FuzzResult {
  readonly targets: readonly TargetResult[]
  /** What the whole server did not hold, beside what single inputs showed. */
  readonly violations: readonly Violation[]
}

/** Sends inputs of every kind to real servers: first the small ones, then the large ones, one at a time. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const isMeant = ({ name }: { readonly name: string }) => options.only === null || options.only === name
  const [light, heavy] = [LIGHT_TARGETS.filter(isMeant), HEAVY_TARGETS.filter(isMeant)]
  const shares = [...light, ...heavy].reduce((sum, { share }) => sum + share, 0)
  const { targets, violations } =
    light.length === 0 ? { targets: [], violations: [] } : await fuzzLightly(light, shares, options)
  const results: TargetResult[] = [...targets]
  if (isMeant(GROWTH_TARGET)) results.push(await growRequests(options))
  for (const target of heavy) results.push(await fuzzHeavyTarget(target, shares, options))
  return { targets: results, violations }
}

async function growRequests(options: FuzzOptions): Promise<TargetResult> {
  const { inputs, seed, path, regression = null, onTargetDone } = options
  const startedMs = performance.now()
  const isLong = inputs >= LONG_INPUTS
  const { count, failures } = await fuzzGrowth({ seed, isLong, only: path, regression })
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const result = { name: GROWTH_TARGET.name, inputs: count, seconds, failures }
  onTargetDone(result)
  return result
}

async function fuzzLightly(
  targets: readonly FuzzTarget[],
  shares: number,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const rawUpstream = await RawUpstream.start()
  const server = await JudgedServer.start({
    // A body that loses its limit is answered until there is no room.
    contextWindowTokens: 256,
    hasState: true,
    engines: fuzzedEngines(rawUpstream.url),
    ...withRegression(options.regression ?? null),
  })
  const log = new ServerLog(server.steady.process)
  const http = new HttpCaller(server.steady.url, PATIENCE_MS)
  const { port } = server
  const keep: FuzzedServer['keep'] = (response, mayBreak = false) => log.keep(response, mayBreak)
  try {
    const fuzzed = { port, http, rawUpstream, keep }
    const results = await Promise.all(targets.map((target) => fuzzTarget(target, shares, fuzzed, options)))
    const violations = await log.finish()
    violations.push(...(await findUnrest(server, { http, port, keep, random: Math.random })))
    return { targets: results, violations }
  } finally {
    http.close()
    await server.close()
    await rawUpstream.close()
  }
}

async function fuzzHeavyTarget(
  target: HeavyTarget,
  shares: number,
  { inputs, seed, path, regression = null, onTargetDone }: FuzzOptions,
): Promise<TargetResult> {
  const startedMs = performance.now()
  const count = Math.max(target.leastInputs, Math.ceil((inputs * target.share) / shares))
  const only = path === null ? null : Number(path)
  const fuzzed = await fuzzHeavily(target, { seed, inputs, count, only, faults: withRegression(regression) })
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const result = { name: target.name, inputs: fuzzed.count, seconds, failures: fuzzed.failures }
  onTargetDone(result)
  return result
}

/** The engines that speak to bytes on a socket. */
function fuzzedEngines(baseUrl: string): Record<string, object> {
  const entries = Object.entries(FUZZED_MODELS).map(([kind, model]) => {
    return [model, { kind, model, baseUrls: [baseUrl], ...SHORT_LIMITS }]
  })
  return Object.fromEntries(entries)
}

async function fuzzTarget(
  { name, share, workers, property }: FuzzTarget,
  shares: number,
  server: FuzzedServer,
  { inputs, seed, path, onTargetDone }: FuzzOptions,
): Promise<TargetResult> {
  const startedMs = performance.now()
  const numRuns = Math.ceil((inputs * share) / shares / workers)
  const checks = Array.from({ length: path === null ? workers : 1 }, (_, worker) =>
    fc.check(property(server), { numRuns, seed: seed + worker, ...(path === null ? {} : { path }) }),
  )
  const details = await Promise.all(checks)
  const result = {
    name,
    inputs: details.reduce((sum, { numRuns: runs }) => sum + runs, 0),
    seconds: Math.round((performance.now() - startedMs) / 1000),
    failures: details.filter(({ failed }) => failed).map((failure) => describeFailure(name, failure)),
  }
  onTargetDone(result)
  return result
}

function describeFailure(name: string, details: RunDetails<[unknown]>): string {
  const { seed, counterexamplePath, errorInstance } = details
  const again = `npm run fuzz -- --only '${name}' --seed ${seed} --path '${counterexamplePath}'`
  const report = fc.defaultReportMessage(details) ?? ''
  const error = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)
  return `${report}\n\n${error}\n\nMeet it again: ${again}`
}

async function findUnrest(server: JudgedServer, caller: Caller): Promise<Violation[]> {
  try {
    const stalls = await server.findStalls()
    await checkQuiet(server, caller, 0)
    return stalls
  } catch (error) {
    return [error instanceof Violation ? error : new Violation('the server', String(error), { cause: error })]
  }
}
