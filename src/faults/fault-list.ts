import { randomUUID } from 'node:crypto'
import type { FaultRule } from './fault.ts'
import { SeededChance } from './seeded-chance.ts'

/** Most faults that are kept at a time. */
export const MAX_FAULTS = 1_000
const DEFAULT_SEED = 1

/** A fault that is kept. */
export interface ListedFault {
  readonly id: string
  readonly rule: FaultRule
  /** How many requests it has struck. */
  readonly struckCount: number
}

/** What is known of a request. */
export interface FaultTarget {
  readonly path: string
  readonly apiKeyId: string | null
  /** The header `x-continuo-test`. */
  readonly test: string | null
  /** Null before the body is read. */
  readonly modelId: string | null
}

/** There are too many faults. */
export class FaultListError extends Error {
  override readonly name = 'FaultListError'
}

class KeptFault implements ListedFault {
  readonly id = `fault_${randomUUID().replaceAll('-', '').slice(0, 24)}`
  readonly rule: FaultRule
  readonly #chance: SeededChance
  struckCount = 0
  #matchedCount = 0

  constructor(rule: FaultRule) {
    this.rule = rule
    this.#chance = new SeededChance(rule.when?.seed ?? DEFAULT_SEED)
  }

  /** Whether it strikes a request to which its conditions apply. */
  strikes(target: FaultTarget): boolean {
    const { when = {}, times = Number.POSITIVE_INFINITY } = this.rule
    if (this.struckCount >= times || !applies(when, target)) return false
    this.#matchedCount += 1
    if (this.#matchedCount < (when.nth ?? 1)) return false
    if (when.share !== undefined && this.#chance.next() >= when.share) return false
    this.struckCount += 1
    return true
  }
}

function applies(when: NonNullable<FaultRule['when']>, target: FaultTarget): boolean {
  return (
    isSame(when.model, target.modelId) &&
    isSame(when.path, target.path) &&
    isSame(when.apiKeyId, target.apiKeyId) &&
    isSame(when.test, target.test)
  )
}

function isSame(wanted: string | undefined, given: string | null): boolean {
  return wanted === undefined || wanted === given
}

/** The faults of this instance. */
export class FaultList {
  readonly #kept: KeptFault[] = []

  constructor(rules: readonly FaultRule[] = []) {
    for (const rule of rules) this.add(rule)
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0
  }

  get all(): readonly ListedFault[] {
    return this.#kept
  }

  /** @throws FaultListError when there are too many */
  add(rule: FaultRule): ListedFault {
    if (this.#kept.length >= MAX_FAULTS) {
      throw new FaultListError(`There are ${MAX_FAULTS} faults already: remove some first.`)
    }
    const kept = new KeptFault(rule)
    this.#kept.push(kept)
    return kept
  }

  /** Removes faults, and returns how many. */
  remove(isRemoved: (fault: ListedFault) => boolean): number {
    const before = this.#kept.length
    for (let index = before - 1; index >= 0; index--) {
      const kept = this.#kept[index]
      if (kept !== undefined && isRemoved(kept)) this.#kept.splice(index, 1)
    }
    return before - this.#kept.length
  }

  /** The first fault of those named that strikes a request; null if none does. */
  strike(target: FaultTarget, isConsidered: (rule: FaultRule) => boolean): FaultRule | null {
    for (const kept of this.#kept) if (isConsidered(kept.rule) && kept.strikes(target)) return kept.rule
    return null
  }
}
