import type { ScoredToken } from '../../../completion/scored-token.ts'
import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { ScheduledTokens } from './plan-batch.ts'

/** The tokens that were sampled for one sequence in one step. */
export interface SampledTokens {
  readonly tokens: readonly number[]
  /** Of these tokens; empty where none is scored. */
  readonly scores: readonly ScoredToken[]
  /** Tokens of the prompt that were scored. */
  readonly promptScores: readonly ScoredToken[]
  /** Why evaluation failed, or sampling after these tokens; null if neither did. */
  readonly error: unknown
}

export const NOTHING_SAMPLED: SampledTokens = { tokens: [], scores: [], promptScores: [], error: null }

/** Samples a token where the prompt has ended, and another one after each draft token that it accepts. */
export function sampleTokens(
  context: Pick<DecodingContext, 'scoreToken' | 'isEndOfGeneration'>,
  scheduled: ScheduledTokens,
): SampledTokens {
  const { sequence, draftTokens, logitsIndex } = scheduled
  const { logprobs } = sequence.running.request
  const tokens: number[] = []
  const scores: ScoredToken[] = []
  let promptScores: readonly ScoredToken[] = []
  try {
    promptScores = scorePrompt(context, scheduled)
    while (logitsIndex !== null) {
      const index = logitsIndex + tokens.length
      const token = sequence.running.sampler.sample(index)
      if (logprobs !== null) scores.push(context.scoreToken(index, token, logprobs.top))
      const isAccepted = token === draftTokens[tokens.length]
      tokens.push(token)
      if (!isAccepted || context.isEndOfGeneration(token)) break
    }
    return { tokens, scores, promptScores, error: null }
  } catch (error) {
    return { tokens, scores, promptScores, error }
  }
}

/** Each token of a chunk predicts the one after it. */
function scorePrompt(
  context: Pick<DecodingContext, 'scoreToken'>,
  { sequence, tokens, scoredIndex }: ScheduledTokens,
): readonly ScoredToken[] {
  const { promptTokens, logprobs } = sequence.running.request
  if (scoredIndex === null || logprobs === null) return []
  const start = sequence.cachedTokens.length
  const scores = start === 0 ? [context.scoreToken(null, promptTokens[0] ?? 0, 0)] : []
  for (let index = 0; index < tokens.length; index++) {
    const next = promptTokens[start + index + 1]
    if (next === undefined) break
    scores.push(context.scoreToken(scoredIndex + index, next, logprobs.top))
  }
  return scores
}
