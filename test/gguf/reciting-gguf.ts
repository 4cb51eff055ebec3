import { writeFileSync } from 'node:fs'
import { encodeGguf, GGUF_TOKEN, type GgufTensor } from './encode-gguf.ts'
import {
  END_TOKEN,
  FIRST_BYTE_TOKEN,
  FIRST_TOKENS,
  type LlamaShape,
  llamaMetadata,
  llamaTensorShapes,
} from './llama-gguf.ts'

/** The text that a model recites. */
export interface RecitingGgufOptions {
  /** The last byte of every prompt, after which it begins. */
  readonly cue: string
  /** One token each, without repetitions; a number is a byte of a character that has several tokens. */
  readonly pieces: readonly (string | number)[]
  readonly chatTemplate: string
  readonly contextTokens: number
  /** One if omitted: more make the same text take longer. */
  readonly layers?: number
}

/** Wide enough to tell random vectors of plus and minus one apart. */
const WIDTH = 128
const SHAPE: LlamaShape = { width: WIDTH, layers: 1, heads: 1, keyValueHeads: 1, feedForward: WIDTH }

/**
 * Writes a llama model that knows one text by heart: after the cue it recites the text and ends its turn. The output
 * weights of a token's successor are the token's embedding; attention and feed-forward layers add nothing. So real
 * servers and the embedded engine can be made to call a tool or to think without a model of billions of parameters.
 */
export function writeRecitingGguf(path: string, options: RecitingGgufOptions): void {
  const { pieces, contextTokens, chatTemplate, layers = 1 } = options
  const shape = { ...SHAPE, layers }
  if (new Set(pieces).size < pieces.length) throw new Error('a piece occurs twice')
  const texts = pieces.filter((piece) => typeof piece === 'string')
  const tokens = [
    ...FIRST_TOKENS,
    ...texts.map((text) => ({ text: text.replaceAll(' ', '\u2581'), type: GGUF_TOKEN.normal })),
  ]
  const metadata = llamaMetadata({ name: 'reciting', contextTokens, shape, tokens, chatTemplate })
  writeFileSync(path, encodeGguf(metadata, recitingTensors(shape, tokens.length, chainOf(options))))
}

/** The cue, the pieces and the end, as tokens. */
function chainOf({ cue, pieces }: RecitingGgufOptions): number[] {
  const tokenOfByte = (byte: number) => FIRST_BYTE_TOKEN + byte
  let nextText = tokenOfByte(256)
  const tokens = pieces.map((piece) => (typeof piece === 'string' ? nextText++ : tokenOfByte(piece)))
  return [tokenOfByte(cue.charCodeAt(0)), ...tokens, END_TOKEN]
}

function recitingTensors(shape: LlamaShape, tokenCount: number, chain: readonly number[]): GgufTensor[] {
  const embeddings = Float32Array.from({ length: WIDTH * tokenCount }, signs())
  const output = new Float32Array(WIDTH * tokenCount)
  for (const [index, token] of chain.slice(0, -1).entries()) {
    const next = chain[index + 1] ?? END_TOKEN
    output.set(embeddings.subarray(token * WIDTH, (token + 1) * WIDTH), next * WIDTH)
  }
  const weightsOf = (name: string, sizes: readonly number[]) => {
    if (name === 'token_embd.weight') return embeddings
    if (name === 'output.weight') return output
    // A vector is a norm; the other matrices add nothing.
    return sizes.length === 1 ? new Float32Array(WIDTH).fill(1) : new Float32Array(WIDTH * WIDTH)
  }
  return llamaTensorShapes(shape, tokenCount).map(([name, sizes]) => ({
    name,
    shape: sizes,
    weights: weightsOf(name, sizes),
  }))
}

/** Random signs as plus and minus one, the same each time (xorshift). */
function signs(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state & 0x10000) === 0 ? 1 : -1
  }
}
