import { join } from 'node:path'
import type { BenchOptions } from '../bench-options.ts'
import { quantizedModel } from './quantized-model.ts'
import { RANDOM_125M, RANDOM_500M, randomModel } from './random-model.ts'

/** A model to measure with. */
export interface BenchModel {
  readonly name: string
  readonly path: string
  /** Tokens of each completion; at most as many as the stories of the demonstration model have. */
  readonly completionTokens: number
  /** Sent in turn; no two share a prefix, and each has about 16 tokens. */
  readonly prompts: readonly string[]
}

/** The model that comes with the package. */
export const EMBEDDED_MODEL = join(import.meta.dirname, '..', '..', 'models', 'continuo-demo.gguf')
const ANIMALS = [
  ...['fox', 'cat', 'dog', 'bear', 'hare', 'horse', 'goat', 'frog'],
  ...['bird', 'hen', 'duck', 'mouse', 'lion', 'pig', 'cow', 'sheep'],
]
const PROMPTS = 16
const DIGITS = 10

/** The packaged model, and some with random weights. */
export function benchModels({ cacheFolder, scale }: BenchOptions): readonly BenchModel[] {
  const embedded: BenchModel = {
    name: 'embedded model',
    path: EMBEDDED_MODEL,
    completionTokens: 64,
    prompts: ANIMALS.map((animal) => turn(`Tell me a story about a ${animal}.`)),
  }
  // The smoke test writes no models.
  if (scale === 'smoke') return [{ ...embedded, completionTokens: 8 }]
  const folder = join(cacheFolder, 'models')
  const small = randomModel(folder, RANDOM_125M)
  return [
    embedded,
    { ...made('125 M', small), completionTokens: 128 },
    { ...made('500 M', randomModel(folder, RANDOM_500M)), completionTokens: 32 },
    { ...made('125 M in Q4_K_M', quantizedModel(small)), completionTokens: 64 },
  ]
}

function made(name: string, path: string) {
  const prompts = Array.from({ length: PROMPTS }, (_, index) => turn(digits(DIGITS, index)))
  return { name, path, prompts }
}

/** A prompt of exactly this length: the random models have one token for a digit. The same seed gives the same digits. */
export function digits(count: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) % 10
  }).join('')
}

/** A prompt of one turn. */
export function turn(text: string): string {
  return `\n\nHuman: ${text}\n\nAssistant:`
}
