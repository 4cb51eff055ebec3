import { writeFileSync } from 'node:fs'
import { encodeGguf, GGUF_ALIGNMENT, GGUF_TOKEN, type GgufMetadata, type GgufTensor } from './encode-gguf.ts'

/** What a made-up model is like. */
export interface RandomGgufOptions {
  readonly seed?: number
  readonly contextTokens?: number
  readonly chatTemplate?: string
  /** Texts that are control tokens beside those that every model has. */
  readonly controlTexts?: readonly string[]
  /** Texts that are tokens wherever they stand. */
  readonly userDefinedTexts?: readonly string[]
}

const WIDTH = 64
const FEED_FORWARD = 128
const LAYERS = 2
const CONTROL_TOKENS = 3

/**
 * Writes a llama model of a few hundred kilobytes with random weights: it talks nonsense, but it talks, and no file
 * has to be there before. Its tokens are all bytes, and some letters, also behind a space. At temperature 0 it never
 * ends its turn.
 */
export function writeRandomGguf(path: string, options: RandomGgufOptions = {}): void {
  const { tokens, types } = vocabulary(options)
  const metadata: GgufMetadata[] = [
    ['general.architecture', { text: 'llama' }],
    ['general.name', { text: 'random' }],
    ['general.alignment', { u32: GGUF_ALIGNMENT }],
    ['llama.context_length', { u32: options.contextTokens ?? 512 }],
    ['llama.embedding_length', { u32: WIDTH }],
    ['llama.block_count', { u32: LAYERS }],
    ['llama.feed_forward_length', { u32: FEED_FORWARD }],
    ['llama.attention.head_count', { u32: 1 }],
    ['llama.attention.head_count_kv', { u32: 1 }],
    ['llama.rope.dimension_count', { u32: WIDTH }],
    ['llama.attention.layer_norm_rms_epsilon', { f32: 1e-5 }],
    ['llama.vocab_size', { u32: tokens.length }],
    ['tokenizer.ggml.model', { text: 'llama' }],
    ['tokenizer.ggml.tokens', { texts: tokens }],
    ['tokenizer.ggml.scores', { f32s: tokens.map((_, token) => -token) }],
    ['tokenizer.ggml.token_type', { i32s: types }],
    ['tokenizer.ggml.bos_token_id', { u32: 1 }],
    ['tokenizer.ggml.eos_token_id', { u32: 2 }],
    ['tokenizer.ggml.add_bos_token', { flag: true }],
    ['tokenizer.ggml.add_space_prefix', { flag: false }],
  ]
  if (options.chatTemplate) metadata.push(['tokenizer.chat_template', { text: options.chatTemplate }])
  writeFileSync(path, encodeGguf(metadata, randomTensors(tokens.length, options.seed ?? 1)))
}

function vocabulary({ controlTexts = [], userDefinedTexts = [] }: RandomGgufOptions) {
  const letters = [...'abcdefghijklmnopqrstuvwxyzあ😀'].flatMap((letter) => [letter, `\u2581${letter}`])
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  )
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, '\u2581', ...letters, ...controlTexts, ...userDefinedTexts],
    types: [
      GGUF_TOKEN.unknown,
      GGUF_TOKEN.control,
      GGUF_TOKEN.control,
      ...bytes.map(() => GGUF_TOKEN.byte),
      GGUF_TOKEN.normal,
      ...letters.map(() => GGUF_TOKEN.normal),
      ...controlTexts.map(() => GGUF_TOKEN.control),
      ...userDefinedTexts.map(() => GGUF_TOKEN.userDefined),
    ],
  }
}

function tensorShapes(tokens: number): readonly [name: string, shape: readonly number[]][] {
  const layers = Array.from({ length: LAYERS }, (_, layer): [string, readonly number[]][] => [
    [`blk.${layer}.attn_norm.weight`, [WIDTH]],
    [`blk.${layer}.attn_q.weight`, [WIDTH, WIDTH]],
    [`blk.${layer}.attn_k.weight`, [WIDTH, WIDTH]],
    [`blk.${layer}.attn_v.weight`, [WIDTH, WIDTH]],
    [`blk.${layer}.attn_output.weight`, [WIDTH, WIDTH]],
    [`blk.${layer}.ffn_norm.weight`, [WIDTH]],
    [`blk.${layer}.ffn_gate.weight`, [WIDTH, FEED_FORWARD]],
    [`blk.${layer}.ffn_up.weight`, [WIDTH, FEED_FORWARD]],
    [`blk.${layer}.ffn_down.weight`, [FEED_FORWARD, WIDTH]],
  ])
  return [
    ['token_embd.weight', [WIDTH, tokens]],
    ['output_norm.weight', [WIDTH]],
    ['output.weight', [WIDTH, tokens]],
    ...layers.flat(),
  ]
}

function randomTensors(tokens: number, seed: number): GgufTensor[] {
  const random = randomNumbers(seed)
  return tensorShapes(tokens).map(([name, shape]) => {
    const weights = randomWeights(shape, random)
    // A control token's logit is always 0, and so never the highest of hundreds.
    if (name === 'output.weight') weights.fill(0, 0, CONTROL_TOKENS * WIDTH)
    return { name, shape, weights }
  })
}

/** A vector is a norm, all ones. */
function randomWeights(shape: readonly number[], random: () => number): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  const scale = 4 / Math.sqrt(shape[0] ?? 1)
  return Float32Array.from({ length: count }, () => (shape.length === 1 ? 1 : (random() - 0.5) * scale))
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
