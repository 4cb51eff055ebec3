/** What bounds a step's prefill. */
export interface PrefillLimits {
  readonly minTokens: number
  readonly maxTokens: number
  /** How long a step may take that delays the decoding of others. */
  readonly targetMs: number
  /** How long a step may take that delays nobody: no request can be cancelled inside it. */
  readonly aloneTargetMs: number
}

/**
 * llama.cpp's kernels take prompts in tiles of so many tokens: 48 take longer than 64. A chunk that comes to more than
 * half of one is made a whole one, and larger chunks whole numbers of them.
 */
const TILE_TOKENS = 64
/** And 27 nearly as long as 32. */
const SLICE_TOKENS = 16
/** Attention to a long prompt costs a chunk of 128 as much as one of 64: 1,900 tokens take a fifth less time. */
const ALONE_TILE_TOKENS = 128

/** How much a new measurement counts against all before it. */
const NEWEST_SHARE = 0.3

/** How many prompt tokens the next step may evaluate, so that a step takes about as long as it may. */
export class PrefillBudget {
  readonly #limits: PrefillLimits
  #tokensPerMs: number | null = null

  constructor(limits: PrefillLimits) {
    this.#limits = limits
  }

  /** Where nobody decodes. */
  tokensAlone(): number {
    return this.#tokensWithin(this.#limits.aloneTargetMs, ALONE_TILE_TOKENS)
  }

  /**
   * Beside sequences that decode one token each. llama.cpp evaluates a batch of neighbouring sequences in slices that
   * have as many tokens of each: first one token of all, then what is left of the prompt, which is to be whole slices. In
   * one room for all it evaluates the batch as it is.
   */
  tokensBeside(decoding: number, hasRooms: boolean): number {
    const tokens = this.#tokensWithin(this.#limits.targetMs, TILE_TOKENS)
    if (tokens % SLICE_TOKENS !== 0) return tokens
    return hasRooms ? tokens + 1 : Math.max(1, tokens - (decoding % SLICE_TOKENS))
  }

  #tokensWithin(targetMs: number, tileTokens: number): number {
    const { minTokens, maxTokens } = this.#limits
    if (this.#tokensPerMs === null) return Math.min(minTokens, maxTokens)
    const fitting = Math.floor(this.#tokensPerMs * targetMs)
    const tiles = Math.round(fitting / tileTokens)
    return Math.max(1, Math.min(maxTokens, Math.max(minTokens, tiles > 0 ? tiles * tileTokens : fitting)))
  }

  /** Takes the measurement of one step. Steps of a few tokens say nothing about speed. */
  observe(prefillTokens: number, elapsedMs: number): void {
    if (prefillTokens < this.#limits.minTokens || elapsedMs <= 0) return
    const tokensPerMs = prefillTokens / elapsedMs
    this.#tokensPerMs =
      this.#tokensPerMs === null
        ? tokensPerMs
        : this.#tokensPerMs * (1 - NEWEST_SHARE) + tokensPerMs * NEWEST_SHARE
  }
}
