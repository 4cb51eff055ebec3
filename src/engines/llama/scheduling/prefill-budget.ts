import { TILE_TOKENS } from './trim-reuse-to-tile.ts'

/** What bounds a step's prefill. */
export interface PrefillLimits {
  readonly minTokens: number
  readonly maxTokens: number
  /** Of a step that delays the decoding of others. */
  readonly mixedStep: StepLimits
  /** Of a step that delays nobody: no request can be cancelled inside it. */
  readonly idleStep: StepLimits
}

/** How long a step may take. */
export interface StepLimits {
  readonly targetMs: number
  /** And for a whole tile: fewer tokens take little less time, and of a long prompt even more. */
  readonly maxTileMs: number
}

/** A chunk that comes to more than half of a tile is a whole one; of the slices 27 take nearly as long as 32. */
const SUBTILE_TOKENS = 16
/** Attention to a long prompt costs a chunk of 128 as much as one of 64: 1,900 tokens take a fifth less time. */
const IDLE_TILE_TOKENS = 128

/** How much a new measurement counts against all before it. */
const NEWEST_WEIGHT = 0.3

/** How many prompt tokens the next step may evaluate, so that a step takes about as long as it may. */
export class PrefillBudget {
  readonly #limits: PrefillLimits
  /** Tokens per millisecond of chunks of a tile and more, and of smaller ones, which say little about those. */
  #tileTokensPerMs: number | null = null
  #smallChunkTokensPerMs: number | null = null

  constructor(limits: PrefillLimits) {
    this.#limits = limits
  }

  /**
   * Where nobody decodes. What would be left of the prompt for a step of its own, and less than a tile, comes along.
   *
   * @param restTokens of the prompt, as many as are not evaluated yet
   */
  idleBudget(restTokens: number): number {
    const tokens = this.#tokensWithin(this.#limits.idleStep, IDLE_TILE_TOKENS)
    const isInTiles = tokens >= TILE_TOKENS && tokens % TILE_TOKENS === 0
    const comesAlong = isInTiles && restTokens - tokens < TILE_TOKENS && restTokens <= this.#limits.maxTokens
    return comesAlong ? Math.max(tokens, restTokens) : tokens
  }

  /**
   * Beside sequences that decode one token each. llama.cpp evaluates a batch of neighbouring sequences in slices that
   * have as many tokens of each: first one token of all, then what is left of the prompt, which is to be whole slices. In
   * one room for all it evaluates the batch as it is.
   */
  mixedBatchBudget(decoding: number, hasKvStreams: boolean): number {
    const tokens = this.#tokensWithin(this.#limits.mixedStep, TILE_TOKENS)
    if (tokens % SUBTILE_TOKENS !== 0) return tokens
    return hasKvStreams ? tokens + 1 : Math.max(1, tokens - (decoding % SUBTILE_TOKENS))
  }

  /** Takes the measurement of one step. Steps of a few tokens say nothing about speed. */
  observe(prefillTokens: number, elapsedMs: number): void {
    if (prefillTokens < this.#limits.minTokens || elapsedMs <= 0) return
    const speed = prefillTokens / elapsedMs
    if (prefillTokens < TILE_TOKENS) {
      this.#smallChunkTokensPerMs = blended(this.#smallChunkTokensPerMs, speed)
      return
    }
    this.#tileTokensPerMs = blended(this.#tileTokensPerMs, speed)
    // What is smaller is never faster than tiles: so fast it was in another hour, or behind less context.
    if (this.#smallChunkTokensPerMs !== null)
      this.#smallChunkTokensPerMs = Math.min(this.#smallChunkTokensPerMs, this.#tileTokensPerMs)
  }

  #tokensWithin(limits: StepLimits, tileTokens: number): number {
    const { minTokens, maxTokens } = this.#limits
    return Math.max(1, Math.min(maxTokens, Math.max(minTokens, this.#fittingTokens(limits, tileTokens))))
  }

  #fittingTokens({ targetMs, maxTileMs }: StepLimits, tileTokens: number): number {
    // Where smaller chunks were faster than the last tiles, tiles would be by now.
    const speed = Math.max(this.#tileTokensPerMs ?? 0, this.#smallChunkTokensPerMs ?? 0)
    const tiles = Math.round((speed * targetMs) / tileTokens)
    if (tiles > 0) return tiles * tileTokens
    const bearable = [tileTokens, TILE_TOKENS].find((tokens) => speed * maxTileMs >= tokens)
    if (bearable !== undefined) return bearable
    return Math.floor((this.#smallChunkTokensPerMs ?? speed) * targetMs)
  }
}

function blended(before: number | null, newest: number): number {
  return before === null ? newest : before * (1 - NEWEST_WEIGHT) + newest * NEWEST_WEIGHT
}
