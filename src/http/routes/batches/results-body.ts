import { nextResultsPage, RESULTS_PAGE_BYTES, readResults } from '../../../batches/batch-results.ts'
import type { Batches } from '../../../batches/message-batch.ts'
import { resultLine } from '../../../wire/batches/result-line.ts'
import type { BodyChunk, StreamingBody } from '../../api-response.ts'
import type { HeldMemory } from '../../request-memory.ts'

/** What a byte of a page counts as: it is held as a row and as a line. */
const HELD_BYTES_PER_RESULT_BYTE = 2

/** The results of a batch, a line for each request, read from the database as they are sent. */
export class ResultsBody implements StreamingBody {
  readonly lengthBytes = null
  readonly preamble = ''
  readonly ended: Promise<void>
  readonly #batches: Batches
  readonly #batchId: string
  readonly #memory: HeldMemory
  #position = -1
  #heldBytes = 0
  #end: () => void = () => undefined

  /** @throws CompletionError `overloaded` when there is no memory for a page */
  constructor(batches: Batches, batchId: string, memory: HeldMemory) {
    this.#batches = batches
    this.#batchId = batchId
    this.#memory = memory
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#holdLargest(RESULTS_PAGE_BYTES)
  }

  async next(): Promise<BodyChunk> {
    try {
      const page = await nextResultsPage(this.#batches, this.#batchId, this.#position)
      if (page === null) {
        this.#end()
        return { data: Buffer.alloc(0), isLast: true }
      }
      this.#holdLargest(page.bytes)
      const rows = await readResults(this.#batches, this.#batchId, this.#position, page)
      this.#position = page.lastPosition
      return { data: Buffer.concat(rows.map(resultLine)), isLast: false }
    } catch (error) {
      this.#end()
      throw error
    }
  }

  async cancel(): Promise<void> {
    this.#end()
  }

  /** One page is held at a time: only the largest counts. */
  #holdLargest(pageBytes: number): void {
    const bytes = pageBytes * HELD_BYTES_PER_RESULT_BYTE
    if (bytes <= this.#heldBytes) return
    this.#memory.hold(bytes - this.#heldBytes)
    this.#heldBytes = bytes
  }
}
