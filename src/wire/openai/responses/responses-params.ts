import * as z from 'zod'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EFFORT_BUDGETS, EFFORTS } from '../../../completion/effort-budgets.ts'
import type { EngineCapabilities } from '../../../completion/engine.ts'
import type { LogprobsRequest } from '../../../completion/scored-token.ts'
import type { AssistantPart, Turn, UserPart } from '../../../completion/turn.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import {
  anyObject,
  boolean,
  checkBody,
  integer,
  invalidRequest,
  list,
  MAX_MESSAGES,
  modelId,
  number,
  ofType,
  shareOrOff,
  string,
} from '../../body-schema.ts'
import type { BodyCosts } from '../../parse-json-text.ts'
import { refuseManyMembers } from '../../refuse-many-members.ts'
import type { ChatCompletionContext } from '../chat-completion-params.ts'
import { MAX_TOP_LOGPROBS, readGeneration } from '../generation-fields.ts'
import type { NamespacedNames } from './namespaced-name.ts'
import type { FindItem } from './recent-items.ts'
import { readResponseInput } from './response-input.ts'
import { RESPONSE_TOOL_FIELDS, readResponseTools } from './response-tools.ts'

/** What the body of `POST /v1/responses` is read with. */
export interface ResponsesContext extends ChatCompletionContext {
  /** Finds what this server sent lately, for references to it. */
  readonly findItem: FindItem
}

/** The body of `POST /v1/responses`, checked. */
export interface ResponsesParams {
  readonly request: CompletionRequest
  readonly stream: boolean
  /** Whether a later request may refer to what this one generates. */
  readonly store: boolean
  /** Tools of the type `custom`, whose input is a text. */
  readonly customTools: ReadonlySet<string>
  /** Tools of namespaces. */
  readonly namespacedNames: NamespacedNames
  /** What a response repeats of its request, checked as far as the request needs it. */
  readonly echoed: EchoedFields
}

/** The fields of a request that its response has too, as they were sent. */
export type EchoedFields = Readonly<Record<(typeof ECHOED_FIELDS)[number], unknown>>

export const ECHOED_FIELDS = [
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'reasoning',
  'safety_identifier',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const

/**
 * Reads the body of `POST /v1/responses`. Fields that ask this server to keep something, and so would change the meaning
 * of the response, are refused; other unknown fields are ignored.
 *
 * @throws CompletionError `invalid-request` or `model-not-found`
 * @see OpenAI's reference, "Create a model response"
 */
export async function parseResponsesParams(
  body: object,
  context: ResponsesContext & { readonly costs: BodyCosts },
): Promise<ResponsesParams> {
  const params = checkBody(body, RESPONSES_SCHEMA)
  const resolvedId = context.resolveModel(params.model)
  const capabilities = context.capabilitiesOf(resolvedId)
  const { rules, costs, findItem } = context
  const input = typeof params.input === 'string' ? [{ role: 'user', content: params.input }] : params.input
  const { systemText, turns, prefill } = await readResponseInput(input, params.instructions ?? '', {
    modelId: resolvedId,
    capabilities: () => capabilities,
    rules,
    costs,
    findItem,
  })
  const { tools, toolChoice, customTools, namespacedNames } = readResponseTools(params)
  if (tools.length > 0 && !capabilities.tools) {
    throw invalidRequest(`tools: model '${resolvedId}' does not support tool use.`)
  }
  const outputSchema = capabilities.outputSchema ? outputSchemaOf(params.text?.format) : null
  refuseManyMembers({ tools, parts: partsOf(turns), outputSchema })
  if (costs.slices.isOver) await costs.slices.next()
  const logprobs = logprobsOf(params, capabilities)
  const thinking = thinkingOf(params.reasoning?.effort)
  const prompt = conversationPrompt({
    systemText,
    turns,
    prefill,
    tools,
    isThinkingEnabled: thinking.isEnabled,
    outputSchema,
    ...(params.text?.format?.strict === true ? { isOutputStrict: true } : {}),
  })
  return {
    request: {
      modelId: resolvedId,
      prompt,
      ...readGeneration({ ...params, max_tokens: params.max_output_tokens }),
      toolChoice,
      allowsParallelToolCalls: params.parallel_tool_calls ?? true,
      thinkingBudgetTokens: thinking.budgetTokens,
      ...(logprobs === null ? {} : { logprobs }),
    },
    stream: params.stream ?? false,
    store: params.store ?? true,
    customTools,
    namespacedNames,
    echoed: body as EchoedFields,
  }
}

function* partsOf(turns: readonly Turn[]): Generator<UserPart | AssistantPart> {
  for (const { parts } of turns) yield* parts
}

function outputSchemaOf(format: z.infer<typeof TEXT_FORMAT> | null | undefined): JsonObject | null {
  if (format?.type === 'json_object') return { type: 'object' }
  if (format?.type === 'json_schema') return format.schema ?? { type: 'object' }
  return null
}

/** As on the route for chat completions, they are ignored where the engine has none. */
function logprobsOf(
  params: z.infer<typeof RESPONSES_SCHEMA>,
  { logprobs = 'none' }: EngineCapabilities,
): LogprobsRequest | null {
  const isWanted = params.include?.includes(SCORES) || (params.top_logprobs ?? 0) > 0
  return isWanted && logprobs !== 'none' ? { top: params.top_logprobs ?? 0, ofPrompt: false } : null
}

/** What a request includes to get the scores of tokens. */
const SCORES = 'message.output_text.logprobs'

/** Without an effort there is no thinking. */
function thinkingOf(effort: string | null | undefined) {
  const known = EFFORTS.find((one) => one === effort)
  return known === undefined
    ? { isEnabled: false, budgetTokens: null }
    : { isEnabled: true, budgetTokens: EFFORT_BUDGETS[known] }
}

const tokens = integer.min(1, 'Input should be greater than or equal to 1')

const TEXT_FORMAT = z.object(
  { type: string, schema: anyObject.nullish(), strict: boolean.nullish() },
  { error: ofType('dictionary') },
)

/** A field that asks the server to keep a state, which it has none of. */
const noState = (what: string) =>
  z
    .unknown()
    .refine((value) => value === undefined || value === null || value === false, what)
    .optional()

/** The body of the route. */
export const RESPONSES_SCHEMA = z.object({
  model: modelId,
  input: z.union(
    [
      string.min(1, 'String should have at least 1 character'),
      list
        .min(1, 'at least one item is required')
        .max(MAX_MESSAGES, `List should have at most ${MAX_MESSAGES} items`),
    ],
    {
      error: (issue) =>
        issue.input === undefined ? 'Field required' : 'Input should be a text or a list of items',
    },
  ),
  instructions: string.nullish(),
  previous_response_id: noState(
    'this server keeps no responses: send all items of the conversation in `input`',
  ),
  conversation: noState('this server keeps no conversations: send all items of the conversation in `input`'),
  prompt: noState('this server keeps no prompt templates: send `instructions` and `input`'),
  background: noState('responses are not generated in the background on this server'),
  max_output_tokens: tokens.nullish(),
  temperature: number.min(0, 'Input should be greater than or equal to 0').nullish(),
  top_p: shareOrOff.nullish(),
  top_logprobs: integer
    .min(0, 'Input should be greater than or equal to 0')
    .max(MAX_TOP_LOGPROBS, `Input should be less than or equal to ${MAX_TOP_LOGPROBS}`)
    .nullish(),
  include: list.nullish(),
  stream: boolean.nullish(),
  store: boolean.nullish(),
  parallel_tool_calls: boolean.nullish(),
  reasoning: z.object({ effort: string.nullish() }, { error: ofType('dictionary') }).nullish(),
  text: z.object({ format: TEXT_FORMAT.nullish() }, { error: ofType('dictionary') }).nullish(),
  ...RESPONSE_TOOL_FIELDS,
})
