import type { ChatCompletionContext } from '../../wire/openai/chat-completion-params.ts'
import { textCompletionFormat } from '../../wire/openai/text-completion-format.ts'
import {
  parseTextCompletionParams,
  type TextCompletionParams,
} from '../../wire/openai/text-completion-params.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { CompletionApi } from './completion-route.ts'

/** `POST /v1/completions`: a raw text, for OpenAI's clients. */
export function textCompletionsApi(
  reading: Omit<ChatCompletionContext, 'rules'>,
): CompletionApi<TextCompletionParams> {
  return {
    name: 'openai-completions',
    async parse(context) {
      return parseTextCompletionParams(await readJsonBody(context), reading)
    },
    format({ request: { modelId, prompt }, includeUsage, echo }) {
      return textCompletionFormat({ modelId, includeUsage, echo: echo ? prompt.text : '', nowMs: Date.now() })
    },
  }
}
