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
    format({ request: { modelId }, choices, includeUsage, echo, topLogprobs }) {
      const echoes = choices.map(({ prompt }) => (echo ? prompt.text : ''))
      return textCompletionFormat({ modelId, includeUsage, echoes, topLogprobs, nowMs: Date.now() })
    },
  }
}
