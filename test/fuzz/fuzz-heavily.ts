import { setTimeout as delay } from 'node:timers/promises'
import { type JudgedOptions, JudgedServer, PROCESS_NAMES } from '../judges/judged-server.ts'
import type { ProcessHolding } from '../judges/process-holding.ts'
import { Violation } from '../violation.ts'
import { findKeptMemory } from './find-kept-memory.ts'
import type { HeavyInput, HeavyTarget } from './heavy-input.ts'
import { HeavyInputJudge } from './judge-heavy-input.ts'

/** Most kinds of failures that are reported. */
const MAX_FAILURES = 20
/** Inputs by which a server has taken what it keeps; of few inputs, half. */
const WARM_UP_INPUTS = 100
/** A thread that renders long prompts is kept for ten seconds, with what it rendered. */
const KEPT_MS = 15_000

/** Which of a target's inputs are sent. */
export interface HeavyOptions {
  readonly seed: number
  /** Of all targets, to send the same again. */
  readonly inputs: number
  readonly count: number
  /** The number of the only one; all of them where it is null. */
  readonly only: number | null
  /** What the servers have that must be found. */
  readonly faults?: Pick<JudgedOptions, 'preloads' | 'environment'>
}

/** How the inputs of one target fared. */
export interface HeavyResult {
  readonly count: number
  readonly failures: readonly string[]
}

/**
 * Sends a target's inputs one after the other. An input that is too much is reported; the next ones go to a new server, and
 * those of its kind are left out.
 */
export async function fuzzHeavily(
  target: HeavyTarget,
  { seed, inputs, count, only, faults = {} }: HeavyOptions,
): Promise<HeavyResult> {
  const all = [...target.inputs(seed, count).entries()].filter(([number]) => only === null || number === only)
  const failures: string[] = []
  const failed = new Set<string>()
  const warmUpInputs = Math.min(WARM_UP_INPUTS, Math.floor(all.length / 2))
  let run: HeavyRun | null = null
  try {
    for (const [number, input] of all) {
      if (failures.length >= MAX_FAILURES) break
      if (failed.has(input.what)) continue
      run ??= await HeavyRun.start(faults, warmUpInputs)
      const violation = (await run.judge(input)) ?? (number === all.at(-1)?.[0] ? await run.findKept() : null)
      if (violation === null) continue
      failed.add(input.what)
      const again = `npm run fuzz -- --inputs ${inputs} --only '${target.name}' --seed ${seed} --path ${number}`
      failures.push(shown(input, violation, again))
      await run.close()
      run = null
    }
    return { count: all.length, failures }
  } finally {
    await run?.close()
  }
}

function shown(
  { what, recipe, disconnectsAfterMs }: HeavyInput,
  violation: Violation,
  again: string,
): string {
  const disconnecting =
    disconnectsAfterMs === null ? '' : `, its client disconnects after ${disconnectsAfterMs} ms`
  return `${what}, ${recipe()}${disconnecting}\n  ${violation.where}: ${violation.message}\n  Meet it again: ${again}`
}

/** One server, as long as it holds. */
class HeavyRun {
  readonly #server: JudgedServer
  readonly #judge: HeavyInputJudge
  readonly #warmUpInputs: number
  #count = 0
  #warm: readonly ProcessHolding[] | null = null

  private constructor(server: JudgedServer, warmUpInputs: number) {
    this.#server = server
    this.#warmUpInputs = warmUpInputs
    this.#judge = new HeavyInputJudge(server)
  }

  static async start(faults: JudgedOptions, warmUpInputs: number): Promise<HeavyRun> {
    return new HeavyRun(await JudgedServer.start(faults), warmUpInputs)
  }

  async judge(input: HeavyInput): Promise<Violation | null> {
    try {
      await this.#judge.judge(input)
      this.#server.forget()
      if (++this.#count === this.#warmUpInputs) this.#warm = await this.#holdings()
      return null
    } catch (error) {
      return error instanceof Violation ? error : new Violation('the fuzzer', String(error), { cause: error })
    }
  }

  /** What the processes hold more than after the first inputs. */
  async findKept(): Promise<Violation | null> {
    if (this.#warm === null) return null
    const inputs = this.#count - this.#warmUpInputs
    if (findKeptMemory(this.#warm, await this.#holdings(), inputs) === null) return null
    await delay(KEPT_MS)
    return findKeptMemory(this.#warm, await this.#holdings(), inputs)
  }

  async close(): Promise<void> {
    this.#judge.close()
    await this.#server.close()
  }

  #holdings(): Promise<ProcessHolding[]> {
    return Promise.all(PROCESS_NAMES.map((name) => this.#server.probe(name, 'holding')))
  }
}
