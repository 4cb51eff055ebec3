import koffi from 'koffi'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import { TOKEN_DATA, TOKEN_DATA_ARRAY } from '../llama-cpp/llama-structs.ts'
import type { Pointer } from '../llama-cpp/native-library.ts'

type Layout = Readonly<Record<'size' | 'data' | 'selected' | 'sorted', number>>

const FIELDS_PER_TOKEN = Object.keys(TOKEN_DATA).length
const ID = Object.keys(TOKEN_DATA).indexOf('id')
const LOGIT = Object.keys(TOKEN_DATA).indexOf('logit')

/** Tokens with their logits, in memory that llama.cpp's samplers work on: a `llama_token_data_array`. */
export class CandidateTokens {
  readonly #library: LlamaLibrary
  /** Every field of a token takes four bytes; two views of the same memory. */
  readonly #integers: Int32Array
  readonly #floats: Float32Array
  readonly #array: DataView
  readonly #address: bigint
  readonly #layout: Layout

  constructor(library: LlamaLibrary, maxTokens: number) {
    const data = new ArrayBuffer(maxTokens * FIELDS_PER_TOKEN * Int32Array.BYTES_PER_ELEMENT)
    const { sizeBytes, ...layout } = arrayLayout()
    this.#library = library
    this.#integers = new Int32Array(data)
    this.#floats = new Float32Array(data)
    const array = new Uint8Array(sizeBytes)
    this.#array = new DataView(array.buffer)
    this.#address = koffi.address(array)
    this.#layout = layout
    this.#array.setBigUint64(layout.data, koffi.address(this.#integers), true)
  }

  /** Makes every token of a vocabulary a candidate. */
  setAll(logits: Float32Array): void {
    for (let token = 0; token < logits.length; token++) {
      this.#integers[token * FIELDS_PER_TOKEN + ID] = token
      this.#floats[token * FIELDS_PER_TOKEN + LOGIT] = logits[token] ?? 0
    }
    this.#reset(logits.length)
  }

  apply(sampler: Pointer): void {
    this.#library.samplerApply(sampler, this.#address)
  }

  /** Rules out the remaining candidates that do not satisfy a condition. */
  keep(isKept: (token: number) => boolean): void {
    const count = this.#count
    for (let index = 0; index < count; index++) {
      const at = index * FIELDS_PER_TOKEN
      const isOut = this.#floats[at + LOGIT] === Number.NEGATIVE_INFINITY
      if (!isOut && !isKept(this.#integers[at + ID] ?? 0)) this.#floats[at + LOGIT] = Number.NEGATIVE_INFINITY
    }
  }

  /** Whether any candidate remains. */
  get hasAny(): boolean {
    const count = this.#count
    for (let index = 0; index < count; index++) {
      if (this.#floats[index * FIELDS_PER_TOKEN + LOGIT] !== Number.NEGATIVE_INFINITY) return true
    }
    return false
  }

  /** The token that a sampler selected. */
  get selected(): number {
    const index = Number(this.#array.getBigInt64(this.#layout.selected, true))
    const token = this.#integers[index * FIELDS_PER_TOKEN + ID]
    if (index < 0 || token === undefined) throw new Error('no token was sampled')
    return token
  }

  get #count(): number {
    return Number(this.#array.getBigUint64(this.#layout.size, true))
  }

  #reset(count: number): void {
    this.#array.setBigUint64(this.#layout.size, BigInt(count), true)
    this.#array.setBigInt64(this.#layout.selected, -1n, true)
    this.#array.setUint8(this.#layout.sorted, 0)
  }
}

function arrayLayout(): Layout & { readonly sizeBytes: number } {
  const type = koffi.struct({ ...TOKEN_DATA_ARRAY })
  return {
    data: koffi.offsetof(type, 'data'),
    size: koffi.offsetof(type, 'size'),
    selected: koffi.offsetof(type, 'selected'),
    sorted: koffi.offsetof(type, 'sorted'),
    sizeBytes: koffi.sizeof(type),
  }
}
