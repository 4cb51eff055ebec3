import type { WorkSlices } from './work-slices.ts'

/** A value of at most this many values and code units is written in one go, in a fraction of a millisecond. */
const MAX_SHORT_VALUES = 1024
const MAX_SHORT_UNITS = 64 * 1024
/** How much is gathered before it is encoded, in code units. */
const BLOCK_UNITS = 256 * 1024

/**
 * Encodes a value as `JSON.stringify` does, a long one in slices. Values with `toJSON` are not supported.
 *
 * @returns the text of a short value, and the bytes of a long one
 * @throws the reason of the slices' signal, if it was aborted
 */
export async function encodeJson(value: unknown, slices: WorkSlices): Promise<string | Uint8Array> {
  const long = new Set<object>()
  return isShort(value, long) ? JSON.stringify(value) : new JsonEncoder(slices, long).encode(value)
}

class JsonEncoder {
  readonly #slices: WorkSlices
  readonly #long: Set<object>
  readonly #blocks: Buffer[] = []
  #text = ''

  constructor(slices: WorkSlices, long: Set<object>) {
    this.#slices = slices
    this.#long = long
  }

  async encode(value: unknown): Promise<Uint8Array> {
    await this.#write(value)
    this.#endBlock()
    return Buffer.concat(this.#blocks)
  }

  async #write(value: unknown): Promise<void> {
    if (isShort(value, this.#long)) this.#add(JSON.stringify(value) ?? 'null')
    else if (typeof value === 'string') await this.#writeLongText(value)
    else if (Array.isArray(value)) await this.#writeList(value)
    else await this.#writeObject(value as object)
    if (this.#slices.isOver) await this.#slices.next()
  }

  async #writeLongText(text: string): Promise<void> {
    this.#add('"')
    for (let from = 0; from < text.length; ) {
      const to = wholeCharactersEnd(text, from + MAX_SHORT_UNITS)
      this.#add(JSON.stringify(text.slice(from, to)).slice(1, -1))
      from = to
      if (this.#slices.isOver) await this.#slices.next()
    }
    this.#add('"')
  }

  async #writeList(values: readonly unknown[]): Promise<void> {
    this.#add('[')
    for (const [index, value] of values.entries()) {
      if (index > 0) this.#add(',')
      await this.#write(value)
    }
    this.#add(']')
  }

  async #writeObject(object: object): Promise<void> {
    let separator = '{'
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined) continue
      this.#add(`${separator}${JSON.stringify(key)}:`)
      separator = ','
      await this.#write(value)
    }
    this.#add(separator === '{' ? '{}' : '}')
  }

  #add(text: string): void {
    this.#text += text
    if (this.#text.length >= BLOCK_UNITS) this.#endBlock()
  }

  #endBlock(): void {
    this.#blocks.push(Buffer.from(this.#text))
    this.#text = ''
  }
}

/**
 * Looks at no more of a value than a short one has.
 *
 * @param long containers that were found to be long, which takes a while where there are many keys
 */
function isShort(whole: unknown, long: Set<object>): boolean {
  const waiting = [whole]
  let units = 0
  for (let values = 0; waiting.length > 0; values++) {
    if (values >= MAX_SHORT_VALUES || waiting.length > MAX_SHORT_VALUES) return false
    const value = waiting.pop()
    if (typeof value === 'string') units += value.length
    else if (typeof value === 'object' && value !== null) units += enter(value, waiting, long)
    if (units > MAX_SHORT_UNITS) return false
  }
  return true
}

/** @returns the code units of the keys */
function enter(container: object, waiting: unknown[], long: Set<object>): number {
  if (long.has(container)) return Number.POSITIVE_INFINITY
  const isList = Array.isArray(container)
  const keys: readonly string[] = isList ? [] : Object.keys(container)
  if ((isList ? container.length : keys.length) > MAX_SHORT_VALUES) {
    long.add(container)
    return Number.POSITIVE_INFINITY
  }
  for (const value of Object.values(container)) waiting.push(value)
  return keys.reduce((units, key) => units + key.length, 0)
}

function wholeCharactersEnd(text: string, end: number): number {
  const isCut = end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00
  return Math.min(text.length, isCut ? end + 1 : end)
}
