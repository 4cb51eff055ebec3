/** A newer measurement changes the average by this share. */
const NEWEST_SHARE = 0.25
/** Each step without a draft brings what was measured back to the first costs by this share: a busy moment passes. */
const FORGOTTEN_SHARE = 0.01
/** A measurement of more than this many times the first cost comes from other programs on the machine. */
const MAX_FACTOR = 4
/** The cost of a second token, and of each further one, where processors evaluate: as two cores without tile kernels have it. */
const SECOND_TOKEN_COST = 1.2
const FURTHER_TOKEN_COST = 0.5

/** How much longer a step takes with draft tokens than without, from what was measured. */
export class StepCosts {
  #plainMs: number | null = null
  #plainSequences = 0
  readonly #relative = new Map<number, number>()
  /** What was measured of all numbers of draft tokens, as a share of their first costs: for those without measurements. */
  #scale = 1
  #draftModelStepMs: number | null = null
  readonly #firstDraftModelCost: number

  /** @param firstDraftModelCost of a step of the draft model, before any is measured; relative to a step of the model */
  constructor(firstDraftModelCost = 0) {
    this.#firstDraftModelCost = firstDraftModelCost
  }

  /** The time of a step in which each sequence has a token and some of a draft, relative to one without draft tokens. */
  relativeCost(sequences: number, draftTokens: number): number {
    if (draftTokens === 0) return 1
    const known = this.#relative.get(keyOf(sequences, draftTokens))
    return 1 + (known ?? firstExtraCost(sequences, draftTokens) * this.#scale)
  }

  /** The time of a step of the draft model relative to one of the model. */
  get draftModelCost(): number {
    if (this.#draftModelStepMs === null || this.#plainMs === null) return this.#firstDraftModelCost
    return this.#draftModelStepMs / this.#plainMs
  }

  /** Records how long a step of sequences that all decode took. */
  observe(sequences: number, draftTokens: number, elapsedMs: number): void {
    if (elapsedMs <= 0) return
    if (draftTokens === 0) this.#observePlain(sequences, elapsedMs)
    else if (this.#plainMs !== null && this.#plainSequences === sequences)
      this.#observeDraft(sequences, draftTokens, elapsedMs / this.#plainMs - 1)
  }

  /** Records how long a step of the draft model took. */
  observeDraftModel(elapsedMs: number): void {
    if (elapsedMs > 0) this.#draftModelStepMs = blended(this.#draftModelStepMs, elapsedMs)
  }

  #observePlain(sequences: number, elapsedMs: number): void {
    const isComparable = this.#plainSequences === sequences
    this.#plainMs = blended(isComparable ? this.#plainMs : null, elapsedMs)
    this.#plainSequences = sequences
    this.#scale += (1 - this.#scale) * FORGOTTEN_SHARE
    for (const [key, extra] of this.#relative) {
      const first = firstExtraCost(...sizesOf(key)) * this.#scale
      this.#relative.set(key, extra + (first - extra) * FORGOTTEN_SHARE)
    }
  }

  #observeDraft(sequences: number, draftTokens: number, extraCost: number): void {
    const key = keyOf(sequences, draftTokens)
    const first = firstExtraCost(sequences, draftTokens)
    const factor = Math.min(MAX_FACTOR, Math.max(0, extraCost / first))
    const known = this.#relative.get(key) ?? first * this.#scale
    this.#scale = blended(this.#scale, factor)
    this.#relative.set(key, blended(known, factor * first))
  }
}

const MAX_KEYED_TOKENS = 256

function keyOf(sequences: number, draftTokens: number): number {
  return sequences * MAX_KEYED_TOKENS + draftTokens
}

function sizesOf(key: number): [sequences: number, draftTokens: number] {
  return [Math.floor(key / MAX_KEYED_TOKENS), key % MAX_KEYED_TOKENS]
}

function firstExtraCost(sequences: number, draftTokens: number): number {
  return firstCost(sequences * (1 + draftTokens)) / firstCost(sequences) - 1
}

/** Of a batch, relative to one of a single token. */
function firstCost(tokens: number): number {
  return tokens === 1 ? 1 : 1 + SECOND_TOKEN_COST + FURTHER_TOKEN_COST * (tokens - 2)
}

function blended(before: number | null, newest: number): number {
  return before === null ? newest : before + (newest - before) * NEWEST_SHARE
}
