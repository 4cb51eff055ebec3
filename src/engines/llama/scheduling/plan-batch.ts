import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { PrefillBudget } from './prefill-budget.ts'
import { type BusySequence, isInPrefill, type Sequence } from './sequence.ts'

/** Rows of the batch whose logits are asked for: that of a sequence's last known token, and those of guessed ones. */
export interface SampleRequest {
  readonly sequence: BusySequence
  readonly firstRow: number
  /** See `PromptLookup`; mostly none. */
  readonly draftTokens: readonly number[]
}

/** What is in the next batch. */
export interface PlannedBatch {
  readonly sampleRequests: readonly SampleRequest[]
  /** Of each sequence the tokens that it holds more when the batch is evaluated. */
  readonly evaluated: readonly (readonly [BusySequence, ArrayLike<number>])[]
  readonly prefillTokens: number
}

/**
 * Fills the context's batch: one token for each sequence that decodes, more where they can be guessed, and prompts, the
 * oldest request's first, as the budget lasts.
 */
export function planBatch(
  context: DecodingContext,
  group: readonly BusySequence[],
  prefillBudget: PrefillBudget,
): PlannedBatch {
  const sampleRequests: SampleRequest[] = []
  const evaluated: [BusySequence, ArrayLike<number>][] = []
  const chunks = prefillChunks(context, group, prefillBudget)
  // In the order of the rooms: llama.cpp evaluates together what follows one another.
  for (const sequence of [...group].sort((a, b) => a.seqId - b.seqId)) {
    const { sampledToken } = sequence.running
    if (sampledToken !== null) {
      // For one who is alone: with several sequences a step is full anyway.
      const draftTokens = group.length === 1 && context.canReusePrefix ? draft(sequence, sampledToken) : []
      const tokens = [sampledToken, ...draftTokens]
      sampleRequests.push({
        sequence,
        firstRow: addTokens(context, sequence, tokens, tokens.length),
        draftTokens,
      })
      evaluated.push([sequence, tokens])
      continue
    }
    const chunk = chunks.get(sequence)
    if (chunk === undefined) continue
    const wantedLogits = endsPrompt(sequence, chunk) ? 1 : 0
    const firstRow = addTokens(context, sequence, chunk, wantedLogits)
    if (wantedLogits > 0) sampleRequests.push({ sequence, firstRow, draftTokens: [] })
    evaluated.push([sequence, chunk])
  }
  let prefillTokens = 0
  for (const chunk of chunks.values()) prefillTokens += chunk.length
  return { sampleRequests, evaluated, prefillTokens }
}

/** What of whose prompt the batch evaluates. */
function prefillChunks(
  context: DecodingContext,
  group: readonly BusySequence[],
  prefillBudget: PrefillBudget,
): Map<BusySequence, Int32Array> {
  const chunks = new Map<BusySequence, Int32Array>()
  const inPrefill = group.filter(isInPrefill).sort((a, b) => a.lastUsed - b.lastUsed)
  const [oldest] = inPrefill
  if (oldest === undefined) return chunks
  const decoding = group.length - inPrefill.length
  const hasKvStreams = context.compactionCost !== null
  const wanted =
    decoding === 0
      ? prefillBudget.idleBudget(oldest.running.request.promptTokens.length - oldest.cachedTokens.length)
      : prefillBudget.mixedBatchBudget(decoding, hasKvStreams)
  let budget = Math.min(wanted, context.maxBatchTokens - decoding)
  for (const sequence of inPrefill) {
    if (budget === 0) break
    const from = sequence.cachedTokens.length
    const chunk = sequence.running.request.promptTokens.subarray(from, from + budget)
    chunks.set(sequence, chunk)
    budget -= chunk.length
  }
  return chunks
}

function draft({ running, cachedTokens }: BusySequence, sampledToken: number): number[] {
  const remainingTokens = running.request.maxTokens - running.completionTokens - 1
  cachedTokens.push(sampledToken)
  const draftTokens = running.lookup.draft(cachedTokens, remainingTokens)
  cachedTokens.pop()
  return draftTokens
}

/** Logits are wanted of the last so many. Returns the batch's row of the first of these, or any if there is none. */
function addTokens(
  context: DecodingContext,
  sequence: Sequence,
  tokens: ArrayLike<number>,
  wantedLogits: number,
): number {
  const start = sequence.cachedTokens.length
  const firstWanted = tokens.length - wantedLogits
  let firstRow = 0
  for (let index = 0; index < tokens.length; index++) {
    const wantsLogits = index >= firstWanted
    const row = context.addToBatch(sequence.seqId, tokens[index] ?? 0, start + index, wantsLogits)
    if (index === firstWanted) firstRow = row
  }
  return firstRow
}

function endsPrompt({ cachedTokens, running }: BusySequence, chunk: Int32Array): boolean {
  return cachedTokens.length + chunk.length === running.request.promptTokens.length
}
