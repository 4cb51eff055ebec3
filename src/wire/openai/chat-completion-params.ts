import * as z from 'zod'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'
import type { AssistantPart, Turn, UserPart } from '../../completion/turn.ts'
import type { JsonObject } from '../../util/json-object.ts'
import {
  anyObject,
  boolean,
  checkBody,
  integer,
  invalidRequest,
  list,
  MAX_MESSAGES,
  modelId,
  ofType,
  string,
} from '../body-schema.ts'
import type { BodyCosts } from '../parse-json-text.ts'
import type { ImageContext } from '../read-image.ts'
import { refuseManyMembers } from '../refuse-many-members.ts'
import { readChatMessages } from './chat-messages.ts'
import { readChatTools, TOOL_FIELDS } from './chat-tools.ts'
import {
  GENERATION_FIELDS,
  MAX_TOP_LOGPROBS,
  type OpenAiCompletionParams,
  readGeneration,
  readStreaming,
} from './generation-fields.ts'

export interface ChatCompletionContext {
  /** The resolved id for an id or alias. @throws CompletionError `model-not-found` */
  readonly resolveModel: (id: string) => string
  /** @throws CompletionError `overloaded` while the model loads */
  readonly capabilitiesOf: (modelId: string) => EngineCapabilities
  readonly rules: ImageContext['rules']
}

/** The body of `POST /v1/chat/completions`, checked. */
export interface ChatCompletionParams extends OpenAiCompletionParams {
  /** Whether tools came in their oldest form, `functions`; calls are then sent as `function_call`. */
  readonly usesFunctions: boolean
  /** Whether the tokens of the message are scored. */
  readonly isScored: boolean
}

/**
 * Reads the body of `POST /v1/chat/completions`. Fields that this server does not use, or does not know, are ignored:
 * OpenAI's clients send many.
 *
 * @throws CompletionError `invalid-request` or `model-not-found`
 * @see the API's page on OpenAI SDK compatibility
 */
export async function parseChatCompletionParams(
  body: object,
  context: ChatCompletionContext & { readonly costs: BodyCosts },
): Promise<ChatCompletionParams> {
  const params = checkBody(body, CHAT_COMPLETION_SCHEMA)
  const resolvedId = context.resolveModel(params.model)
  const capabilities = context.capabilitiesOf(resolvedId)
  const chatContext = {
    modelId: resolvedId,
    capabilities: () => capabilities,
    rules: context.rules,
    costs: context.costs,
  }
  const conversation = await readChatMessages(params.messages, chatContext)
  const { tools, toolChoice, allowsParallelToolCalls, usesFunctions } = readChatTools(params)
  if (tools.length > 0 && !capabilities.tools) {
    throw invalidRequest(`tools: model '${resolvedId}' does not support tool use.`)
  }
  const thinking = params.thinking?.type === 'enabled' ? params.thinking : null
  const { systemText, turns, prefill } = conversation
  const outputSchema = capabilities.outputSchema ? outputSchemaOf(params.response_format) : null
  refuseManyMembers({ tools, parts: partsOf(turns), outputSchema })
  if (context.costs.slices.isOver) await context.costs.slices.next()
  const prompt = conversationPrompt({
    systemText,
    turns,
    prefill,
    tools,
    isThinkingEnabled: thinking !== null,
    outputSchema,
    ...(params.response_format?.json_schema?.strict === true ? { isOutputStrict: true } : {}),
  })
  // As on the Claude API, they are ignored where there are none.
  const isScored = (params.logprobs ?? false) && (capabilities.logprobs ?? 'none') !== 'none'
  const request: CompletionRequest = {
    modelId: resolvedId,
    prompt,
    ...readGeneration(params),
    toolChoice,
    allowsParallelToolCalls,
    thinkingBudgetTokens: thinking?.budget_tokens ?? null,
    ...(isScored ? { logprobs: { top: params.top_logprobs ?? 0, ofPrompt: false } } : {}),
  }
  return {
    request,
    ...readStreaming(params),
    usesFunctions,
    isScored,
  }
}

function* partsOf(turns: readonly Turn[]): Generator<UserPart | AssistantPart> {
  for (const { parts } of turns) yield* parts
}

function outputSchemaOf(format: z.infer<typeof RESPONSE_FORMAT> | null | undefined): JsonObject | null {
  if (format?.type === 'json_object') return { type: 'object' }
  if (format?.type === 'json_schema') return format.json_schema?.schema ?? { type: 'object' }
  return null
}

const RESPONSE_FORMAT = z.object(
  {
    type: string,
    json_schema: z.object({ schema: anyObject.nullish(), strict: boolean.nullish() }).nullish(),
  },
  { error: ofType('dictionary') },
)

/** The body of the route. */
export const CHAT_COMPLETION_SCHEMA = z.object({
  model: modelId,
  messages: list
    .min(1, 'at least one message is required')
    .max(MAX_MESSAGES, `List should have at most ${MAX_MESSAGES} items`),
  ...GENERATION_FIELDS,
  ...TOOL_FIELDS,
  response_format: RESPONSE_FORMAT.nullish(),
  logprobs: boolean.nullish(),
  top_logprobs: integer
    .min(0, 'Input should be greater than or equal to 0')
    .max(MAX_TOP_LOGPROBS, `Input should be less than or equal to ${MAX_TOP_LOGPROBS}`)
    .nullish(),
  // Not OpenAI's: the API's page recommends it as an extra body field.
  thinking: z
    .object({ type: string, budget_tokens: z.int().min(1).nullish() }, { error: ofType('dictionary') })
    .nullish(),
})
