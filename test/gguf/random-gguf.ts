import { writeFileSync } from 'node:fs'
import { encodeGguf, GGUF_TOKEN, type GgufMetadata, type GgufTensor } from './encode-gguf.ts'
import {
  FIRST_BYTE_TOKEN,
  FIRST_TOKENS,
  type GgufToken,
  type LlamaShape,
  llamaMetadata,
  llamaTensorShapes,
} from './llama-gguf.ts'

/** Options of a random model. */
export interface RandomGgufOptions {
  readonly seed?: number
  readonly contextTokens?: number
  readonly chatTemplate?: string
  /** Entries of the file's metadata that are added, or replace others of the same key. */
  readonly metadata?: readonly GgufMetadata[]
  /** Texts that are control tokens, besides those of every model. */
  readonly controlTexts?: readonly string[]
  /** Texts that are always tokenized as one token. */
  readonly userDefinedTexts?: readonly string[]
}

const SHAPE: LlamaShape = { width: 64, layers: 2, heads: 1, keyValueHeads: 1, feedForward: 128 }

/**
 * Writes a llama model of a few hundred kilobytes with random weights. It generates nonsense, but it needs no download.
 * Its tokens are all bytes, and some letters, each also with a space before it. At temperature 0 it never ends its turn.
 */
export function writeRandomGguf(path: string, options: RandomGgufOptions = {}): void {
  const { contextTokens = 512, chatTemplate, seed = 1 } = options
  const tokens = vocabulary(options)
  const metadata = llamaMetadata({ name: 'random', contextTokens, shape: SHAPE, tokens, chatTemplate })
  const others = options.metadata ?? []
  const kept = metadata.filter(([key]) => !others.some(([name]) => name === key))
  writeFileSync(path, encodeGguf([...kept, ...others], randomTensors(tokens.length, seed)))
}

function vocabulary({ controlTexts = [], userDefinedTexts = [] }: RandomGgufOptions): GgufToken[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyzあ😀'].flatMap((letter) => [letter, `\u2581${letter}`])
  return [
    ...FIRST_TOKENS,
    ...['\u2581', ...letters].map((text) => ({ text, type: GGUF_TOKEN.normal })),
    ...controlTexts.map((text) => ({ text, type: GGUF_TOKEN.control })),
    ...userDefinedTexts.map((text) => ({ text, type: GGUF_TOKEN.userDefined })),
  ]
}

function randomTensors(tokens: number, seed: number): GgufTensor[] {
  const random = randomNumbers(seed)
  return llamaTensorShapes(SHAPE, tokens).map(([name, shape]) => {
    const weights = randomWeights(shape, random)
    // A control token's logit is always 0, and so never the highest of hundreds.
    if (name === 'output.weight') weights.fill(0, 0, FIRST_BYTE_TOKEN * SHAPE.width)
    return { name, shape, weights }
  })
}

/** Vectors are norms, all ones. */
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
