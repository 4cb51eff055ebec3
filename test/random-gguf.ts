import { writeFileSync } from 'node:fs'

/** What a made-up model is like. */
export interface RandomGgufOptions {
  readonly seed?: number
  readonly contextTokens?: number
  readonly chatTemplate?: string
  /** Texts that are control tokens beside those that every model has. */
  readonly controlTexts?: readonly string[]
}

type Metadata = readonly [key: string, value: GgufValue]
type GgufValue =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly text: string }
  | { readonly flag: boolean }
  | { readonly texts: readonly string[] }
  | { readonly f32s: readonly number[] }
  | { readonly i32s: readonly number[] }

const WIDTH = 64
const FEED_FORWARD = 128
const LAYERS = 2
const ALIGNMENT = 32
const CONTROL_TOKENS = 3
const TOKEN_NORMAL = 1
const TOKEN_UNKNOWN = 2
const TOKEN_CONTROL = 3
const TOKEN_BYTE = 6

/**
 * Writes a llama model of a few hundred kilobytes with random weights: it talks nonsense, but it talks, and no file
 * has to be there before. Its tokens are all bytes, and some letters, also behind a space. At temperature 0 it never
 * ends its turn.
 */
export function writeRandomGguf(path: string, options: RandomGgufOptions = {}): void {
  const { tokens, types } = vocabulary(options.controlTexts ?? [])
  const metadata: Metadata[] = [
    ['general.architecture', { text: 'llama' }],
    ['general.name', { text: 'random' }],
    ['general.alignment', { u32: ALIGNMENT }],
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
  writeFileSync(path, ggufFile(metadata, tensorShapes(tokens.length), options.seed ?? 1))
}

function vocabulary(controlTexts: readonly string[]): { tokens: string[]; types: number[] } {
  const letters = [...'abcdefghijklmnopqrstuvwxyzあ😀'].flatMap((letter) => [letter, `\u2581${letter}`])
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  )
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, '\u2581', ...letters, ...controlTexts],
    types: [
      TOKEN_UNKNOWN,
      TOKEN_CONTROL,
      TOKEN_CONTROL,
      ...bytes.map(() => TOKEN_BYTE),
      TOKEN_NORMAL,
      ...letters.map(() => TOKEN_NORMAL),
      ...controlTexts.map(() => TOKEN_CONTROL),
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

function ggufFile(
  metadata: readonly Metadata[],
  tensors: readonly [string, readonly number[]][],
  seed: number,
): Buffer {
  const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.length)]
  for (const [key, value] of metadata) header.push(text(key), encodeValue(value))
  const random = randomNumbers(seed)
  const data: Buffer[] = []
  let offset = 0
  for (const [name, shape] of tensors) {
    header.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset))
    const weights = tensorBytes(shape, random)
    // A control token's logit is always 0, and so never the highest of hundreds.
    if (name === 'output.weight') weights.fill(0, 0, CONTROL_TOKENS * WIDTH * 4)
    data.push(weights)
    offset += weights.length
  }
  const head = Buffer.concat(header)
  return Buffer.concat([head, Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT), ...data])
}

/** 32-bit floats; a vector is a norm, all ones. */
function tensorBytes(shape: readonly number[], random: () => number): Buffer {
  const count = shape.reduce((product, size) => product * size, 1)
  const scale = 4 / Math.sqrt(shape[0] ?? 1)
  const weights = Float32Array.from({ length: count }, () =>
    shape.length === 1 ? 1 : (random() - 0.5) * scale,
  )
  const bytes = Buffer.from(weights.buffer)
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)])
}

function encodeValue(value: GgufValue): Buffer {
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)])
  if ('f32' in value) return Buffer.concat([u32(6), f32(value.f32)])
  if ('flag' in value) return Buffer.concat([u32(7), Buffer.from([value.flag ? 1 : 0])])
  if ('text' in value) return Buffer.concat([u32(8), text(value.text)])
  if ('texts' in value) return list(8, value.texts.map(text))
  if ('f32s' in value) return list(6, value.f32s.map(f32))
  return list(5, value.i32s.map(u32))
}

function list(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(9), u32(type), u64(items.length), ...items])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
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
