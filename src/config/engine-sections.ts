import * as z from 'zod'
import { DIALECTS, type UpstreamEngineSettings } from '../engines/upstream/dialects/dialects.ts'

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

/** Settings of one engine. */
export const ENGINE_SCHEMA = z.discriminatedUnion('kind', [
  LLAMA_SECTION_SCHEMA,
  ...Object.values(DIALECTS).map((dialect) => dialect.settingsSchema),
])

/** What the section of a model in this process says. */
export type LlamaSection = z.infer<typeof LLAMA_SECTION_SCHEMA>
/** What one engine's section says. */
export type EngineSection = LlamaSection | UpstreamEngineSettings
