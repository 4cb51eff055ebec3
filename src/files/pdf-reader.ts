import { createHash } from 'node:crypto'
import { CompletionError } from '../completion/completion-error.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import { PdfError } from './pdf-error.ts'
import { readPdf } from './read-pdf.ts'

/** PDFs that are read at once, each in a process of its own. */
const MAX_READING = 2
/** PDFs that wait for their turn; more requests are refused. */
const MAX_WAITING = 32
/** Most text that is kept of PDFs that were read: conversations send them again with every turn. */
const MAX_KEPT_UNITS = 16 * 1024 * 1024
const HASHED_BYTES = 1024 * 1024

interface KeptPdf {
  readonly pages: readonly string[]
  readonly units: number
}

/** Reads the texts of PDFs, a few at a time, and keeps those that were read last. */
export class PdfReader {
  readonly #read: typeof readPdf
  readonly #kept = new Map<string, KeptPdf>()
  readonly #waiting: (() => void)[] = []
  #keptUnits = 0
  #reading = 0

  constructor(read: typeof readPdf = readPdf) {
    this.#read = read
  }

  /**
   * The texts of its pages.
   *
   * @throws PdfError; CompletionError `overloaded` while too many are read; the signal's reason
   */
  async read(
    bytes: Uint8Array,
    maxPages: number,
    { signal, slices }: { readonly signal: AbortSignal; readonly slices: WorkSlices },
  ): Promise<readonly string[]> {
    const key = await digestOf(bytes, slices)
    const kept = this.#take(key)
    if (kept !== undefined) {
      if (kept.length > maxPages) throw new PdfError('too-many-pages', `it has ${kept.length} pages`)
      return kept
    }
    await this.#turn(signal)
    try {
      // One that waited for the same PDF finds it read.
      const pages = this.#take(key) ?? (await this.#read(bytes, maxPages, signal))
      if (pages.length > maxPages) throw new PdfError('too-many-pages', `it has ${pages.length} pages`)
      this.#keep(key, pages)
      return pages
    } finally {
      this.#reading -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#reading >= MAX_READING) {
      if (this.#waiting.length >= MAX_WAITING)
        throw new CompletionError('overloaded', 'Overloaded: too many PDFs are being read')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#reading += 1
    if (!signal.aborted) return
    this.#reading -= 1
    this.#waiting.shift()?.()
    signal.throwIfAborted()
  }

  #take(key: string): readonly string[] | undefined {
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    // The order of the map is that of last uses.
    this.#kept.delete(key)
    this.#kept.set(key, found)
    return found.pages
  }

  #keep(key: string, pages: readonly string[]): void {
    if (this.#kept.has(key)) return
    const units = pages.reduce((sum, page) => sum + page.length, 0)
    this.#kept.set(key, { pages, units })
    this.#keptUnits += units
    for (const [oldest, pdf] of this.#kept) {
      if (this.#keptUnits <= MAX_KEPT_UNITS) break
      this.#kept.delete(oldest)
      this.#keptUnits -= pdf.units
    }
  }
}

async function digestOf(bytes: Uint8Array, slices: WorkSlices): Promise<string> {
  const hash = createHash('sha256')
  for (let from = 0; from < bytes.length; from += HASHED_BYTES) {
    hash.update(bytes.subarray(from, from + HASHED_BYTES))
    if (slices.isOver) await slices.next()
  }
  return hash.digest('hex')
}
