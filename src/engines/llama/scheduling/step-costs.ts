/** A newer measurement changes the average by this share; the first ones by more. */
const NEWEST_SHARE = 0.25
const FIRST_SHARES = [0.5, 0.4, 0.3]
/** Each step without a draft lowers costs above the first ones by this share: a busy moment passes. */
const FORGOTTEN_SHARE = 0.01
/** Several tokens cost no more than as many steps: a longer measurement comes from other programs on the machine. */
const MAX_FACTOR = 2
/** The cost of a second token, and of each further one, where processors evaluate: as two cores without tile kernels have it. */
const SECOND_TOKEN_COST = 1.2
const FURTHER_TOKEN_COST = 0.6
/** With a draft model, this many steps with drafts are taken to be cheap, and are short: else a GPU would not try. */
const TRIAL_STEPS = 2
const TRIAL_DRAFT_TOKENS = 3
const TRIAL_SHARE = 0.25

/** How much longer a step takes with draft tokens than without, from what was measured. */
export class StepCosts {
  #plainMs: number | null = null
  #plainSequences = 0
  readonly #relative = new Map<number, number>()
  /** What was measured of all numbers of draft tokens, as a share of their first costs: for those without measurements. */
  #scale = 1
  #draftSteps = 0
  #draftModelStepMs: number | null = null
  readonly #firstDraftModelCost: number | null

  /**
   * @param firstDraftModelCost of a step of the draft model, before any is measured, relative to a step of the model; null
   *   without one
   */
  constructor(firstDraftModelCost: number | null = null) {
    this.#firstDraftModelCost = firstDraftModelCost
  }

  /** The time of a step in which each sequence has a token and some of a draft, relative to one without draft tokens. */
  relativeCost(sequences: number, draftTokens: number): number {
    if (draftTokens === 0) return 1
    const known = this.#relative.get(keyOf(sequences, draftTokens))
    const share = this.#isTrial ? TRIAL_SHARE : this.#scale
    return 1 + (known ?? firstExtraCost(sequences, draftTokens) * share)
  }

  /** The longest draft, given what is known of its cost. */
  maxDraftTokens(most: number): number {
    return this.#isTrial ? Math.min(TRIAL_DRAFT_TOKENS, most) : most
  }

  /** The time of a step of the draft model relative to one of the model. */
  get draftModelCost(): number {
    if (this.#draftModelStepMs === null || this.#plainMs === null) return this.#firstDraftModelCost ?? 0
    return this.#draftModelStepMs / this.#plainMs
  }

  /** Records how long a step of sequences that all decode took. */
  observe(sequences: number, draftTokens: number, elapsedMs: number): void {
    if (draftTokens > 0) this.#draftSteps++
    if (elapsedMs <= 0) return
    if (draftTokens === 0) this.#observePlain(sequences, elapsedMs)
    else if (this.#plainMs !== null && this.#plainSequences === sequences)
      this.#observeDraft(sequences, draftTokens, elapsedMs / this.#plainMs - 1)
  }

  /** Records how long a step of the draft model took. */
  observeDraftModel(elapsedMs: number): void {
    if (elapsedMs > 0) this.#draftModelStepMs = blended(this.#draftModelStepMs, elapsedMs)
  }

  get #isTrial(): boolean {
    return this.#firstDraftModelCost !== null && this.#draftSteps < TRIAL_STEPS
  }

  #observePlain(sequences: number, elapsedMs: number): void {
    const isComparable = this.#plainSequences === sequences
    this.#plainMs = blended(isComparable ? this.#plainMs : null, elapsedMs)
    this.#plainSequences = sequences
    this.#scale = lowered(this.#scale, 1)
    for (const [key, extra] of this.#relative) {
      const first = firstExtraCost(...sizesOf(key))
      if (extra > first) this.#relative.set(key, lowered(extra, first))
    }
  }

  #observeDraft(sequences: number, draftTokens: number, extraCost: number): void {
    const key = keyOf(sequences, draftTokens)
    const first = firstExtraCost(sequences, draftTokens)
    const factor = Math.min(MAX_FACTOR, Math.max(0, extraCost / first))
    const known = this.#relative.get(key) ?? first * this.#scale
    const share = FIRST_SHARES[this.#draftSteps - 1] ?? NEWEST_SHARE
    this.#scale = blended(this.#scale, factor, share)
    this.#relative.set(key, blended(known, factor * first, share))
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

function blended(before: number | null, newest: number, share = NEWEST_SHARE): number {
  return before === null ? newest : before + (newest - before) * share
}

function lowered(cost: number, first: number): number {
  return cost > first ? cost + (first - cost) * FORGOTTEN_SHARE : cost
}
