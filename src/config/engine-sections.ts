import * as z from 'zod'

const count = (most: number) => z.int().min(1).max(most)
const orAuto = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.literal('auto')])

/** A setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Settings of a model in this process, as the file and the flags say them. */
export const LLAMA_SECTION_SCHEMA = z
  .strictObject({
    kind: z.literal('llama').describe('A model in this process; what an engine is that says no kind.'),
    model: z.string().min(1).describe('A GGUF file; a relative path begins at the configuration file.'),
    format: orAuto(z.enum(['raw', 'chat'])).describe(
      'How the model takes a prompt: "raw", the text verbatim; "chat", the turns through its own template. "auto" is "chat" where the file holds a template.',
    ),
    sequences: orAuto(count(256)).describe(
      'Requests that decode together. "auto" is 8, or as many as there is memory for.',
    ),
    queue: z
      .int()
      .min(0)
      .max(10_000)
      .describe('Requests that wait for a sequence; one more is answered 529.'),
    contextTokens: orAuto(count(16_777_216)).describe(
      'Most tokens of prompt and completion together. "auto" is what the model was trained on, up to 8,192.',
    ),
    seed: z
      .int()
      .min(0)
      .max(0xffff_fffe)
      .nullable()
      .describe(
        'Gives the same text for the same request, alone or beside others. Costs speed: no shared batches, no prefix reuse.',
      ),
    minP: z
      .number()
      .min(0)
      .max(1)
      .describe('Tokens less likely than this share of the likeliest are never drawn; 0 turns it off.'),
    threads: orAuto(count(512)).describe('"auto" measures at load.'),
    kvCache: orAuto(z.enum(['unified', 'per-sequence'])).describe(
      'One room for all sequences or a room for each, which is what "auto" takes.',
    ),
    flashAttention: orAuto(z.boolean()).describe('"auto" measures at load.'),
    tools: z
      .enum(['auto', 'off'])
      .describe(
        'Whether callers may give the model tools: "auto", in its own form where its template has one, else explained in words; "off" refuses them.',
      ),
    responseTimeoutMs: orAuto(z.int().min(0).max(MAX_TIMEOUT_MS)).describe(
      'How long the engine\'s process may not answer before it is ended and started again; 0 waits for ever. "auto" is 30,000, or ten times the longest step of a slow model.',
    ),
    loadTimeoutMs: orAuto(z.int().min(0).max(MAX_TIMEOUT_MS)).describe(
      'How long loading may make no progress; 0 waits for ever. "auto" is 600,000, or more for a file that takes longer to read at 10 MB a second.',
    ),
  })
  .partial()

const UPSTREAM_FIELDS = {
  baseUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .describe('Where it is: "http://host:port". Several are replicas of one model.'),
  model: z.string().min(1).describe("The model's id there. Callers may ask for it by this id too."),
  apiKey: z.string().describe('The key it wants.').optional(),
  apiKeyVariable: z
    .string()
    .min(1)
    .describe('The environment variable that holds the key; goes before apiKey.')
    .optional(),
  contextTokens: count(16_777_216)
    .describe('Most tokens of prompt and completion together, where it does not tell by itself.')
    .optional(),
  maxCompletionTokens: count(16_777_216)
    .describe('More tokens than this are never asked for; a caller who wants more gets this many.')
    .optional(),
  maxConcurrentRequests: count(100_000)
    .describe('Requests that are on their way at once; one more is answered 529.')
    .optional(),
  maxRetries: z
    .int()
    .min(0)
    .max(100)
    .describe('Further attempts, as long as nothing of an answer has arrived.')
    .optional(),
  connectTimeoutMs: count(MAX_TIMEOUT_MS).describe('Opening a connection, TLS included.').optional(),
  firstByteTimeoutMs: count(MAX_TIMEOUT_MS)
    .describe('From the request to the first byte of the answer: the wait in line there, and the prompt.')
    .optional(),
  idleTimeoutMs: count(MAX_TIMEOUT_MS).describe('Silence in the middle of an answer.').optional(),
  extraBody: z
    .record(z.string(), z.json())
    .describe('Fields that are added to the JSON of every request there.')
    .optional(),
}

const SERVER_FIELD = z
  .enum(['vllm', 'sglang', 'llama-server', 'llama-cpp-python', 'ollama', 'other'])
  .describe(
    'Who answers: decides about prefills, token counts, top-k, calls of tools and thoughts. "other" keeps to what all know.',
  )
  .optional()

/** What a chat may be said to be able to do. */
const ABILITY_FIELDS = {
  tools: z.boolean().describe('Whether the model can be given tools. true by default.').optional(),
  images: z
    .boolean()
    .describe('Whether the model sees pictures. true by default for Claude alone.')
    .optional(),
  outputSchema: z
    .boolean()
    .describe('Whether a reply can be held to a JSON schema. By default all but "other" can.')
    .optional(),
}

const TEXT_SECTION_SCHEMA = z.strictObject({
  kind: z
    .literal('openai-completions')
    .describe('A server of the OpenAI style that is sent the text of a prompt, by /v1/completions.'),
  server: SERVER_FIELD,
  rawPrompts: z
    .boolean()
    .describe('Whether the text reaches the model as it is. By default it does with all but "ollama".')
    .optional(),
  ...UPSTREAM_FIELDS,
})

const CHAT_SECTION_SCHEMA = z.strictObject({
  kind: z
    .literal('openai-chat')
    .describe('A server of the OpenAI style that is sent the turns of a prompt, by /v1/chat/completions.'),
  server: SERVER_FIELD,
  ...ABILITY_FIELDS,
  thinkingControl: z
    .enum(['template', 'effort', 'none'])
    .describe(
      'How the model is asked to think or not: "template", by enable_thinking (vLLM, SGLang, llama-server); "effort", by reasoning_effort "none" where thoughts are not wanted (Ollama); "none", not at all ("other").',
    )
    .optional(),
  thinkingBudgetMode: z
    .enum(['ask', 'cut'])
    .describe(
      'Who ends thoughts that are longer than a caller wants: "ask", the server (llama-server; vLLM with a reasoning parser); "cut", the answer is left and asked for again without thoughts.',
    )
    .optional(),
  ...UPSTREAM_FIELDS,
})

const CLAUDE_SECTION_SCHEMA = z.strictObject({
  kind: z.literal('claude-messages').describe('A Claude model, or a server that speaks the Messages API.'),
  server: z
    .enum(['llama-server', 'other'])
    .describe(
      'Who answers, where it is not Claude: of "llama-server" it is known what it does otherwise, and "sampling" and "sendStopSequences" need not be said.',
    )
    .optional(),
  sampling: z
    .enum(['all', 'one', 'none'])
    .describe(
      'Which of temperature, top_p and top_k the model takes: "all"; "one" of the first two, as models since 2025; "none", as the newest. The rest is left out.',
    )
    .optional(),
  sendStopSequences: z
    .boolean()
    .describe('Whether it tells which stop sequence it met. false for servers that are not Claude.')
    .optional(),
  ...ABILITY_FIELDS,
  thinkingControl: z
    .enum(['budget', 'adaptive', 'none'])
    .describe(
      'How the model is asked to think: "budget", with a number of tokens; "adaptive", without, as the newest models want it; "none", not at all.',
    )
    .optional(),
  schemaField: z
    .enum(['output_config', 'output_format'])
    .describe(
      'Where it takes the schema of a reply: "output_format" is the older field, with its beta header.',
    )
    .optional(),
  ...UPSTREAM_FIELDS,
})

/** Settings of one engine. */
export const ENGINE_SCHEMA = z.discriminatedUnion('kind', [
  LLAMA_SECTION_SCHEMA,
  TEXT_SECTION_SCHEMA,
  CHAT_SECTION_SCHEMA,
  CLAUDE_SECTION_SCHEMA,
])

/** What the section of a model in this process says. */
export type LlamaSection = z.infer<typeof LLAMA_SECTION_SCHEMA>
/** What the section of a model on another server says. */
export type UpstreamSection =
  | z.infer<typeof TEXT_SECTION_SCHEMA>
  | z.infer<typeof CHAT_SECTION_SCHEMA>
  | z.infer<typeof CLAUDE_SECTION_SCHEMA>
/** What one engine's section says. */
export type EngineSection = LlamaSection | UpstreamSection
