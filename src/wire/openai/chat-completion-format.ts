import { collectCompletion } from '../../completion/collected-completion.ts'
import { newChatCompletionId } from '../completion-id.ts'
import type { ResponseFormat } from '../response-format.ts'
import { chatCompletionMessage } from './chat-completion-message.ts'
import { chatCompletionStream } from './chat-completion-stream.ts'
import { chatLogprobs } from './chat-logprobs.ts'
import { openAiStopReason } from './openai-stop-reason.ts'
import { openAiUsage } from './openai-usage.ts'
import { scoredTextTokens } from './token-aligner.ts'

/** What a response is written with, streamed or not. */
export interface ChatCompletionOptions {
  /** The resolved model id. */
  readonly modelId: string
  /** Whether tool calls have the oldest form, `function_call`. */
  readonly usesFunctions: boolean
  /** Whether the tokens of the message are scored. */
  readonly isScored: boolean
  /** Whether a stream ends with its usage. */
  readonly includeUsage: boolean
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number
}

/**
 * The format of `POST /v1/chat/completions`.
 *
 * @see the API's page on OpenAI SDK compatibility
 */
export function chatCompletionFormat(options: ChatCompletionOptions): ResponseFormat {
  const identity = {
    id: newChatCompletionId(),
    created: Math.floor(options.nowMs / 1000),
    model: options.modelId,
  }
  return {
    body(events) {
      const collected = collectCompletion(events)
      const message = chatCompletionMessage(collected.parts, options.usesFunctions)
      const reason = collected.end ? openAiStopReason(collected.end.stopReason) : null
      const isFunctionCall = 'function_call' in message && reason === 'tool_calls'
      const choices = [
        {
          index: 0,
          message,
          logprobs: chatLogprobs(scoredTextTokens(events), options.isScored),
          finish_reason: isFunctionCall ? 'function_call' : reason,
        },
      ]
      return { object: 'chat.completion', ...identity, choices, usage: openAiUsage(collected) }
    },
    streamWriter: () => chatCompletionStream(identity, options),
  }
}
