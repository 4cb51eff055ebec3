/**
 * The answer of `POST /v1/messages/count_tokens`.
 *
 * @param originalTokens what they were before the conversation was edited; null where that is not told
 * @see the API's reference, "Count tokens in a Message"
 */
export function tokenCountBody(tokens: number, originalTokens: number | null): object {
  const body = { input_tokens: tokens }
  if (originalTokens === null) return body
  return { ...body, context_management: { original_input_tokens: originalTokens } }
}
