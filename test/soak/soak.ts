import { setTimeout as delay } from 'node:timers/promises'
import { GROWING_ROUTES, grownRequests, modelsOf } from '../growth/grown-requests.ts'
import { measureGrowth } from '../growth/measure-growth.ts'
import { HttpCaller } from '../http-caller.ts'
import { findLeaks, type LeakFinding } from '../judges/find-leaks.ts'
import { HealthWatch } from '../judges/health-watch.ts'
import { JudgedServer, PROCESS_NAMES, type ProcessName } from '../judges/judged-server.ts'
import { ServerLog } from '../server-log.ts'
import { Violation } from '../violation.ts'
import { BAD_SCENARIOS } from './bad-scenarios.ts'
import { DISCONNECT_SCENARIOS } from './disconnect-scenarios.ts'
import { GOOD_SCENARIOS } from './good-scenarios.ts'
import { PLATFORM_SCENARIOS } from './platform-scenarios.ts'
import { checkQuiet, type Quiet } from './quiet-point.ts'
import { between, pick, pickWeighted, type Random, seededRandom } from './random.ts'
import { type Caller, type Outcome, type Scenario, StoodStill } from './scenario.ts'
import { Tally } from './tally.ts'

const SCENARIOS: readonly Scenario[] = [
  ...GOOD_SCENARIOS,
  ...PLATFORM_SCENARIOS,
  ...BAD_SCENARIOS,
  ...DISCONNECT_SCENARIOS,
]
const SMALL_CACHES = new URL('../judges/small-caches.ts', import.meta.url).href
/** Four times what the embedded engine has room for, waiting line included. */
const CALLERS = 48
/** What is under way when a round's time is up has this long to come to its end. */
const END_PATIENCE_MS = 150_000
/** No request takes so long to arrive on a machine that runs. */
const STANDSTILL_MS = 15_000
/** Between two rounds the server must become idle; leaks are found by a line through these points. */
const [MIN_ROUNDS, MAX_ROUNDS, ROUNDS_PER_MINUTE] = [12, 40, 4]
/** After the rounds, for growing one part of a request after the other. */
const GROWING_SHARE = 0.15
/** The least of it is measured on a server that many have used; `test/growth/` measures all. */
const GROWN_BYTES = 256 * 1024
/** A busy machine grows at least this many, however long that takes. */
const MIN_GROWN = 12
/** Most violations that are reported. */
const MAX_VIOLATIONS = 100

/** Options of a soak. */
export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  /** What the server's processes load first: what a test puts into them to be found. */
  readonly preloads?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Called with a line about each round. */
  readonly onRound: (line: string) => void
  /** Called with what does not hold, as soon as it is found. */
  readonly onViolation: (violation: Violation) => void
}

/** What a soak found out. */
export interface SoakResult {
  readonly tally: Tally
  readonly violations: readonly Violation[]
  readonly quiets: readonly Quiet[]
  readonly leaks: Readonly<Record<ProcessName, readonly LeakFinding[]>>
  /** How many things of requests were grown. */
  readonly grownCount: number
}

/** Puts a real server under mixed load, round after round, and looks between the rounds at what it holds. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { minutes, seed, preloads = [], environment = {}, onRound, onViolation } = options
  const server = await JudgedServer.start({
    preloads: [SMALL_CACHES, ...preloads],
    environment,
    hasState: true,
  })
  const run = new SoakRun({ server, seed, onViolation })
  const rounds = Math.min(MAX_ROUNDS, Math.max(MIN_ROUNDS, Math.round(minutes * ROUNDS_PER_MINUTE)))
  const ms = minutes * 60_000
  try {
    for (let round = 1; round <= rounds && run.goesOn; round++) {
      await run.round((ms * (1 - GROWING_SHARE)) / rounds)
      await run.quiet()
      onRound(`round ${round} of ${rounds}: ${run.line}`)
    }
    const leaks = run.judgeLeaks()
    const grownCount = await run.grow(ms * GROWING_SHARE)
    return { tally: run.tally, violations: run.violations, quiets: run.quiets, leaks, grownCount }
  } finally {
    run.finish()
    await server.close()
  }
}

interface SoakRunOptions extends Pick<SoakOptions, 'seed' | 'onViolation'> {
  readonly server: JudgedServer
}

class SoakRun {
  readonly tally = new Tally(SCENARIOS.map(({ name }) => name))
  readonly violations: Violation[] = []
  readonly quiets: Quiet[] = []
  readonly #server: JudgedServer
  readonly #log: ServerLog
  readonly #random: Random
  readonly #death: Promise<void>
  readonly #onViolation: (violation: Violation) => void
  #isOver = false
  readonly #underWay = new Set<{ toString(): string }>()

  constructor({ server, seed, onViolation }: SoakRunOptions) {
    this.#server = server
    this.#log = new ServerLog(server.steady.process)
    this.#random = seededRandom(seed)
    this.#onViolation = onViolation
    this.#death = server.steady.process.exited.then((code) => {
      if (!this.#isOver) this.#violated(new Violation('the server', `it ended with ${code}`))
    })
  }

  get goesOn(): boolean {
    return this.violations.length < MAX_VIOLATIONS && this.#server.isRunning
  }

  get line(): string {
    const quiet = this.quiets.at(-1)
    const heap = PROCESS_NAMES.flatMap((name) => {
      const holding = quiet?.samples[name].holding
      if (holding === undefined) return []
      const { heapBytes, residentBytes } = holding
      return [`${name} ${mebibytes(heapBytes)} MiB of heap, ${mebibytes(residentBytes)} in all`]
    })
    return [`${this.tally.count} requests`, ...heap, `${this.violations.length} violations`].join('; ')
  }

  /** Every caller sends one request after the other until the time is up. */
  async round(ms: number): Promise<void> {
    const untilMs = performance.now() + ms
    const { url, processId } = this.#server.steady
    const http = new HttpCaller(url)
    const health = new HealthWatch(url, processId)
    const callers = Array.from({ length: CALLERS }, () => this.#callUntil(untilMs, http))
    const over = new AbortController()
    const late = delay(ms + END_PATIENCE_MS, undefined, { signal: over.signal }).then(
      () => this.#violated(new Violation('a round', `it did not end: ${[...this.#underWay].join(', ')}`)),
      () => undefined,
    )
    await Promise.race([Promise.all(callers), late, this.#death])
    over.abort()
    await health.stop()
    for (const violation of health.take()) this.#violated(violation)
    http.close()
  }

  /** What must hold while the server is idle. */
  async quiet(): Promise<void> {
    await this.#finishLog()
    const http = new HttpCaller(this.#server.steady.url)
    const caller = this.#caller(http, this.#random)
    try {
      for (const violation of await this.#server.findStalls()) this.#violated(violation)
      this.quiets.push(await checkQuiet(this.#server, caller, this.tally.count))
    } catch (error) {
      if (!(error instanceof StoodStill)) this.#violated(error)
    } finally {
      http.close()
    }
    await this.#finishLog()
    // What was read need not be kept.
    this.#server.forget()
  }

  /** What the processes held ever more of. */
  judgeLeaks(): SoakResult['leaks'] {
    const leaksOf = (name: ProcessName) => {
      const samples = this.quiets.map((quiet) => quiet.samples[name])
      const findings = samples.length < MIN_ROUNDS ? [] : findLeaks(name, samples)
      for (const { violation } of findings) if (violation !== null) this.#violated(violation)
      return findings
    }
    return { server: leaksOf('server'), engine: leaksOf('engine') }
  }

  /** Grows what a caller can make large, one thing after the other, on a server that is as it was left. */
  async grow(ms: number): Promise<number> {
    const all = GROWING_ROUTES.flatMap((route) => modelsOf(route).flatMap((id) => grownRequests(route, id)))
    const untilMs = performance.now() + ms
    let count = 0
    for (; (count < MIN_GROWN || performance.now() < untilMs) && this.goesOn; count++) {
      const violation = await measureGrowth(this.#server, pick(this.#random, all), GROWN_BYTES)
      if (violation !== null) this.#violated(violation)
      this.#server.forget()
    }
    return count
  }

  /** The server may end from now on. */
  finish(): void {
    this.#isOver = true
  }

  async #callUntil(untilMs: number, http: HttpCaller): Promise<void> {
    const random = seededRandom(Math.floor(this.#random() * 2 ** 32))
    const caller = this.#caller(http, random)
    while (performance.now() < untilMs && this.goesOn) {
      const scenario = pickWeighted(random, SCENARIOS)
      const outcome = await this.#runOne(scenario, caller)
      // A refused client waits a little; otherwise there would be only refusals.
      await delay(outcome === 'overloaded' ? between(random, 50, 250) : between(random, 0, 10))
    }
  }

  async #runOne({ name, run }: Scenario, caller: Caller): Promise<Outcome | 'violated'> {
    const startedMs = performance.now()
    const mark = { toString: () => `${name} (${Math.round((performance.now() - startedMs) / 1000)} s)` }
    this.#underWay.add(mark)
    try {
      const outcome = await run(caller)
      this.tally.add(name, outcome, performance.now() - startedMs)
      return outcome
    } catch (error) {
      if (error instanceof StoodStill) {
        this.tally.add(name, 'overloaded', performance.now() - startedMs)
        return 'overloaded'
      }
      this.#violated(
        error instanceof Violation ? error : new Violation(name, String(error), { cause: error }),
      )
      this.tally.add(name, 'violated', performance.now() - startedMs)
      return 'violated'
    } finally {
      this.#underWay.delete(mark)
    }
  }

  #caller(http: HttpCaller, random: Random): Caller {
    return {
      http,
      random,
      port: this.#server.port,
      keep: (response, mayBreak) => {
        if (response.status === 408 && response.headersAfterMs > STANDSTILL_MS) throw new StoodStill()
        this.#log.keep(response, mayBreak)
      },
    }
  }

  async #finishLog(): Promise<void> {
    for (const violation of await this.#log.finish()) this.#violated(violation)
  }

  #violated(error: unknown): void {
    if (!(error instanceof Violation)) throw error
    this.violations.push(error)
    this.#onViolation(error)
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
