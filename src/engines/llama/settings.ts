import * as z from 'zod'
import { AUTO_VALUES } from './auto-values.ts'

/** A setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** A conversation with pauses keeps its model. */
const DEFAULT_IDLE_UNLOAD_MS = 300_000
/** Far more than any model has; keeps a typing error out of arithmetic. */
const MAX_TOKENS = 16_777_216
/** More than any model has. */
const MAX_LAYERS = 10_000
/** The largest seed of llama.cpp that does not mean "any". */
const MAX_SEED = 0xffff_fffe

const count = (most: number) => z.int().min(1).max(most)
const orAuto = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.literal('auto')]).default('auto')
const timeoutMs = z.int().min(0).max(MAX_TIMEOUT_MS)

/** Settings of a model in this process, as files and flags give them. */
export const LLAMA_SETTINGS_SCHEMA = z.strictObject({
  kind: z
    .literal('llama')
    .describe('A model in this process. An engine without "kind" is one too.')
    .optional(),
  model: z
    .string()
    .min(1)
    .describe(
      'A GGUF file, hf:OWNER/REPO[:QUANTIZATION] or hf:OWNER/REPO/FILE of Hugging Face, https://….gguf, ollama:NAME[:TAG], or the name of a model on this machine; the demonstration model by default. In a configuration file, a relative path starts there.',
    )
    .optional(),
  servedModelName: z
    .string()
    .min(1)
    .describe('The id under which clients know the model; by default the name of its file without .gguf.')
    .optional(),
  format: orAuto(z.enum(['raw', 'chat'])).describe(
    'How prompts are sent to the model: "raw", unchanged; "chat", through the chat template of the model. "auto" is "chat" if the file contains a template.',
  ),
  maxSequences: orAuto(count(256)).describe(
    `The maximum number of requests that decode together. "auto" is ${AUTO_VALUES.maxSequences}, or fewer if memory does not suffice.`,
  ),
  maxQueuedRequests: z
    .int()
    .min(0)
    .max(10_000)
    .describe('The maximum number of requests that wait for a sequence; further ones get status 529.')
    .default(64),
  contextWindowTokens: orAuto(count(MAX_TOKENS)).describe(
    `The maximum number of tokens of prompt and completion together. "auto" is what the model was trained on, or less if memory does not suffice for ${AUTO_VALUES.windowSequences} such requests.`,
  ),
  seed: z
    .int()
    .min(0)
    .max(MAX_SEED)
    .describe(
      'Makes completions reproducible: the same text for the same request, whatever else runs. Each request is then decoded alone and no prefix is reused, which costs speed.',
    )
    .optional(),
  minP: z
    .number()
    .min(0)
    .max(1)
    .describe('Never samples tokens less likely than this share of the likeliest; 0 allows all.')
    .default(0.05),
  threads: orAuto(count(512)).describe('Threads that decode. "auto" measures at load.'),
  kvCache: z
    .enum(['auto', 'unified', 'per-sequence'])
    .describe(
      'Layout of the KV cache: "per-sequence", cells of its own for each sequence; "unified", cells that all sequences share, where one sequence slows down the prompts of others. "auto" is "per-sequence".',
    )
    .default('auto'),
  kvCacheType: z
    .enum(['f16', 'q8_0', 'q4_0'])
    .describe(
      'The type of keys and values. "q8_0" takes half the memory of "f16" and "q4_0" a quarter, with less precision; both use flash attention.',
    )
    .default('f16'),
  gpuLayers: orAuto(z.int().min(0).max(MAX_LAYERS)).describe(
    'How many layers of the model are in the memory of GPUs, if there are any. "auto" is as many as fit.',
  ),
  loraAdapters: z
    .array(z.string().min(1))
    .describe('LoRA adapters, GGUF files made for the model: FILE, or FILE=WEIGHT for another weight than 1.')
    .default([]),
  flashAttention: orAuto(z.boolean()).describe('Whether to use flash attention. "auto" measures at load.'),
  speculation: z
    .enum(['auto', 'prompt-lookup', 'off'])
    .describe(
      'Whether tokens are drafted and several evaluated in one step, which changes no completion: "prompt-lookup", those that followed the same tokens before; "auto", those of the draft model too, if there is one; "off", none. There are drafts only where they are expected to save time, and none with a seed.',
    )
    .default('auto'),
  draftModel: z
    .string()
    .min(1)
    .describe(
      'A smaller model with the same vocabulary, which drafts tokens for the model: a GGUF file or a name, as for "model".',
    )
    .optional(),
  measureAgain: z
    .boolean()
    .describe(
      'Whether "auto" settings are measured again at this start, although an earlier one has kept them for the same model and machine.',
    )
    .default(false),
  tools: z
    .boolean()
    .describe(
      'Whether clients may use tools: in the format of the chat template, or described in the prompt if it has none.',
    )
    .default(true),
  onDemand: z
    .boolean()
    .describe(
      'Whether the model is loaded when it is first asked for, and unloaded when it is idle or memory is short; otherwise it is loaded at the start, and stays.',
    )
    .default(false),
  idleUnloadMs: timeoutMs
    .describe('How long a model that is loaded on demand may be idle before it is unloaded; 0 keeps it.')
    .default(DEFAULT_IDLE_UNLOAD_MS),
  responseTimeoutMs: orAuto(timeoutMs).describe(
    `How long the engine process may fail to respond before it is restarted; 0 waits forever. "auto" is ${AUTO_VALUES.responseTimeoutMs}, or more for a slow model.`,
  ),
  loadTimeoutMs: orAuto(timeoutMs).describe(
    `How long loading may make no progress; 0 waits forever. "auto" is ${AUTO_VALUES.loadTimeoutMs}, or more for a large file.`,
  ),
})

/** A section for a model in this process, with defaults filled in. */
export type LlamaSection = z.infer<typeof LLAMA_SETTINGS_SCHEMA>

/** Settings of a model in this process. `auto` lets the engine choose. */
export interface LlamaEngineSettings extends Readonly<LlamaSection> {
  /** An absolute path; until `locateModels` has found the file, perhaps a name. */
  readonly model: string
}

/** How a prompt is given to the model: `raw` as text, `chat` through the model's template. */
export type PromptFormat = Exclude<LlamaSection['format'], 'auto'>

/**
 * The layout of the KV cache. `unified`: all sequences share its cells, and a shared prefix is held once. `per-sequence`:
 * each sequence has cells of its own, and attention skips those of the others.
 */
export type KvCacheLayout = Exclude<LlamaSection['kvCache'], 'auto'>

/** The type of the keys and values in the KV cache. */
export type KvCacheType = LlamaSection['kvCacheType']

/** The three settings whose best value depends on the model and the machine. */
export interface MeasuredSettings {
  readonly threads: number
  readonly kvCache: KvCacheLayout
  readonly flashAttention: boolean
}
