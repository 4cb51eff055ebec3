/** The foreign APIs that are spoken. */
export type UpstreamKind = 'openai-completions' | 'openai-chat' | 'claude-messages'

/** Servers of the OpenAI style that are known by name; each differs from the others in what {@link OpenAiServer} has. */
export type OpenAiServerName = 'vllm' | 'sglang' | 'llama-server' | 'llama-cpp-python' | 'ollama' | 'other'

/**
 * Which sampling parameters a Claude model takes: all; temperature or top-p, not both together (models since 2025); or
 * none (the newest).
 */
export type ClaudeSampling = 'all' | 'one' | 'none'

/**
 * How a model is asked to think or not.
 *
 * - `template`: by settings of its chat template (OpenAI kinds)
 * - `effort`: by `reasoning_effort`, which only says that it is not wanted (OpenAI kinds)
 * - `budget`: by `thinking` with a number of tokens (Claude kind)
 * - `adaptive`: by `thinking` without one, as the newest Claude models want it (Claude kind)
 * - `none`: not at all
 */
export type ThinkingControl = 'template' | 'effort' | 'budget' | 'adaptive' | 'none'

/**
 * Who ends thoughts that are longer than the caller wants: the server, which is asked to, or we, by asking again for an
 * answer without thoughts.
 */
export type ThinkingBudgetMode = 'ask' | 'cut'

/** The field in which a Claude model is told of the schema of its reply. */
export type ClaudeSchemaField = 'output_config' | 'output_format'

/** What somebody may say about an engine on the other side of HTTP. */
export interface UpstreamEngineSettings {
  readonly kind: UpstreamKind
  /** `http://host:port`, with a path before `/v1` if there is one; several are replicas of one model. */
  readonly baseUrls: readonly string[]
  /** The model's id there. */
  readonly model: string
  readonly apiKey: string | null
  /** Who answers; for the Claude kind `llama-server`, or else Claude or one that does as Claude does. */
  readonly server: OpenAiServerName
  /** For the Claude kind. */
  readonly sampling: ClaudeSampling
  /** For the Claude kind: whether it tells which stop sequence it met, so that it may be given them. */
  readonly sendStopSequences: boolean
  /** Whether the model can be given tools; null: as usual for its kind. So for the next three. */
  readonly tools: boolean | null
  /** Whether the model sees. */
  readonly images: boolean | null
  /** Whether a reply can be held to a JSON schema. */
  readonly outputSchema: boolean | null
  /** For the kind `openai-completions`: whether a text reaches the model as it is. */
  readonly rawPrompts: boolean | null
  /** Null: as usual for its kind and server. */
  readonly thinkingControl: ThinkingControl | null
  /** For the kind `openai-chat`; null: as usual for its server. */
  readonly thinkingBudgetMode: ThinkingBudgetMode | null
  /** For the Claude kind. */
  readonly schemaField: ClaudeSchemaField
  /** Fields added to the JSON of every request. */
  readonly extraBody: Readonly<Record<string, unknown>>
  /** Most tokens of prompt and completion together; null: unknown until the upstream refuses a prompt. */
  readonly contextWindowTokens: number | null
  /** More tokens than this are never asked for; null: whatever the caller asks for. */
  readonly maxCompletionTokens: number | null
  /** Requests that are on their way at once; one more is refused as overloaded. */
  readonly maxConcurrentRequests: number
  /** Further attempts, as long as nothing of an answer has arrived. */
  readonly maxRetries: number
  /** Opening a connection, TLS included. */
  readonly connectTimeoutMs: number
  /** From the request to the first byte of the answer: waiting in line and reading the prompt over there. */
  readonly firstByteTimeoutMs: number
  /** Silence in the middle of an answer. */
  readonly idleTimeoutMs: number
}

/** Settings for those who say nothing but kind, address and model. */
export const DEFAULT_UPSTREAM_ENGINE_SETTINGS: Omit<UpstreamEngineSettings, 'kind' | 'baseUrls' | 'model'> = {
  apiKey: null,
  server: 'other',
  sampling: 'one',
  sendStopSequences: true,
  tools: null,
  images: null,
  outputSchema: null,
  rawPrompts: null,
  thinkingControl: null,
  thinkingBudgetMode: null,
  schemaField: 'output_config',
  extraBody: {},
  contextWindowTokens: null,
  maxCompletionTokens: null,
  maxConcurrentRequests: 256,
  maxRetries: 2,
  connectTimeoutMs: 5_000,
  // A long prompt behind a full line; clients of this API give up after ten minutes.
  firstByteTimeoutMs: 300_000,
  idleTimeoutMs: 60_000,
}
