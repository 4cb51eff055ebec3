import { GGUF_ALIGNMENT, GGUF_TOKEN, type GgufMetadata } from './encode-gguf.ts'

/** The shape of a llama model. */
export interface LlamaShape {
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly feedForward: number
}

/** A token and its type. */
export interface GgufToken {
  readonly text: string
  readonly type: number
}

/** The id of the token that ends a turn. */
export const END_TOKEN = 2
/** The first of the 256 byte tokens. */
export const FIRST_BYTE_TOKEN = 3

/** The tokens that every vocabulary starts with: three for control, and one for each byte. */
export const FIRST_TOKENS: readonly GgufToken[] = [
  { text: '<unk>', type: GGUF_TOKEN.unknown },
  { text: '<s>', type: GGUF_TOKEN.control },
  { text: '</s>', type: GGUF_TOKEN.control },
  ...Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: GGUF_TOKEN.byte,
  })),
]

/** The metadata of a llama model. */
export function llamaMetadata(model: {
  readonly name: string
  readonly contextTokens: number
  readonly shape: LlamaShape
  readonly tokens: readonly GgufToken[]
  readonly chatTemplate?: string | undefined
}): GgufMetadata[] {
  const { name, contextTokens, shape, tokens, chatTemplate } = model
  const metadata: GgufMetadata[] = [
    ['general.architecture', { text: 'llama' }],
    ['general.name', { text: name }],
    ['general.alignment', { u32: GGUF_ALIGNMENT }],
    ['llama.context_length', { u32: contextTokens }],
    ['llama.embedding_length', { u32: shape.width }],
    ['llama.block_count', { u32: shape.layers }],
    ['llama.feed_forward_length', { u32: shape.feedForward }],
    ['llama.attention.head_count', { u32: shape.heads }],
    ['llama.attention.head_count_kv', { u32: shape.keyValueHeads }],
    ['llama.rope.dimension_count', { u32: shape.width / shape.heads }],
    ['llama.attention.layer_norm_rms_epsilon', { f32: 1e-5 }],
    ['llama.vocab_size', { u32: tokens.length }],
    ['tokenizer.ggml.model', { text: 'llama' }],
    ['tokenizer.ggml.tokens', { texts: tokens.map(({ text }) => text) }],
    ['tokenizer.ggml.scores', { f32s: tokens.map((_, token) => -token) }],
    ['tokenizer.ggml.token_type', { i32s: tokens.map(({ type }) => type) }],
    ['tokenizer.ggml.bos_token_id', { u32: 1 }],
    ['tokenizer.ggml.eos_token_id', { u32: END_TOKEN }],
    ['tokenizer.ggml.add_bos_token', { flag: true }],
    ['tokenizer.ggml.add_space_prefix', { flag: false }],
  ]
  if (chatTemplate) metadata.push(['tokenizer.chat_template', { text: chatTemplate }])
  return metadata
}

/** Names and shapes of a llama model's tensors; the first size of a shape is that of a row. */
export function llamaTensorShapes(
  shape: LlamaShape,
  tokenCount: number,
): readonly (readonly [name: string, shape: readonly number[]])[] {
  const { width, layers, heads, keyValueHeads, feedForward } = shape
  const keyValueWidth = (width / heads) * keyValueHeads
  const layerShapes = Array.from({ length: layers }, (_, layer) =>
    (
      [
        ['attn_norm', [width]],
        ['attn_q', [width, width]],
        ['attn_k', [width, keyValueWidth]],
        ['attn_v', [width, keyValueWidth]],
        ['attn_output', [width, width]],
        ['ffn_norm', [width]],
        ['ffn_gate', [width, feedForward]],
        ['ffn_up', [width, feedForward]],
        ['ffn_down', [feedForward, width]],
      ] as const
    ).map(([name, sizes]) => [`blk.${layer}.${name}.weight`, sizes] as const),
  )
  return [
    ['token_embd.weight', [width, tokenCount]],
    ['output_norm.weight', [width]],
    ['output.weight', [width, tokenCount]],
    ...layerShapes.flat(),
  ]
}
