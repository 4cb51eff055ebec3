import type { WorkSlices } from './work-slices.ts'

/** A value of at most this many values and code units is written in one go, in a fraction of a millisecond. */
const MAX_SHORT_VALUES = 1024
const MAX_SHORT_UNITS = 64 * 1024
/** How much is gathered before it is encoded, in code units. */
const BLOCK_UNITS = 256 * 1024

/**
 * Encodes a value as `JSON.stringify` does, a long one in slices. Values with `toJSON` are not supported.
 *
 * @returns the text of a short value, and a promise of the bytes of a long one, which rejects with the reason of the
 *   slices' signal if it was aborted
 */
export function encodeJson(value: unknown, slices: WorkSlices): string | Promise<Uint8Array> {
  const long = new Set<object>()
  return isShort(value, long) ? JSON.stringify(value) : new JsonEncoder(slices, long).encode(value)
}

/** Whether a value is written as JSON in a fraction of a millisecond. */
export function isShortJson(value: unknown): boolean {
  return isShort(value, new Set())
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

/** What a short value has left, while it is looked at. */
interface ShortBudget {
  values: number
  units: number
}

/**
 * Looks at no more of a value than a short one has.
 *
 * @param long containers that were found to be long, which takes a while where there are many keys
 */
function isShort(whole: unknown, long: Set<object>): boolean {
  return fits(whole, { values: MAX_SHORT_VALUES, units: MAX_SHORT_UNITS }, long)
}

/** It nests no deeper than the budget has values. */
function fits(value: unknown, budget: ShortBudget, long: Set<object>): boolean {
  budget.values -= 1
  if (budget.values < 0) return false
  if (typeof value === 'string') budget.units -= value.length
  else if (Array.isArray(value)) return listFits(value, budget, long)
  else if (typeof value === 'object' && value !== null) return objectFits(value, budget, long)
  return budget.units >= 0
}

function listFits(list: readonly unknown[], budget: ShortBudget, long: Set<object>): boolean {
  if (list.length > MAX_SHORT_VALUES) return false
  for (const value of list) if (!fits(value, budget, long)) return false
  return true
}

function objectFits(object: object, budget: ShortBudget, long: Set<object>): boolean {
  if (long.has(object)) return false
  const keys = Object.keys(object)
  if (keys.length > MAX_SHORT_VALUES) {
    long.add(object)
    return false
  }
  for (const key of keys) {
    budget.units -= key.length
    if (!fits((object as Record<string, unknown>)[key], budget, long)) return false
  }
  return budget.units >= 0
}

function wholeCharactersEnd(text: string, end: number): number {
  const isCut = end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00
  return Math.min(text.length, isCut ? end + 1 : end)
}
