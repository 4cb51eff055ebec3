import * as z from 'zod'

/**
 * Which sampling parameters a model takes: all; temperature or top-p, not both (Claude models since 2025); or none (the
 * newest).
 */
export const CLAUDE_SAMPLING = z.enum(['all', 'one', 'none'])

/** Where servers of the Messages API differ. */
export interface ClaudeServer {
  /** Which sampling parameters its models take, unless the settings say otherwise. */
  readonly sampling: z.infer<typeof CLAUDE_SAMPLING>
  /** The value that turns top-k off; null where it is off when the field is left out. */
  readonly topKOff: number | null
  /** Whether sampling parameters are refused while the model thinks. */
  readonly refusesSamplingWithThinking: boolean
  /** Whether it reports which stop sequence ended a response, so that stop sequences can be sent. */
  readonly reportsStopSequence: boolean
  /** Whether it continues a prefill; otherwise it starts a new response after it. */
  readonly takesPrefill: boolean
  /** Whether a response may repeat the prefill before it continues; there is no field that would prevent it. */
  readonly mayEchoPrefill: boolean
  /** What `tool_choice` may say: which tool to call, or only that one must be called. */
  readonly toolChoice: 'named' | 'required'
  /** Whether its models think unless the field `thinking` says that it is disabled. */
  readonly needsThinkingDisabled: boolean
  /** Whether its template decides about thinking, whatever the field `thinking` says. */
  readonly hasThinkingTemplate: boolean
  /** Whether its models are usually vision models. */
  readonly takesImages: boolean
  /** Whether it reads documents itself, PDFs too, and cites them. */
  readonly readsDocuments: boolean
  /** Whether it holds a response to a JSON schema. */
  readonly holdsToSchema: boolean
  /** Whether it counts the tokens of a prompt. */
  readonly countsTokens: boolean
  /** Whether a prompt that is too long is refused with a text; else the engine looks at the length of prompts first. */
  readonly refusesLongPrompts: boolean
  /** Whether it drops a part of such a prompt, and succeeds. */
  readonly cutsLongPrompts: boolean
  /** Whether it caches prompts as they ask and charges for them, as it then reports. */
  readonly reportsCaching: boolean
  /** Whether it heeds breakpoints of the prompt cache. */
  readonly takesCacheControl: boolean
}

const CLAUDE: ClaudeServer = {
  sampling: 'one',
  topKOff: null,
  refusesSamplingWithThinking: true,
  reportsStopSequence: true,
  takesPrefill: true,
  mayEchoPrefill: false,
  toolChoice: 'named',
  needsThinkingDisabled: false,
  hasThinkingTemplate: false,
  takesImages: true,
  readsDocuments: true,
  holdsToSchema: true,
  countsTokens: true,
  refusesLongPrompts: true,
  cutsLongPrompts: false,
  reportsCaching: true,
  takesCacheControl: true,
}

/** A server that reads the Messages API but promises little. */
const OTHER: ClaudeServer = {
  ...CLAUDE,
  sampling: 'all',
  reportsStopSequence: false,
  mayEchoPrefill: true,
  takesImages: false,
  readsDocuments: false,
  holdsToSchema: false,
  takesCacheControl: false,
  needsThinkingDisabled: true,
}

/**
 * A server of open models that translates the Messages API into its own: it continues no prefill, names no stop sequence,
 * and heeds neither schemas nor the name of a tool that must be called.
 */
const TRANSLATING: ClaudeServer = {
  ...OTHER,
  takesPrefill: false,
  refusesSamplingWithThinking: false,
  toolChoice: 'required',
  reportsCaching: false,
}

/** What each server can do. */
export const CLAUDE_SERVERS = {
  claude: CLAUDE,
  'llama-server': {
    ...OTHER,
    topKOff: 0,
    // On a machine of one's own no token is charged.
    reportsCaching: false,
    refusesSamplingWithThinking: false,
    // It reads a name like any tool.
    toolChoice: 'required',
    needsThinkingDisabled: false,
    hasThinkingTemplate: true,
  },
  vllm: { ...TRANSLATING, topKOff: 0 },
  ollama: { ...TRANSLATING, countsTokens: false, refusesLongPrompts: false, cutsLongPrompts: true },
  other: OTHER,
} satisfies Readonly<Record<string, ClaudeServer>>

/** Servers of the Messages API that are known by name. */
export type ClaudeServerName = keyof typeof CLAUDE_SERVERS

/** The setting that names one. */
export const CLAUDE_SERVER_FIELD = z
  .enum(Object.keys(CLAUDE_SERVERS) as ClaudeServerName[])
  .describe(
    'The server software: decides about sampling parameters, stop sequences, prefills, tool calls, images and schemas. "other" is a server of the Messages API that is not Claude.',
  )
  .default('claude')
