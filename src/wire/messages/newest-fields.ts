import type { MessageStopReason } from './message-stop-reason.ts'

/** What responses of version 2026-10-21 say besides what older clients know. */
export interface NewestFields {
  /** Where the client asked the model to run; repeated, since there is one place. */
  readonly inferenceGeo: string
}

/** Fields of a message that has not ended. */
export const NEWEST_START_FIELDS = { container: null, diagnostics: null, stop_details: null }

/**
 * `stop_details` at the end of a message.
 *
 * @see the API's reference, "Messages": `stop_details`
 */
export function stopDetails(stopReason: MessageStopReason | null): object | null {
  return stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null
}

/** The tokens of thinking among those that were generated. */
export function outputTokensDetails(thinkingTokens: number): object {
  return { output_tokens_details: { thinking_tokens: thinkingTokens }, server_tool_use: null }
}

/** Fields of the usage of a whole message. */
export function newestUsageFields({ inferenceGeo }: NewestFields, thinkingTokens: number): object {
  return { inference_geo: inferenceGeo, ...outputTokensDetails(thinkingTokens), speed: 'standard' }
}
