import { type BatchResult, readResults } from '../../../batches/batch-results.ts'
import type { Batches } from '../../../batches/message-batch.ts'
import { resultLine } from '../../../wire/batches/result-line.ts'
import type { BodyChunk, StreamingBody } from '../../api-response.ts'

/** The results of a batch, a line for each request, read from the database as they are sent. */
export class ResultsBody implements StreamingBody {
  readonly lengthBytes = null
  readonly preamble = ''
  readonly ended: Promise<void>
  readonly #batches: Batches
  readonly #batchId: string
  #position = -1
  #end: () => void = () => undefined

  constructor(batches: Batches, batchId: string) {
    this.#batches = batches
    this.#batchId = batchId
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  async next(): Promise<BodyChunk> {
    let rows: readonly BatchResult[]
    try {
      rows = await readResults(this.#batches, this.#batchId, this.#position)
    } catch (error) {
      this.#end()
      throw error
    }
    const last = rows.at(-1)
    if (last === undefined) this.#end()
    else this.#position = last.position
    return { data: Buffer.concat(rows.map(resultLine)), isLast: last === undefined }
  }

  async cancel(): Promise<void> {
    this.#end()
  }
}
