import * as z from 'zod'
import { OPENAI_SERVER_FIELD, THINKING_BUDGET_MODE, THINKING_CONTROL } from '../openai/openai-servers.ts'
import { ABILITY_FIELDS, UPSTREAM_FIELDS } from '../upstream-settings.ts'

/** The section of an engine that sends turns to `/v1/chat/completions`. */
export const OPENAI_CHAT_SETTINGS = z.strictObject({
  kind: z
    .literal('openai-chat')
    .describe('A server of the OpenAI style, sent the turns of a prompt through /v1/chat/completions.'),
  server: OPENAI_SERVER_FIELD,
  ...ABILITY_FIELDS,
  thinkingControl: THINKING_CONTROL.describe(
    'How thinking is switched on and off: "template", by enable_thinking (vLLM, SGLang, llama-server); "effort", off by reasoning_effort "none" (Ollama); "type", by the field thinking (DeepSeek); "none", not at all ("other").',
  ).optional(),
  thinkingBudgetMode: THINKING_BUDGET_MODE.describe(
    'Who ends thinking that exceeds its budget: "ask", the server (llama-server; vLLM with a reasoning parser); "cut", Continuo, which cancels the request and asks again without thinking.',
  ).optional(),
  ...UPSTREAM_FIELDS,
})

/** Settings of an engine that sends turns to `/v1/chat/completions`. */
export type OpenAiChatSettings = z.infer<typeof OPENAI_CHAT_SETTINGS>
