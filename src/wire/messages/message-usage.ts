import type { ServiceTier } from '../../completion/admission.ts'
import type { InputUsage } from '../../conversation/input-usage.ts'

/**
 * `usage` of a message, with the keys in the real API's order.
 *
 * @see the API's reference, "Messages": `usage`
 */
export function messageUsage(inputUsage: InputUsage, outputTokens: number, serviceTier: ServiceTier): object {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = inputUsage
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5mTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: outputTokens,
    service_tier: serviceTier,
  }
}

/** `usage` at the end of a stream: cumulative, replacing what the start reported. */
export function finalUsage(inputUsage: InputUsage, outputTokens: number): object {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = inputUsage
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
  }
}

/**
 * The body of a response of `POST /v1/messages/count_tokens`.
 *
 * @param originalTokens the tokens before the conversation was edited; null to leave them out
 * @see the API's reference, "Count tokens in a Message"
 */
export function tokenCountBody(tokens: number, originalTokens: number | null): object {
  const body = { input_tokens: tokens }
  if (originalTokens === null) return body
  return { ...body, context_management: { original_input_tokens: originalTokens } }
}
