import { writeFileSync } from 'node:fs'
import { encodeGguf, GGUF_ALIGNMENT, GGUF_TOKEN, type GgufMetadata, type GgufTensor } from './encode-gguf.ts'

/** What a model recites. */
export interface RecitingGgufOptions {
  /** The last byte of every prompt, behind which it begins. */
  readonly cue: string
  /** A token each, none of them twice; a number is a byte of a character that several tokens make up. */
  readonly pieces: readonly (string | number)[]
  readonly chatTemplate: string
  readonly contextTokens: number
}

/** Enough for vectors of plus and minus one, drawn by chance, to be told apart. */
const WIDTH = 128
const BYTE_TOKENS_START = 3
const END_TOKEN = 2

/**
 * Writes a real llama model that knows one text by heart: behind the cue it recites it and ends its turn. A token's
 * successor is the one whose output weights are its own embedding; attention and feed-forward layers add nothing. So
 * real servers and the embedded engine can be made to call a tool or to think with no model of billions.
 */
export function writeRecitingGguf(path: string, options: RecitingGgufOptions): void {
  const texts = options.pieces.filter((piece) => typeof piece === 'string')
  if (new Set(options.pieces).size < options.pieces.length) throw new Error('a piece stands there twice')
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  )
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...texts.map((text) => text.replaceAll(' ', '\u2581'))]
  const { unknown, control, byte, normal } = GGUF_TOKEN
  const types = [unknown, control, control, ...bytes.map(() => byte), ...texts.map(() => normal)]
  const metadata: GgufMetadata[] = [
    ['general.architecture', { text: 'llama' }],
    ['general.name', { text: 'reciting' }],
    ['general.alignment', { u32: GGUF_ALIGNMENT }],
    ['llama.context_length', { u32: options.contextTokens }],
    ['llama.embedding_length', { u32: WIDTH }],
    ['llama.block_count', { u32: 1 }],
    ['llama.feed_forward_length', { u32: WIDTH }],
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
    ['tokenizer.ggml.eos_token_id', { u32: END_TOKEN }],
    ['tokenizer.ggml.add_bos_token', { flag: true }],
    ['tokenizer.ggml.add_space_prefix', { flag: false }],
    ['tokenizer.chat_template', { text: options.chatTemplate }],
  ]
  writeFileSync(path, encodeGguf(metadata, recitingTensors(tokens.length, chainOf(options))))
}

/** The cue, the pieces and the end, as tokens. */
function chainOf({ cue, pieces }: RecitingGgufOptions): number[] {
  const tokenOfByte = (byte: number) => BYTE_TOKENS_START + byte
  let nextText = tokenOfByte(256)
  const tokens = pieces.map((piece) => (typeof piece === 'string' ? nextText++ : tokenOfByte(piece)))
  return [tokenOfByte(cue.charCodeAt(0)), ...tokens, END_TOKEN]
}

function recitingTensors(tokenCount: number, chain: readonly number[]): GgufTensor[] {
  const zeros = (name: string): GgufTensor => ({
    name: `blk.0.${name}.weight`,
    shape: [WIDTH, WIDTH],
    weights: new Float32Array(WIDTH * WIDTH),
  })
  const ones = (name: string): GgufTensor => ({
    name,
    shape: [WIDTH],
    weights: new Float32Array(WIDTH).fill(1),
  })
  const embeddings = Float32Array.from({ length: WIDTH * tokenCount }, signs())
  const output = new Float32Array(WIDTH * tokenCount)
  for (const [index, token] of chain.slice(0, -1).entries()) {
    const next = chain[index + 1] ?? END_TOKEN
    output.set(embeddings.subarray(token * WIDTH, (token + 1) * WIDTH), next * WIDTH)
  }
  return [
    { name: 'token_embd.weight', shape: [WIDTH, tokenCount], weights: embeddings },
    ones('output_norm.weight'),
    { name: 'output.weight', shape: [WIDTH, tokenCount], weights: output },
    ones('blk.0.attn_norm.weight'),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map(zeros),
    ones('blk.0.ffn_norm.weight'),
    ...['ffn_gate', 'ffn_up', 'ffn_down'].map(zeros),
  ]
}

/** Plus and minus one by chance, always the same (xorshift). */
function signs(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state & 0x10000) === 0 ? 1 : -1
  }
}
