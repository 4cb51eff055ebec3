import { closeSync, openSync, readSync } from 'node:fs'

/** What describes a file stands at its start; vocabularies follow. */
const HEADER_BYTES = 1_048_576
const MAGIC = 'GGUF'
const FIRST_VERSION_WITH_LONG_SIZES = 2
const ENTRIES_START = 24
const TEXT_TYPE = 8
const LIST_TYPE = 9
const FLOAT_TYPES: readonly number[] = [6, 12]
/** Longer lists are not of layers. */
const MAX_LAYERS = 4_096
/** The sizes of the types of numbers and truth values, by their id. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

/** The texts and whole numbers at the start of a GGUF file, by key; null if it is no such file. */
export function readGgufHeader(path: string): ReadonlyMap<string, string | number> | null {
  const buffer = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, buffer, 0, HEADER_BYTES, 0)
    return entriesOf(buffer.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

function entriesOf(bytes: Buffer): ReadonlyMap<string, string | number> | null {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  const entries = new Map<string, string | number>()
  const isKnown = bytes.length >= ENTRIES_START && bytes.readUInt32LE(4) >= FIRST_VERSION_WITH_LONG_SIZES
  if (!isKnown) return entries
  const reader = new HeaderReader(bytes, ENTRIES_START)
  for (let left = bytes.readBigUInt64LE(16); left > 0n; left--) {
    const key = reader.text()
    const value = key === null ? null : reader.value()
    // The rest is not in the bytes that were read.
    if (key === null || value === null) break
    if (value !== undefined) entries.set(key, value)
  }
  return entries
}

/** Its methods return null at the end of the bytes. */
class HeaderReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  text(): string | null {
    const length = this.#number(8)
    const bytes = length === null ? null : this.#take(length)
    return bytes === null ? null : bytes.toString('utf8')
  }

  /** Of a short list of whole numbers, such as one for each layer, the largest. Undefined for any other value. */
  value(): string | number | undefined | null {
    const type = this.#number(4)
    if (type === null) return null
    if (type === TEXT_TYPE) return this.text()
    if (type === LIST_TYPE) return this.#list()
    const size = TYPE_BYTES[type]
    if (size === undefined) return null
    if (FLOAT_TYPES.includes(type)) return this.#take(size) === null ? null : undefined
    return this.#number(size)
  }

  #list(): number | undefined | null {
    const type = this.#number(4)
    const count = this.#number(8)
    if (type === null || count === null) return null
    const size = TYPE_BYTES[type]
    if (size !== undefined && !FLOAT_TYPES.includes(type) && count > 0 && count <= MAX_LAYERS)
      return this.#largest(count, size)
    if (size !== undefined) return this.#take(count * size) === null ? null : undefined
    if (type !== TEXT_TYPE) return null
    for (let index = 0; index < count; index++) if (this.text() === null) return null
    return undefined
  }

  #largest(count: number, size: number): number | null {
    let largest = 0
    for (let index = 0; index < count; index++) {
      const value = this.#number(size)
      if (value === null) return null
      largest = Math.max(largest, value)
    }
    return largest
  }

  #number(bytes: number): number | null {
    const taken = this.#take(bytes)
    if (taken === null) return null
    return bytes === 8 ? Number(taken.readBigUInt64LE()) : taken.readUIntLE(0, bytes)
  }

  #take(length: number): Buffer | null {
    if (length > this.#bytes.length - this.#at) return null
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}
