import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { listAt, objectAt } from '../../../util/json-value.ts'
import { hasBreakpoint, withBreakpoints } from './cache-breakpoints.ts'
import { isShortCallId, shortCallId } from './short-call-id.ts'

/** A refused request. */
export interface RefusedBody {
  /** The upstream's text, in lower case. */
  readonly text: string
  readonly body: JsonObject
}

/** A change to the bodies that an upstream is sent, for servers that refuse them otherwise. */
export interface BodyAdaptation {
  /** What is changed, for the log. */
  readonly description: string
  /** Whether the refusal of a request asks for this change. */
  readonly isAskedFor: (refused: RefusedBody) => boolean
  readonly adapt: (body: JsonObject) => JsonObject
  /** Whether the refusal is about this one value: the change is then made for this request alone. */
  readonly isOnlyForValue?: (text: string) => boolean
}

/** The smallest temperature that servers take which refuse 0. */
const SMALLEST_TEMPERATURE = 0.01
/** For messages whose thinking is not known; some servers count an empty text as missing. */
const NO_THINKING = ' '

/** By field, the values that mean the same as leaving it out. */
const DEFAULTS: ReadonlyMap<string, readonly unknown[]> = new Map([
  ['temperature', [1]],
  ['top_p', [1]],
  ['top_k', [0, -1]],
])

const VALUE_COMPLAINT =
  /must be|should be|invalid value|out of|greater|less|between|range|at (?:least|most)|[<>]/
const FIELD_COMPLAINT = /support|permitted|allowed|unknown|unrecogni[sz]ed|unexpected|extra|only one|both/
const MISSING = /missing|must (?:be|include|contain)|required|pass(?:ed)? back|expect|need|lack/

/**
 * The changes, in the order in which they are tried and made. A server's row may name those that it always needs; others are
 * learned from its refusals.
 */
export const BODY_ADAPTATIONS = {
  'max-completion-tokens': {
    description: 'max_completion_tokens is sent in place of max_tokens',
    isAskedFor: ({ text, body }) =>
      'max_tokens' in body &&
      (names(text, 'max_completion_tokens') || (names(text, 'max_tokens') && FIELD_COMPLAINT.test(text))),
    adapt: (body) => renamed(body, 'max_tokens', 'max_completion_tokens'),
  },
  'max-tokens': {
    description: 'max_tokens is sent in place of max_completion_tokens',
    isAskedFor: ({ text, body }) => isNamed('max_completion_tokens', text, body),
    adapt: (body) => renamed(body, 'max_completion_tokens', 'max_tokens'),
  },
  'one-of-temperature-and-top-p': {
    description: 'only one of temperature and top_p is sent',
    isAskedFor: ({ text, body }) => isNamed('temperature', text, body) && isNamed('top_p', text, body),
    adapt: withOneOfTemperatureAndTopP,
  },
  'positive-temperature': {
    description: `a temperature of ${SMALLEST_TEMPERATURE} is sent in place of 0`,
    isAskedFor: ({ text, body }) => body.temperature === 0 && names(text, 'temperature'),
    adapt: (body) => (body.temperature === 0 ? { ...body, temperature: SMALLEST_TEMPERATURE } : body),
  },
  'no-top-p-at-temperature-0': {
    description: 'top_p, which changes nothing at temperature 0, is not sent with it',
    isAskedFor: ({ text, body }) => text.includes('greedy') && isNamed('top_p', text, body),
    adapt: (body) => (body.temperature === 0 ? without(body, 'top_p') : body),
  },
  'no-default-temperature': withoutDefault('temperature'),
  'no-default-top-p': withoutDefault('top_p'),
  'no-default-top-k': withoutDefault('top_k'),
  'no-temperature': withoutSampling('temperature'),
  'no-top-p': withoutSampling('top_p'),
  'no-top-k': withoutSampling('top_k'),
  'no-continuous-usage': {
    description: 'token counts are not asked for in every event',
    isAskedFor: ({ text, body }) =>
      objectAt(body, 'stream_options')?.continuous_usage_stats !== undefined &&
      names(text, 'continuous_usage_stats'),
    adapt: (body) => {
      const options = objectAt(body, 'stream_options')
      if (options === undefined) return body
      return { ...body, stream_options: without(options, 'continuous_usage_stats') }
    },
  },
  'no-stream-options': withoutField('stream_options', 'include_usage'),
  'no-parallel-tool-calls': withoutField('parallel_tool_calls'),
  'no-repeat-penalty': withoutField('repeat_penalty'),
  'no-thinking-token-budget': withoutField('thinking_token_budget'),
  'no-thinking-budget-tokens': withoutField('thinking_budget_tokens'),
  'no-template-settings': withoutField('chat_template_kwargs', 'chat_template'),
  'no-reasoning-effort': withoutField('reasoning_effort'),
  'no-disabled-thinking': {
    description: 'thinking is not switched off',
    isAskedFor: ({ text, body }) =>
      objectAt(body, 'thinking')?.type === 'disabled' && names(text, 'thinking'),
    adapt: (body) => (objectAt(body, 'thinking')?.type === 'disabled' ? without(body, 'thinking') : body),
  },
  'no-strict-tools': {
    description: 'strict is left out of tools',
    isAskedFor: ({ text, body }) => names(text, 'strict') && functionsOf(body).some(({ strict }) => strict),
    adapt: withoutStrictTools,
    // The schemas of other requests may be fine.
    isOnlyForValue: (text) => text.includes('schema'),
  },
  'named-tool-alone': {
    description: 'a tool that must be called is offered alone in place of being named',
    isAskedFor: ({ text, body }) => namedTool(body) !== null && names(text, 'tool_choice'),
    adapt: withNamedToolAlone,
  },
  'no-tool-choice': {
    description: 'tool_choice is left out, so that the model decides whether it calls a tool',
    isAskedFor: ({ text, body }) => body.tool_choice === 'required' && names(text, 'tool_choice'),
    adapt: (body) => (body.tool_choice === 'required' ? without(body, 'tool_choice') : body),
  },
  'call-ids-of-nine-characters': {
    description: 'ids of tool calls are sent with nine letters and digits',
    isAskedFor: ({ text, body }) =>
      /tool.?calls?.{0,9}?id\b.*(?:\b9\b|nine|too long|max)/s.test(text) && hasLongCallIds(body),
    adapt: (body) => withMessages(body, withShortCallIds),
  },
  'thinking-of-every-turn': {
    description: 'the thinking of earlier turns is sent',
    isAskedFor: ({ text, body }) =>
      namesThinking(text) && MISSING.test(text) && messagesOf(body).some((message) => lacksThinking(message)),
    adapt: (body) => withMessages(body, (message, isLast) => (isLast ? message : withSomeThinking(message))),
  },
  'no-thinking-in-history': {
    description: 'no thinking is sent',
    isAskedFor: ({ text, body }) =>
      namesThinking(text) && !MISSING.test(text) && messagesOf(body).some(hasThinking),
    adapt: (body) => withMessages(body, (message) => without(message, 'reasoning_content', 'reasoning')),
  },
  'no-cache-ttl': {
    description: 'breakpoints of the prompt cache are sent without a lifetime',
    isAskedFor: ({ text, body }) => names(text, 'ttl') && hasBreakpoint(body, (control) => 'ttl' in control),
    adapt: (body) => withBreakpoints(body, (control) => without(control, 'ttl')),
  },
  'no-cache-control': {
    description: 'no breakpoints of the prompt cache are sent',
    isAskedFor: ({ text, body }) => names(text, 'cache_control') && hasBreakpoint(body, () => true),
    adapt: (body) => withBreakpoints(body, () => null),
  },
} as const satisfies Readonly<Record<string, BodyAdaptation>>

/** The changes by name. */
export type AdaptationName = keyof typeof BODY_ADAPTATIONS

const ENTRIES = Object.entries(BODY_ADAPTATIONS) as readonly [AdaptationName, BodyAdaptation][]

/** A body with changes, which are made in the order of the table. */
export function adaptedBody(body: JsonObject, adaptations: ReadonlySet<AdaptationName>): JsonObject {
  if (adaptations.size === 0) return body
  return ENTRIES.reduce(
    (adapted, [name, { adapt }]) => (adaptations.has(name) ? adapt(adapted) : adapted),
    body,
  )
}

/** The next change that a refusal asks for; null where it is about something else. */
export function adaptationFor(
  refused: RefusedBody,
  made: ReadonlySet<AdaptationName>,
): AdaptationName | null {
  const found = ENTRIES.find(([name, { isAskedFor }]) => !made.has(name) && isAskedFor(refused))
  return found?.[0] ?? null
}

/** Whether a text names a field, however it spells it: `top_p`, `topP`, `top-p`. */
function names(text: string, field: string): boolean {
  const spelled = field.replaceAll('_', '[_ -]?')
  return new RegExp(`(?<![a-z0-9_])${spelled}(?![a-z0-9_])`).test(text)
}

function isNamed(field: string, text: string, body: JsonObject): boolean {
  return field in body && names(text, field)
}

function without(object: JsonObject, ...fields: readonly string[]): JsonObject {
  if (!fields.some((field) => field in object)) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)))
}

function renamed(body: JsonObject, from: string, to: string): JsonObject {
  return from in body ? { ...without(body, from), [to]: body[from] } : body
}

function isDefault(field: string, body: JsonObject): boolean {
  return DEFAULTS.get(field)?.includes(body[field]) ?? false
}

function withoutDefault(field: string): BodyAdaptation {
  return {
    description: `the default of ${field} is not sent`,
    isAskedFor: ({ text, body }) => isNamed(field, text, body) && isDefault(field, body),
    adapt: (body) => (isDefault(field, body) ? without(body, field) : body),
  }
}

function withoutSampling(field: string): BodyAdaptation {
  return {
    ...withoutField(field),
    isOnlyForValue: (text) => VALUE_COMPLAINT.test(text) && !FIELD_COMPLAINT.test(text),
  }
}

/** @param more other names by which a refusal may call it */
function withoutField(field: string, ...more: readonly string[]): BodyAdaptation {
  return {
    description: `${field} is left out`,
    isAskedFor: ({ text, body }) => field in body && [field, ...more].some((name) => names(text, name)),
    adapt: (body) => without(body, field),
  }
}

function withOneOfTemperatureAndTopP(body: JsonObject): JsonObject {
  if (!('temperature' in body && 'top_p' in body)) return body
  const isTemperatureWanted = isDefault('top_p', body) || !isDefault('temperature', body)
  return without(body, isTemperatureWanted ? 'top_p' : 'temperature')
}

function functionsOf(body: JsonObject): readonly JsonObject[] {
  return (listAt(body, 'tools') ?? []).map((tool) => objectAt(tool, 'function') ?? {})
}

function withoutStrictTools(body: JsonObject): JsonObject {
  const tools = (listAt(body, 'tools') ?? []).map((tool) => {
    const called = objectAt(tool, 'function')
    return isJsonObject(tool) && called !== undefined
      ? { ...tool, function: without(called, 'strict') }
      : tool
  })
  return tools.length === 0 ? body : { ...body, tools }
}

/** The name of the tool that must be called; null where any may be. */
function namedTool(body: JsonObject): string | null {
  const name = objectAt(objectAt(body, 'tool_choice'), 'function')?.name
  return typeof name === 'string' ? name : null
}

function withNamedToolAlone(body: JsonObject): JsonObject {
  const name = namedTool(body)
  if (name === null) return body
  const tools = (listAt(body, 'tools') ?? []).filter((tool) => objectAt(tool, 'function')?.name === name)
  return { ...body, tools, tool_choice: 'required' }
}

function messagesOf(body: JsonObject): readonly JsonObject[] {
  return (listAt(body, 'messages') ?? []).filter(isJsonObject)
}

function withMessages(
  body: JsonObject,
  change: (message: JsonObject, isLast: boolean) => JsonObject,
): JsonObject {
  if (listAt(body, 'messages') === undefined) return body
  const messages = messagesOf(body)
  return { ...body, messages: messages.map((message, at) => change(message, at === messages.length - 1)) }
}

function namesThinking(text: string): boolean {
  return names(text, 'reasoning_content') || names(text, 'reasoning')
}

function hasThinking(message: JsonObject): boolean {
  return 'reasoning_content' in message || 'reasoning' in message
}

function lacksThinking(message: JsonObject): boolean {
  return message.role === 'assistant' && !message.reasoning_content
}

function withSomeThinking(message: JsonObject): JsonObject {
  if (!lacksThinking(message)) return message
  return { ...message, reasoning_content: message.reasoning || NO_THINKING }
}

function callsOf(message: JsonObject): readonly JsonObject[] {
  return (listAt(message, 'tool_calls') ?? []).filter(isJsonObject)
}

function hasLongCallIds(body: JsonObject): boolean {
  return messagesOf(body).some((message) => callsOf(message).some(({ id }) => !isShortCallId(id)))
}

function withShortCallIds(message: JsonObject): JsonObject {
  const { tool_call_id: resultOf, tool_calls: calls } = message
  return {
    ...message,
    ...(typeof resultOf === 'string' ? { tool_call_id: shortCallId(resultOf) } : {}),
    ...(calls === undefined
      ? {}
      : { tool_calls: callsOf(message).map((call) => ({ ...call, id: shortCallId(String(call.id)) })) }),
  }
}
