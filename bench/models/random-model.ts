import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  alignedBytes,
  GGUF_ALIGNMENT,
  GGUF_TOKEN,
  type GgufMetadata,
  type GgufTensorPlace,
  ggufHeader,
  Q8_0_BLOCK,
} from '../../test/gguf/encode-gguf.ts'

/** The shape of a model whose weights mean nothing: only its speed is of interest. */
export interface RandomModelShape {
  readonly name: string
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly feedForward: number
  readonly vocabularyTokens: number
}

/** 125 million parameters. */
export const RANDOM_125M: RandomModelShape = {
  name: 'random-125m',
  width: 768,
  layers: 12,
  heads: 12,
  keyValueHeads: 4,
  feedForward: 2048,
  vocabularyTokens: 32_000,
}

/** 500 million parameters. */
export const RANDOM_500M: RandomModelShape = {
  name: 'random-500m',
  width: 1536,
  layers: 16,
  heads: 16,
  keyValueHeads: 4,
  feedForward: 4096,
  vocabularyTokens: 32_000,
}

const CONTEXT_TOKENS = 4_096
/** Goes into the file's name: another generation of weights is another file. */
const GENERATION = 1
const CONTROL_TOKENS = 3
const BYTE_TOKENS = 256
/** A scale of 16 bits for blocks of bytes from -127 to 127, such that a row of any width keeps a number's size. */
const LARGEST_WEIGHT = 127

/** The file of such a model, in Q8_0; made if it is not in the folder yet. The same shape gives the same bytes. */
export function randomModel(folder: string, shape: RandomModelShape): string {
  const path = join(folder, `${shape.name}-${GENERATION}.gguf`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  const file = openSync(unfinished, 'w')
  const tensors = tensorsOf(shape)
  writeSync(file, ggufHeader(metadataOf(shape), tensors))
  let state = 0x9e3779b9
  for (const tensor of tensors) {
    const bytes = Buffer.alloc(alignedBytes(tensor))
    state = tensor.type === 'f32' ? fillWithOnes(bytes, state) : fillAtRandom(bytes, tensor, state)
    writeSync(file, bytes)
  }
  closeSync(file)
  renameSync(unfinished, path)
  return path
}

/** Vectors are norms. */
function fillWithOnes(bytes: Buffer, state: number): number {
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).fill(1)
  return state
}

/** Xorshift: hundreds of megabytes in a second. Returns its state. */
function fillAtRandom(bytes: Buffer, { name, shape }: GgufTensorPlace, start: number): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4))
  let state = start
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  const [rowWeights = 0, rows = 0] = shape
  const scale = halfFloat(1 / (Math.sqrt(rowWeights) * (LARGEST_WEIGHT / 2)))
  const blocksOfRow = rowWeights / Q8_0_BLOCK.weights
  // No text comes of control tokens, and none at once of bytes: a logit of 0 is never the highest of thousands.
  const silentRows = name === 'output.weight' ? CONTROL_TOKENS + BYTE_TOKENS : 0
  for (let block = 0; block < blocksOfRow * rows; block++) {
    bytes.writeUInt16LE(block < silentRows * blocksOfRow ? 0 : scale, block * Q8_0_BLOCK.bytes)
  }
  return state
}

/** The bits of a positive number in 16-bit floating point, rounded down. */
function halfFloat(value: number): number {
  const exponent = Math.floor(Math.log2(value))
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024)
}

function metadataOf(shape: RandomModelShape): GgufMetadata[] {
  const { texts, types } = vocabularyOf(shape)
  return [
    ['general.architecture', { text: 'llama' }],
    ['general.name', { text: shape.name }],
    ['general.alignment', { u32: GGUF_ALIGNMENT }],
    ['llama.context_length', { u32: CONTEXT_TOKENS }],
    ['llama.embedding_length', { u32: shape.width }],
    ['llama.block_count', { u32: shape.layers }],
    ['llama.feed_forward_length', { u32: shape.feedForward }],
    ['llama.attention.head_count', { u32: shape.heads }],
    ['llama.attention.head_count_kv', { u32: shape.keyValueHeads }],
    ['llama.rope.dimension_count', { u32: shape.width / shape.heads }],
    ['llama.attention.layer_norm_rms_epsilon', { f32: 1e-5 }],
    ['llama.vocab_size', { u32: texts.length }],
    ['tokenizer.ggml.model', { text: 'llama' }],
    ['tokenizer.ggml.tokens', { texts }],
    ['tokenizer.ggml.scores', { f32s: texts.map((_, token) => -token) }],
    ['tokenizer.ggml.token_type', { i32s: types }],
    ['tokenizer.ggml.bos_token_id', { u32: 1 }],
    ['tokenizer.ggml.eos_token_id', { u32: 2 }],
    ['tokenizer.ggml.add_bos_token', { flag: true }],
    ['tokenizer.ggml.add_space_prefix', { flag: false }],
  ]
}

/** Bytes, and words of up to four letters with and without a space before them. A digit in a prompt is one token. */
function vocabularyOf({ vocabularyTokens }: RandomModelShape): { texts: string[]; types: number[] } {
  const texts = ['<unk>', '<s>', '</s>']
  const types: number[] = [GGUF_TOKEN.unknown, GGUF_TOKEN.control, GGUF_TOKEN.control]
  for (let byte = 0; byte < BYTE_TOKENS; byte++) {
    texts.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
    types.push(GGUF_TOKEN.byte)
  }
  texts.push('\u2581')
  for (let number = 0; texts.length < vocabularyTokens; number++) {
    const word = letters(number)
    texts.push(word)
    if (texts.length < vocabularyTokens) texts.push(`\u2581${word}`)
  }
  while (types.length < texts.length) types.push(GGUF_TOKEN.normal)
  return { texts, types }
}

/** a, b, …, z, aa, ab, … */
function letters(number: number): string {
  const last = String.fromCharCode(97 + (number % 26))
  return number < 26 ? last : letters(Math.floor(number / 26) - 1) + last
}

function tensorsOf(shape: RandomModelShape): GgufTensorPlace[] {
  const { width, heads, keyValueHeads, feedForward, vocabularyTokens } = shape
  const keyValueWidth = (width / heads) * keyValueHeads
  const norm = (name: string): GgufTensorPlace => ({ name, shape: [width], type: 'f32' })
  const matrix = (name: string, from: number, to: number): GgufTensorPlace => ({
    name,
    shape: [from, to],
    type: 'q8_0',
  })
  const layers = Array.from({ length: shape.layers }, (_, layer) => [
    norm(`blk.${layer}.attn_norm.weight`),
    matrix(`blk.${layer}.attn_q.weight`, width, width),
    matrix(`blk.${layer}.attn_k.weight`, width, keyValueWidth),
    matrix(`blk.${layer}.attn_v.weight`, width, keyValueWidth),
    matrix(`blk.${layer}.attn_output.weight`, width, width),
    norm(`blk.${layer}.ffn_norm.weight`),
    matrix(`blk.${layer}.ffn_gate.weight`, width, feedForward),
    matrix(`blk.${layer}.ffn_up.weight`, width, feedForward),
    matrix(`blk.${layer}.ffn_down.weight`, feedForward, width),
  ])
  return [
    matrix('token_embd.weight', width, vocabularyTokens),
    norm('output_norm.weight'),
    matrix('output.weight', width, vocabularyTokens),
    ...layers.flat(),
  ]
}
