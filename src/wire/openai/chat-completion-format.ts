import { collectCompletion } from '../../completion/collected-completion.ts'
import { newChatCompletionId } from '../completion-id.ts'
import type { ResponseFormat } from '../response-format.ts'
import { chatCompletionMessage } from './chat-completion-message.ts'
import { chatCompletionStream } from './chat-completion-stream.ts'
import { openAiStopReason } from './openai-stop-reason.ts'
import { openAiUsage } from './openai-usage.ts'

/** What the bodies of one answer share. */
export interface ChatCompletionOptions {
  /** The resolved model id. */
  readonly modelId: string
  /** Whether a call of a tool is told in the oldest form, `function_call`. */
  readonly usesFunctions: boolean
  /** Whether a stream ends with the counts of its tokens. */
  readonly includeUsage: boolean
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number
}

/**
 * How `POST /v1/chat/completions` shows a completion.
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
      const told = 'function_call' in message && reason === 'tool_calls' ? 'function_call' : reason
      const choices = [{ index: 0, message, logprobs: null, finish_reason: told }]
      return { object: 'chat.completion', ...identity, choices, usage: openAiUsage(collected) }
    },
    streamWriter: () => chatCompletionStream(identity, options),
  }
}
