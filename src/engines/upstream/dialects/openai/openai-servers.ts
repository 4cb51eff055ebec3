import * as z from 'zod'
import type { UpstreamRequest } from '../../transport/upstream-request.ts'
import type { AdaptationName } from '../body-adaptations.ts'

/**
 * How a model is asked to think or not: `template`, by settings of its chat template; `effort`, by `reasoning_effort`,
 * which only says that thinking is not wanted; `type`, by the field `thinking`; `none`, not at all.
 */
export const THINKING_CONTROL = z.enum(['template', 'effort', 'type', 'none'])

/** Who ends thinking that exceeds its budget: the server, when asked to, or the engine, by asking again without. */
export const THINKING_BUDGET_MODE = z.enum(['ask', 'cut'])

/** The names that servers have for the thinking of an assistant's message. */
export type ThinkingField = 'reasoning_content' | 'reasoning'

/** Where servers of the OpenAI style differ. */
export interface OpenAiServer {
  /**
   * How a chat is asked to continue its last message: `continue-final-message` says so, `final-message` relies on the
   * server, which continues an assistant's last message by itself; `prefix` marks that message; `none` is a server that
   * always starts a new one.
   */
  readonly prefill: 'continue-final-message' | 'final-message' | 'prefix' | 'none'
  /** Asks for the tokens of a text; null where no endpoint counts them. */
  readonly textCountRequest: ((model: string, text: string) => UpstreamRequest) | null
  /** The endpoint that counts the tokens of a chat; null where there is none. */
  readonly chatCountPath: string | null
  /** Whether a refused count of a chat may only mean that this release cannot count chats. */
  readonly chatCountMayBeRefused: boolean
  /** Whether every event can carry the counts so far: then they are exact even for a response that is cut. */
  readonly countsInEveryEvent: boolean
  /** Whether its last counts include all tokens, also those of thinking and tool calls. */
  readonly countsExactly: boolean
  /** The value that turns top-k off; null where the field is unknown. If it is left out, the server's own default applies. */
  readonly topKOff: number | null
  /** Fields that turn its own penalties off, which this API does not have. */
  readonly penaltiesOff: Readonly<Record<string, number>>
  /** The field that separates the prefix caches of different keys; null where there is none. */
  readonly cacheSaltField: string | null
  /** Whether a prompt that is too long is refused with a text; else the engine counts long prompts first. */
  readonly refusesLongPrompts: boolean
  /** Whether it drops a part of such a prompt, and succeeds. */
  readonly cutsLongPrompts: boolean
  /** Whether it takes tools, whatever its model does with them. */
  readonly takesTools: boolean
  /** What `tool_choice` may say: which tool to call, that one must be called, or nothing. */
  readonly toolChoice: 'named' | 'required' | 'none'
  /** Whether it holds a response to a JSON schema. */
  readonly holdsToSchema: boolean
  /** How it is asked to think or not, unless the settings say otherwise. */
  readonly thinkingControl: z.infer<typeof THINKING_CONTROL>
  /** Who ends thinking that exceeds its budget, unless the settings say otherwise. */
  readonly thinkingBudgetMode: z.infer<typeof THINKING_BUDGET_MODE>
  /** The field for the thinking budget; null where there is none. */
  readonly thinkingBudgetField: string | null
  /** The field for the thinking of a turn that is not over; null where such a field is refused. */
  readonly thinkingField: ThinkingField | null
  /** Whether tools are sent as strict where one must be called: only then is the input held to its schema. */
  readonly makesForcedCallsStrict: boolean
  /** Whether the text of a prompt reaches the model unchanged. */
  readonly takesRawPrompts: boolean
  /** Whether it scores the tokens of a prompt that a streamed completion repeats, and says how many they are. */
  readonly scoresPrompts: boolean
  /** Whether clients see only those cached tokens that it reports, since it may charge for all others. */
  readonly reportsCaching: boolean
  /** What its bodies have to have or to lack, besides what is learned from its refusals. */
  readonly adaptations: readonly AdaptationName[]
}

const OTHER: OpenAiServer = {
  prefill: 'final-message',
  textCountRequest: null,
  chatCountPath: null,
  chatCountMayBeRefused: false,
  countsInEveryEvent: false,
  countsExactly: false,
  topKOff: null,
  penaltiesOff: {},
  cacheSaltField: null,
  refusesLongPrompts: true,
  cutsLongPrompts: false,
  takesTools: true,
  toolChoice: 'named',
  holdsToSchema: false,
  thinkingControl: 'none',
  thinkingBudgetMode: 'cut',
  thinkingBudgetField: null,
  // Most ignore what they do not know; from those that refuse it that is learned.
  thinkingField: 'reasoning_content',
  makesForcedCallsStrict: false,
  takesRawPrompts: true,
  scoresPrompts: false,
  reportsCaching: true,
  adaptations: [],
}

/** A server on a machine of one's own, where no token is charged. */
const OWN: OpenAiServer = { ...OTHER, reportsCaching: false }

function tokenizeRequest(model: string, prompt: string): UpstreamRequest {
  return { path: '/tokenize', body: { model, prompt, add_special_tokens: true } }
}

/** What each server can do. */
export const OPENAI_SERVERS = {
  vllm: {
    ...OWN,
    prefill: 'continue-final-message',
    textCountRequest: tokenizeRequest,
    chatCountPath: '/tokenize',
    countsInEveryEvent: true,
    countsExactly: true,
    topKOff: -1,
    cacheSaltField: 'cache_salt',
    holdsToSchema: true,
    thinkingControl: 'template',
    // Refused by a server without a reasoning parser.
    thinkingBudgetField: 'thinking_token_budget',
    // Otherwise only the names of the call are certain, and its input may be a text.
    makesForcedCallsStrict: true,
    scoresPrompts: true,
  },
  sglang: {
    ...OWN,
    prefill: 'continue-final-message',
    textCountRequest: tokenizeRequest,
    chatCountPath: '/tokenize',
    // Its tokenizer took only text until 2026.
    chatCountMayBeRefused: true,
    countsInEveryEvent: true,
    countsExactly: true,
    topKOff: -1,
    cacheSaltField: 'cache_salt',
    holdsToSchema: true,
    thinkingControl: 'template',
    scoresPrompts: true,
  },
  'llama-server': {
    ...OWN,
    // It continues either way, but without the field it repeats the prefill.
    prefill: 'continue-final-message',
    textCountRequest: (_, text) => ({
      path: '/tokenize',
      body: { content: text, add_special: true, parse_special: true },
    }),
    chatCountPath: '/v1/chat/completions/input_tokens',
    countsExactly: true,
    topKOff: 0,
    // It reads an object as "auto".
    toolChoice: 'required',
    holdsToSchema: true,
    thinkingControl: 'template',
    thinkingBudgetMode: 'ask',
    thinkingBudgetField: 'thinking_budget_tokens',
  },
  'llama-cpp-python': {
    ...OWN,
    prefill: 'none',
    // It counts only text, not chats.
    textCountRequest: (model, text) => ({ path: '/extras/tokenize/count', body: { model, input: text } }),
    topKOff: 0,
    penaltiesOff: { repeat_penalty: 1 },
    // It answers such a prompt with a successful, empty stream.
    refusesLongPrompts: false,
    // Most of its templates drop them silently.
    takesTools: false,
  },
  ollama: {
    ...OWN,
    // As it does with most models.
    refusesLongPrompts: false,
    cutsLongPrompts: true,
    countsExactly: true,
    toolChoice: 'none',
    holdsToSchema: true,
    thinkingControl: 'effort',
    thinkingField: 'reasoning',
    // It puts the text through the model's template.
    takesRawPrompts: false,
  },
  openai: {
    ...OTHER,
    prefill: 'none',
    countsExactly: true,
    holdsToSchema: true,
    thinkingField: null,
    // Its reasoning models refuse max_tokens, and sampling parameters even at their defaults.
    adaptations: ['max-completion-tokens', 'no-default-temperature', 'no-default-top-p'],
  },
  mistral: {
    ...OTHER,
    prefill: 'prefix',
    countsExactly: true,
    holdsToSchema: true,
    thinkingField: null,
    // It counts without being asked to.
    adaptations: ['no-stream-options', 'no-top-p-at-temperature-0', 'call-ids-of-nine-characters'],
  },
  groq: {
    ...OTHER,
    countsExactly: true,
    thinkingField: null,
  },
  deepseek: {
    ...OTHER,
    prefill: 'none',
    countsExactly: true,
    thinkingControl: 'type',
    adaptations: ['thinking-of-every-turn'],
  },
  openrouter: {
    ...OTHER,
    topKOff: 0,
    thinkingField: 'reasoning',
  },
  'lm-studio': {
    ...OWN,
    countsExactly: true,
    topKOff: 0,
    // It refuses an object.
    toolChoice: 'required',
    holdsToSchema: true,
  },
  other: OTHER,
} satisfies Readonly<Record<string, OpenAiServer>>

/** Servers of the OpenAI style that are known by name. */
export type OpenAiServerName = keyof typeof OPENAI_SERVERS

/** The setting that names one. */
export const OPENAI_SERVER_FIELD = z
  .enum(Object.keys(OPENAI_SERVERS) as OpenAiServerName[])
  .describe(
    'The server or service: decides about prefills, token counts, top-k, tool calls and thinking. "other" uses only what all servers know, and learns from refusals.',
  )
  .default('other')
