import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { BusySequence, Sequence } from './sequence.ts'

/** What the KV cache of a draft model holds of one sequence. */
export interface DraftSequence {
  /** Of the draft model's context: it stays the same when the sequence gets another id. */
  readonly seqId: number
  readonly cachedTokens: number[]
  cacheScope: CacheScope
}

/** The KV cache of a draft model, with a sequence for each one of the model. */
export class DraftCache {
  readonly #context: DecodingContext
  readonly #sequences = new Map<Sequence, DraftSequence>()

  constructor(context: DecodingContext) {
    this.#context = context
  }

  /** What is held of a sequence, which may be nothing. Only tokens of the same scope are kept. */
  of(sequence: BusySequence): DraftSequence {
    const { cacheScope } = sequence
    let held = this.#sequences.get(sequence)
    if (held === undefined) {
      held = { seqId: this.#sequences.size, cachedTokens: [], cacheScope }
      this.#sequences.set(sequence, held)
    }
    if (held.cacheScope !== cacheScope) this.#truncate(held, 0)
    held.cacheScope = cacheScope
    return held
  }

  /** Removes what is not the beginning of the tokens, and the last of them, so that there is one to evaluate. */
  fit(held: DraftSequence, tokens: readonly number[]): void {
    const most = Math.min(held.cachedTokens.length, tokens.length - 1)
    let common = 0
    while (common < most && held.cachedTokens[common] === tokens[common]) common++
    if (common < held.cachedTokens.length) this.#truncate(held, common)
  }

  /**
   * Evaluates tokens of several sequences in one batch.
   *
   * @returns the index of the logits of the last token of each
   * @throws Error where llama.cpp fails, or memory is short; what is held is unknown then
   */
  evaluate(rows: readonly { readonly held: DraftSequence; readonly tokens: readonly number[] }[]): number[] {
    let batchTokens = 0
    const logitsIndexes = rows.map(({ held, tokens }) => {
      for (const [index, token] of tokens.entries()) {
        const isLast = index === tokens.length - 1
        this.#context.addToBatch(held.seqId, token, held.cachedTokens.length, isLast)
        held.cachedTokens.push(token)
      }
      batchTokens += tokens.length
      return batchTokens - 1
    })
    if (this.#context.decodeBatch() === 'done') return logitsIndexes
    throw new Error('the KV cache of the draft model is full')
  }

  clear(): void {
    for (const held of this.#sequences.values()) {
      held.cachedTokens.length = 0
      this.#context.clear(held.seqId)
    }
  }

  #truncate(held: DraftSequence, tokens: number): void {
    held.cachedTokens.length = tokens
    if (tokens > 0 && this.#context.truncate(held.seqId, tokens)) return
    held.cachedTokens.length = 0
    this.#context.clear(held.seqId)
  }
}
