import { chatCompletionFormat } from '../../wire/openai/chat-completion-format.ts'
import {
  type ChatCompletionContext,
  type ChatCompletionParams,
  parseChatCompletionParams,
} from '../../wire/openai/chat-completion-params.ts'
import { bodyCostsOf, readJsonBody } from '../read-json-body.ts'
import type { CompletionApi } from './completion-route.ts'

/** `POST /v1/chat/completions`, for OpenAI's clients. */
export function chatCompletionsApi(reading: ChatCompletionContext): CompletionApi<ChatCompletionParams> {
  return {
    name: 'openai-chat-completions',
    async parse(context) {
      const body = await readJsonBody(context)
      return parseChatCompletionParams(body, { ...reading, costs: bodyCostsOf(context) })
    },
    format({ request: { modelId }, usesFunctions, isScored, includeUsage }) {
      return chatCompletionFormat({ modelId, usesFunctions, isScored, includeUsage, nowMs: Date.now() })
    },
  }
}
