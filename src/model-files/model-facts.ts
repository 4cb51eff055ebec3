import { statSync } from 'node:fs'
import { quantizationOf } from './choose-gguf-file.ts'
import { readGgufHeader } from './gguf-header.ts'
import { partsOf } from './model-parts.ts'

/** The quantizations of GGUF files by `general.file_type`. */
const FILE_TYPES: readonly (string | null)[] = [
  ...['F32', 'F16', 'Q4_0', 'Q4_1', null, null, null, 'Q8_0', 'Q5_0', 'Q5_1', 'Q2_K', 'Q3_K_S', 'Q3_K_M'],
  ...['Q3_K_L', 'Q4_K_S', 'Q4_K_M', 'Q5_K_S', 'Q5_K_M', 'Q6_K', 'IQ2_XXS', 'IQ2_XS', 'Q2_K_S', 'IQ3_XS'],
  ...['IQ3_XXS', 'IQ1_S', 'IQ4_NL', 'IQ3_S', 'IQ3_M', 'IQ2_S', 'IQ2_M', 'IQ4_XS', 'IQ1_M', 'BF16'],
  ...[null, null, null, 'TQ1_0', 'TQ2_0', 'MXFP4'],
]
const BYTES_PER_F16 = 2

/** What the file of a model says of itself. */
export interface ModelFacts {
  /** Of all parts. */
  readonly sizeBytes: number
  /** The architecture; null where the file does not say it. */
  readonly family: string | null
  readonly quantization: string | null
  readonly trainedContextTokens: number | null
  readonly layers: number | null
  /** The size of the keys and values of one token, in bytes; null where the file does not say enough. */
  readonly kvCacheBytesPerToken: number | null
}

/** Reads the start of a model's file; null if it cannot be read or is no GGUF file. */
export function modelFacts(path: string): ModelFacts | null {
  try {
    const header = readGgufHeader(path)
    if (header === null) return null
    const family = header.get('general.architecture')
    const number = (name: string) => {
      const value = header.get(`${family}.${name}`)
      return typeof value === 'number' && value > 0 ? value : null
    }
    const fileType = header.get('general.file_type')
    return {
      sizeBytes: sizeOf(path),
      family: typeof family === 'string' ? family : null,
      quantization: (typeof fileType === 'number' ? FILE_TYPES[fileType] : null) ?? quantizationOf(path),
      trainedContextTokens: number('context_length'),
      layers: number('block_count'),
      kvCacheBytesPerToken: kvCacheBytesPerToken(number),
    }
  } catch {
    return null
  }
}

function kvCacheBytesPerToken(number: (name: string) => number | null): number | null {
  const [layers, heads, width] = [
    number('block_count'),
    number('attention.head_count'),
    number('embedding_length'),
  ]
  if (layers === null || heads === null || width === null) return null
  const keyHeads = number('attention.head_count_kv') ?? heads
  const keyWidth = number('attention.key_length') ?? width / heads
  const valueWidth = number('attention.value_length') ?? keyWidth
  return layers * keyHeads * (keyWidth + valueWidth) * BYTES_PER_F16
}

function sizeOf(path: string): number {
  return partsOf(path).reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** A window in which a short conversation fits. */
const SMALL_WINDOW_TOKENS = 8_192

/** What a model needs at least, in bytes: its weights and the keys and values of one short conversation. */
export function neededBytes({ sizeBytes, trainedContextTokens, kvCacheBytesPerToken }: ModelFacts): number {
  const windowTokens = Math.min(trainedContextTokens ?? SMALL_WINDOW_TOKENS, SMALL_WINDOW_TOKENS)
  return sizeBytes + windowTokens * (kvCacheBytesPerToken ?? 0)
}
