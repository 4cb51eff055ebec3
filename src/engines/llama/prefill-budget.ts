/** What bounds a step's prefill. */
export interface PrefillLimits {
  readonly minTokens: number
  readonly maxTokens: number
  /** How long a step may take: it delays the decoding of others, and no request can be cancelled inside it. */
  readonly targetMs: number
}

/**
 * llama.cpp's kernels take prompts in tiles of so many tokens: 48 take longer than 64. A chunk that comes to more than
 * half of one is made a whole one, and larger chunks whole numbers of them.
 */
const TILE_TOKENS = 64

/** How much a new measurement counts against all before it. */
const NEWEST_SHARE = 0.3

/** How many prompt tokens the next step may evaluate, so that a step takes about as long as it may. */
export class PrefillBudget {
  readonly #limits: PrefillLimits
  #tokensPerMs: number | null = null

  constructor(limits: PrefillLimits) {
    this.#limits = limits
  }

  get tokens(): number {
    const { minTokens, maxTokens, targetMs } = this.#limits
    if (this.#tokensPerMs === null) return Math.min(minTokens, maxTokens)
    const fitting = Math.floor(this.#tokensPerMs * targetMs)
    const tiles = Math.round(fitting / TILE_TOKENS)
    return Math.max(1, Math.min(maxTokens, Math.max(minTokens, tiles > 0 ? tiles * TILE_TOKENS : fitting)))
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
