import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { PrefillBudget } from './prefill-budget.ts'
import { type BusySequence, isInPrefill } from './sequence.ts'
import type { Drafts } from './speculation.ts'

/** The tokens that one sequence has in a batch. */
export interface ScheduledTokens {
  readonly sequence: BusySequence
  /** A chunk of the prompt, or the token that was sampled last, followed by the draft. */
  readonly tokens: ArrayLike<number>
  /** See `Speculation`; mostly none. */
  readonly draftTokens: readonly number[]
  /** The index in the batch of the first token whose logits are needed; null in the middle of a prompt. */
  readonly logitsIndex: number | null
  /** The index in the batch of the first token of a prompt that is scored; null where none is. */
  readonly scoredIndex: number | null
}

/** The tokens of one batch, in the order in which they are added to it. */
export interface ScheduledBatch {
  readonly scheduled: readonly ScheduledTokens[]
  readonly prefillTokens: number
}

/** What a batch depends on besides its sequences. */
export type BatchLimits = Pick<DecodingContext, 'maxBatchTokens' | 'maxScoredTokens' | 'compactionCost'>

const NO_DRAFT: readonly number[] = []

/**
 * Plans a batch: one token for each sequence that decodes, with draft tokens where there are any, and prompt chunks,
 * those of the oldest request first, within the prefill budget.
 */
export function planBatch(
  limits: BatchLimits,
  sequences: readonly BusySequence[],
  prefillBudget: PrefillBudget,
  drafts: Drafts,
): ScheduledBatch {
  const scheduled: ScheduledTokens[] = []
  const chunks = planPrefill(limits, sequences, prefillBudget)
  let batchTokens = 0
  let prefillTokens = 0
  // In the order of their ids: llama.cpp evaluates neighbouring sequences together.
  for (const sequence of [...sequences].sort((a, b) => a.seqId - b.seqId)) {
    const { sampledToken } = sequence.running
    if (sampledToken !== null) {
      const draftTokens = drafts.get(sequence) ?? NO_DRAFT
      const tokens = draftTokens.length === 0 ? [sampledToken] : [sampledToken, ...draftTokens]
      scheduled.push({ sequence, tokens, draftTokens, logitsIndex: batchTokens, scoredIndex: null })
      batchTokens += tokens.length
      continue
    }
    const tokens = chunks.get(sequence)
    if (tokens === undefined) continue
    const scoredIndex = scoresPrompt(sequence) ? batchTokens : null
    batchTokens += tokens.length
    prefillTokens += tokens.length
    const logitsIndex = endsPrompt(sequence, tokens) ? batchTokens - 1 : null
    scheduled.push({ sequence, tokens, draftTokens: NO_DRAFT, logitsIndex, scoredIndex })
  }
  return { scheduled, prefillTokens }
}

/** The chunk of its prompt that each sequence adds to the batch. */
function planPrefill(
  limits: BatchLimits,
  sequences: readonly BusySequence[],
  prefillBudget: PrefillBudget,
): Map<BusySequence, Int32Array> {
  const chunks = new Map<BusySequence, Int32Array>()
  const inPrefill = sequences.filter(isInPrefill).sort((a, b) => a.lastAdmission - b.lastAdmission)
  const [oldest] = inPrefill
  if (oldest === undefined) return chunks
  const decoding = sequences.length - inPrefill.length
  const hasKvStreams = limits.compactionCost !== null
  const wanted =
    decoding === 0
      ? prefillBudget.prefillOnlyBudget(
          oldest.running.request.promptTokens.length - oldest.cachedTokens.length,
        )
      : prefillBudget.mixedBatchBudget(decoding, hasKvStreams)
  let budget = Math.min(wanted, limits.maxBatchTokens - decoding)
  let scoredBudget = limits.maxScoredTokens
  for (const sequence of inPrefill) {
    if (budget === 0) break
    const start = sequence.cachedTokens.length
    const isScored = scoresPrompt(sequence)
    const maxTokens = isScored ? Math.min(budget, scoredBudget) : budget
    if (maxTokens === 0) continue
    const chunk = sequence.running.request.promptTokens.subarray(start, start + maxTokens)
    chunks.set(sequence, chunk)
    budget -= chunk.length
    if (isScored) scoredBudget -= chunk.length
  }
  return chunks
}

function scoresPrompt({ running }: BusySequence): boolean {
  return running.request.logprobs?.ofPrompt ?? false
}

function endsPrompt({ cachedTokens, running }: BusySequence, chunk: Int32Array): boolean {
  return cachedTokens.length + chunk.length === running.request.promptTokens.length
}
