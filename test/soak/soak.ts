import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HttpCaller } from '../http-caller.ts'
import { ServerLog } from '../server-log.ts'
import { SteadyServer } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { BAD_SCENARIOS } from './bad-scenarios.ts'
import { DISCONNECT_SCENARIOS } from './disconnect-scenarios.ts'
import { GOOD_SCENARIOS } from './good-scenarios.ts'
import { findGrowth, type HoldingSample } from './growth.ts'
import { probedEnvironment } from './process-holding.ts'
import { checkQuiet, type Quiet } from './quiet-point.ts'
import { between, pickWeighted, type Random, seededRandom } from './random.ts'
import { type Caller, type Outcome, type Scenario, StoodStill } from './scenario.ts'
import { Tally } from './tally.ts'

const SCENARIOS: readonly Scenario[] = [...GOOD_SCENARIOS, ...BAD_SCENARIOS, ...DISCONNECT_SCENARIOS]
/** Four times what the embedded engine has room for, waiting line included. */
const CALLERS = 48
/** What is under way when a round's time is up has this long to come to its end. */
const END_PATIENCE_MS = 150_000
/** No request takes so long to arrive on a machine that runs. */
const STANDSTILL_MS = 15_000
/** Between two rounds everything must come to rest. */
const ROUNDS = 10
/** A server that does everything wrong need not be told so a million times. */
const MAX_VIOLATIONS = 100

/** What a soak is told. */
export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
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
}

/** Puts a real server under mixed load, round after round, and looks between the rounds at what it holds. */
export async function soak({ minutes, seed, onRound, onViolation }: SoakOptions): Promise<SoakResult> {
  const probeFolder = mkdtempSync(join(tmpdir(), 'continuo-probe-'))
  const server = await SteadyServer.start({ environment: probedEnvironment(probeFolder) })
  const run = new SoakRun({ server, probeFolder, seed, onViolation })
  try {
    for (let round = 1; round <= ROUNDS && run.goesOn; round++) {
      await run.round((minutes * 60_000) / ROUNDS)
      await run.quiet()
      onRound(`round ${round} of ${ROUNDS}: ${run.line}`)
    }
    run.finish()
    return { tally: run.tally, violations: run.violations, quiets: run.quiets }
  } finally {
    await server.close()
    rmSync(probeFolder, { recursive: true })
  }
}

interface SoakRunOptions extends Pick<SoakOptions, 'seed' | 'onViolation'> {
  readonly server: SteadyServer
  readonly probeFolder: string
}

class SoakRun {
  readonly tally = new Tally(SCENARIOS.map(({ name }) => name))
  readonly violations: Violation[] = []
  readonly quiets: Quiet[] = []
  readonly #server: SteadyServer
  readonly #probeFolder: string
  readonly #log: ServerLog
  readonly #random: Random
  readonly #death: Promise<void>
  readonly #onViolation: (violation: Violation) => void
  #isOver = false
  readonly #underWay = new Set<{ toString(): string }>()

  constructor({ server, probeFolder, seed, onViolation }: SoakRunOptions) {
    this.#server = server
    this.#probeFolder = probeFolder
    this.#log = new ServerLog(server.process)
    this.#random = seededRandom(seed)
    this.#onViolation = onViolation
    this.#death = server.process.exited.then((code) => {
      if (!this.#isOver) this.#violated(new Violation('the server', `it ended with ${code}`))
    })
  }

  get goesOn(): boolean {
    return this.violations.length < MAX_VIOLATIONS && this.#server.process.child.exitCode === null
  }

  get line(): string {
    const quiet = this.quiets.at(-1)
    const heap = quiet?.processes.map(
      ({ name, holding }) =>
        `${name} ${mebibytes(holding.heapBytes)} MiB of heap, ${mebibytes(holding.residentBytes)} in all`,
    )
    return [`${this.tally.count} requests`, ...(heap ?? []), `${this.violations.length} violations`].join(
      '; ',
    )
  }

  /** Every caller sends one request after the other until the time is up. */
  async round(ms: number): Promise<void> {
    const untilMs = performance.now() + ms
    const http = new HttpCaller(this.#server.url)
    const callers = Array.from({ length: CALLERS }, () => this.#callUntil(untilMs, http))
    const over = new AbortController()
    const late = delay(ms + END_PATIENCE_MS, undefined, { signal: over.signal }).then(
      () => this.#violated(new Violation('a round', `it did not end: ${[...this.#underWay].join(', ')}`)),
      () => undefined,
    )
    await Promise.race([Promise.all(callers), late, this.#death])
    over.abort()
    http.close()
  }

  /** What must hold when nobody asks anything. */
  async quiet(): Promise<void> {
    await this.#settleLog()
    const http = new HttpCaller(this.#server.url)
    const caller = this.#caller(http, this.#random)
    try {
      const quiet = await checkQuiet(this.#server, this.#probeFolder, caller)
      this.quiets.push({ ...quiet, requestCount: this.tally.count })
    } catch (error) {
      if (!(error instanceof StoodStill)) this.#violated(error)
    } finally {
      http.close()
    }
    await this.#settleLog()
    // What was read need not be kept.
    this.#server.process.stderr = ''
    this.#server.upstream.requests.length = 0
    this.#server.upstream.cancelledAtMs.length = 0
  }

  /** What the processes held ever more of. The server may end behind this. */
  finish(): void {
    this.#isOver = true
    const names = this.quiets[0]?.processes.map(({ name }) => name) ?? []
    for (const violation of names.flatMap((name) => findGrowth(name, this.#samplesOf(name)))) {
      this.#violated(violation)
    }
  }

  #samplesOf(name: string): HoldingSample[] {
    return this.quiets.flatMap(({ processes, requestCount }) =>
      processes.filter((process) => process.name === name).map(({ holding }) => ({ requestCount, holding })),
    )
  }

  async #callUntil(untilMs: number, http: HttpCaller): Promise<void> {
    const random = seededRandom(Math.floor(this.#random() * 2 ** 32))
    const caller = this.#caller(http, random)
    while (performance.now() < untilMs && this.goesOn) {
      const scenario = pickWeighted(random, SCENARIOS)
      const outcome = await this.#runOne(scenario, caller)
      // Whoever is refused waits a little, or there would be nothing but refusals.
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
      port: Number(new URL(this.#server.url).port),
      keep: (response, mayBreak) => {
        if (response.status === 408 && response.headersAfterMs > STANDSTILL_MS) throw new StoodStill()
        this.#log.keep(response, mayBreak)
      },
    }
  }

  async #settleLog(): Promise<void> {
    for (const violation of await this.#log.settle()) this.#violated(violation)
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
