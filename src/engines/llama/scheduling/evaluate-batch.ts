import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { KvCache } from './kv-cache.ts'
import type { ScheduledTokens } from './plan-batch.ts'

/**
 * Evaluates a batch. When the KV cache is full, idle sequences are cleared: a running request is worth more than what they
 * hold.
 *
 * @throws Error where that does not suffice, or llama.cpp fails
 */
export function evaluateBatch(
  context: Pick<DecodingContext, 'addToBatch' | 'decodeBatch'>,
  kvCache: Pick<KvCache, 'clearIdle'>,
  scheduled: readonly ScheduledTokens[],
): void {
  fillBatch(context, scheduled)
  if (context.decodeBatch() === 'done') return
  kvCache.clearIdle()
  fillBatch(context, scheduled)
  if (context.decodeBatch() === 'kv-cache-full') throw new Error('the KV cache is full')
}

function fillBatch(
  context: Pick<DecodingContext, 'addToBatch'>,
  scheduled: readonly ScheduledTokens[],
): void {
  let batchIndex = 0
  for (const { sequence, tokens, logitsIndex, scoredIndex } of scheduled) {
    const firstLogits = scoredIndex ?? logitsIndex
    const firstPosition = sequence.cachedTokens.length
    for (let index = 0; index < tokens.length; index++) {
      const wantsLogits = firstLogits !== null && batchIndex >= firstLogits
      context.addToBatch(sequence.seqId, tokens[index] ?? 0, firstPosition + index, wantsLogits)
      batchIndex++
    }
  }
}
