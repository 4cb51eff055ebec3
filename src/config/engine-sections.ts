import * as z from 'zod'

const count = (most: number) => z.int().min(1).max(most)
const orAuto = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.literal('auto')])

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
      'One room for all sequences or a room for each. "auto" measures at load.',
    ),
    flashAttention: orAuto(z.boolean()).describe('"auto" measures at load.'),
  })
  .partial()

/** A setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

const UPSTREAM_FIELDS = {
  baseUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .describe('Where it is: "http://host:port". Several are replicas of one model.'),
  model: z.string().min(1).describe("The model's id there. Callers may ask for it by this id too."),
  apiKey: z.string().min(1).describe('The key it wants.').optional(),
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

const OPENAI_SECTION_SCHEMA = z.strictObject({
  kind: z
    .enum(['openai-completions', 'openai-chat'])
    .describe(
      'A server of the OpenAI style: "openai-completions" sends it the text of a prompt, "openai-chat" the turns.',
    ),
  server: z
    .enum(['vllm', 'sglang', 'llama-server', 'llama-cpp-python', 'ollama', 'other'])
    .describe('Who answers: decides about prefills, token counts and top-k. "other" keeps to what all know.')
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
  ...UPSTREAM_FIELDS,
})

/** Settings of one engine. */
export const ENGINE_SCHEMA = z.discriminatedUnion('kind', [
  LLAMA_SECTION_SCHEMA,
  OPENAI_SECTION_SCHEMA,
  CLAUDE_SECTION_SCHEMA,
])

/** What the section of a model in this process says. */
export type LlamaSection = z.infer<typeof LLAMA_SECTION_SCHEMA>
/** What the section of a model on another server says. */
export type UpstreamSection = z.infer<typeof OPENAI_SECTION_SCHEMA> | z.infer<typeof CLAUDE_SECTION_SCHEMA>
/** What one engine's section says. */
export type EngineSection = LlamaSection | UpstreamSection
