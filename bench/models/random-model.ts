import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  alignedBytes,
  GGUF_TOKEN,
  type GgufMetadata,
  type GgufTensorPlace,
  ggufHeader,
  Q8_0_BLOCK,
} from '../../test/gguf/encode-gguf.ts'
import {
  FIRST_TOKENS,
  type GgufToken,
  type LlamaShape,
  llamaMetadata,
  llamaTensorShapes,
} from '../../test/gguf/llama-gguf.ts'

/** The shape of a model with random weights, made to measure speed. */
export interface RandomModelShape extends LlamaShape {
  readonly name: string
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
/** Part of the file's name: other weights are another file. */
const GENERATION = 1
/** Blocks hold bytes from -127 to 127; their scale keeps the magnitude of activations at any row width. */
const LARGEST_WEIGHT = 127

/** The path of such a model in Q8_0, written if the folder has none. The same shape gives the same bytes. */
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

/** Xorshift, for hundreds of megabytes a second. Returns its state. */
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
  // Control tokens and bytes are never sampled: a logit of 0 is never the highest of thousands.
  const silentRows = name === 'output.weight' ? FIRST_TOKENS.length : 0
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
  return llamaMetadata({
    name: shape.name,
    contextTokens: CONTEXT_TOKENS,
    shape,
    tokens: vocabularyOf(shape),
  })
}

/** Bytes, and words of up to four letters with and without a space before them. A digit in a prompt is one token. */
function vocabularyOf({ vocabularyTokens }: RandomModelShape): GgufToken[] {
  const texts = ['\u2581']
  const wanted = vocabularyTokens - FIRST_TOKENS.length
  for (let number = 0; texts.length < wanted; number++) {
    const word = letters(number)
    texts.push(word)
    if (texts.length < wanted) texts.push(`\u2581${word}`)
  }
  return [...FIRST_TOKENS, ...texts.map((text) => ({ text, type: GGUF_TOKEN.normal }))]
}

/** a, b, …, z, aa, ab, … */
function letters(number: number): string {
  const last = String.fromCharCode(97 + (number % 26))
  return number < 26 ? last : letters(Math.floor(number / 26) - 1) + last
}

function tensorsOf(shape: RandomModelShape): GgufTensorPlace[] {
  return llamaTensorShapes(shape, shape.vocabularyTokens).map(([name, sizes]) => ({
    name,
    shape: sizes,
    // Vectors are norms.
    type: sizes.length === 1 ? 'f32' : 'q8_0',
  }))
}
