import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc, { type RunDetails } from 'fast-check'
import { HttpCaller } from '../http-caller.ts'
import { ServerLog } from '../server-log.ts'
import { probedEnvironment } from '../soak/process-holding.ts'
import { checkQuiet } from '../soak/quiet-point.ts'
import { SHORT_LIMITS, SteadyServer } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { BODY_TARGET, JSON_TEXT_TARGET } from './body-targets.ts'
import { type FuzzedServer, type FuzzTarget, PATIENCE_MS } from './fuzz-target.ts'
import { HEADER_TARGET, PATH_TARGET, RAW_TARGET } from './raw-targets.ts'
import { RawUpstream } from './raw-upstream.ts'
import { EVENT_TARGET, FUZZED_MODELS, UPSTREAM_TARGET } from './upstream-targets.ts'

/** Every way in. */
export const TARGETS: readonly FuzzTarget[] = [
  BODY_TARGET,
  JSON_TEXT_TARGET,
  HEADER_TARGET,
  PATH_TARGET,
  RAW_TARGET,
  EVENT_TARGET,
  UPSTREAM_TARGET,
]

/** What a fuzzer is told. */
export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  /** The only target; all where it is null. */
  readonly only: string | null
  /** Of a failure that was told, to meet it again; needs `only`. */
  readonly path: string | null
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

/** Sends inputs of every kind to a real server. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const probeFolder = mkdtempSync(join(tmpdir(), 'continuo-probe-'))
  const rawUpstream = await RawUpstream.start()
  const server = await SteadyServer.start({
    environment: probedEnvironment(probeFolder),
    // A body that loses its limit is answered until there is no room.
    contextTokens: 256,
    engines: fuzzedEngines(rawUpstream.url),
  })
  const log = new ServerLog(server.process)
  const http = new HttpCaller(server.url, PATIENCE_MS)
  const port = Number(new URL(server.url).port)
  const keep: FuzzedServer['keep'] = (response, mayBreak = false) => log.keep(response, mayBreak)
  try {
    const targets = TARGETS.filter(({ name }) => options.only === null || options.only === name)
    const shares = targets.reduce((sum, { share }) => sum + share, 0)
    const fuzzed = { port, http, rawUpstream, keep }
    const results = await Promise.all(targets.map((target) => fuzzTarget(target, shares, fuzzed, options)))
    const violations = await log.settle()
    violations.push(...(await findUnrest(server, probeFolder, { http, port, keep, random: Math.random })))
    return { targets: results, violations }
  } finally {
    http.close()
    await server.close()
    await rawUpstream.close()
    rmSync(probeFolder, { recursive: true })
  }
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
    failures: details.filter(({ failed }) => failed).map((failure) => told(name, failure)),
  }
  onTargetDone(result)
  return result
}

function told(name: string, details: RunDetails<[unknown]>): string {
  const { seed, counterexamplePath, errorInstance } = details
  const again = `npm run fuzz -- --only '${name}' --seed ${seed} --path '${counterexamplePath}'`
  const report = fc.defaultReportMessage(details) ?? ''
  const error = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)
  return `${report}\n\n${error}\n\nMeet it again: ${again}`
}

async function findUnrest(
  ...[server, probeFolder, caller]: Parameters<typeof checkQuiet>
): Promise<Violation[]> {
  try {
    await checkQuiet(server, probeFolder, caller)
    return []
  } catch (error) {
    return [error instanceof Violation ? error : new Violation('the server', String(error), { cause: error })]
  }
}
