import { TILE_TOKENS } from './trim-reuse-to-tile.ts'

/** The bounds of the prefill of one step. */
export interface PrefillLimits {
  readonly minTokens: number
  readonly maxTokens: number
  /** For a step in which other sequences decode: it delays their next token. */
  readonly mixedStep: StepLimits
  /** For a step of prefill alone: it only delays a cancellation. */
  readonly prefillStep: StepLimits
}

/** How long a step may take. */
export interface StepLimits {
  readonly targetMs: number
  /** The longest step that a whole tile may make: fewer tokens are hardly faster, and slower after a long prefix. */
  readonly maxTileMs: number
}

/** A part of a tile that costs the same however full it is: 27 tokens take nearly as long as 32. */
const SUBTILE_TOKENS = 16
/** Attention to a long prompt costs as much for 128 tokens as for 64: a prompt of 1,900 takes a fifth less time. */
const PREFILL_TILE_TOKENS = 128

/** The weight of a new measurement in the moving average. */
const NEWEST_WEIGHT = 0.3

/** Limits the prompt tokens of the next step by the speed of earlier ones, so that it takes about its target time. */
export class PrefillBudget {
  readonly #limits: PrefillLimits
  /** The speeds of chunks of at least a tile, and of smaller ones: neither predicts the other. */
  #tileTokensPerMs: number | null = null
  #smallChunkTokensPerMs: number | null = null

  constructor(limits: PrefillLimits) {
    this.#limits = limits
  }

  /**
   * The budget of a step in which no sequence decodes. A last chunk of less than a tile is evaluated with the one before.
   *
   * @param restTokens tokens of the oldest prompt that are not evaluated yet
   */
  prefillOnlyBudget(restTokens: number): number {
    const tokens = this.#tokensWithin(this.#limits.prefillStep, PREFILL_TILE_TOKENS)
    const isInTiles = tokens >= TILE_TOKENS && tokens % TILE_TOKENS === 0
    const includesRest =
      isInTiles && restTokens - tokens < TILE_TOKENS && restTokens <= this.#limits.maxTokens
    return includesRest ? Math.max(tokens, restTokens) : tokens
  }

  /**
   * The budget of a step in which other sequences decode a token each. With KV streams llama.cpp splits the batch into
   * ubatches with equally many tokens of each sequence: first one token of all, then the rest of the prompt chunk, which
   * should be whole subtiles. In a unified KV cache the batch is one ubatch.
   */
  mixedBatchBudget(decoding: number, hasKvStreams: boolean): number {
    const tokens = this.#tokensWithin(this.#limits.mixedStep, TILE_TOKENS)
    if (tokens % SUBTILE_TOKENS !== 0) return tokens
    return hasKvStreams ? tokens + 1 : Math.max(1, tokens - (decoding % SUBTILE_TOKENS))
  }

  /** Records how long a step took. Steps of a few tokens are ignored: they say nothing about speed. */
  observe(prefillTokens: number, elapsedMs: number): void {
    if (prefillTokens < this.#limits.minTokens || elapsedMs <= 0) return
    const speed = prefillTokens / elapsedMs
    if (prefillTokens < TILE_TOKENS) {
      this.#smallChunkTokensPerMs = blended(this.#smallChunkTokensPerMs, speed)
      return
    }
    this.#tileTokensPerMs = blended(this.#tileTokensPerMs, speed)
    // Small chunks are never faster than tiles: that measurement is from another load, or from less context.
    if (this.#smallChunkTokensPerMs !== null)
      this.#smallChunkTokensPerMs = Math.min(this.#smallChunkTokensPerMs, this.#tileTokensPerMs)
  }

  #tokensWithin(limits: StepLimits, tileTokens: number): number {
    const { minTokens, maxTokens } = this.#limits
    return Math.max(1, Math.min(maxTokens, Math.max(minTokens, this.#fittingTokens(limits, tileTokens))))
  }

  #fittingTokens({ targetMs, maxTileMs }: StepLimits, tileTokens: number): number {
    // If small chunks were faster than the last tiles, tiles would be at least as fast now.
    const speed = Math.max(this.#tileTokensPerMs ?? 0, this.#smallChunkTokensPerMs ?? 0)
    const tiles = Math.round((speed * targetMs) / tileTokens)
    if (tiles > 0) return tiles * tileTokens
    const affordable = [tileTokens, TILE_TOKENS].find((tokens) => speed * maxTileMs >= tokens)
    if (affordable !== undefined) return affordable
    return Math.floor((this.#smallChunkTokensPerMs ?? speed) * targetMs)
  }
}

function blended(before: number | null, newest: number): number {
  return before === null ? newest : before * (1 - NEWEST_WEIGHT) + newest * NEWEST_WEIGHT
}
