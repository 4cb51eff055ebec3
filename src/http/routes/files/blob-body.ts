import type { OpenBlob } from '../../../files/blob-store.ts'
import type { BodyChunk, StreamingBody } from '../../api-response.ts'

/** Stored bytes, read while they are sent. */
export class BlobBody implements StreamingBody {
  readonly preamble = ''
  readonly ended: Promise<void>
  readonly #blob: OpenBlob
  #leftBytes: number
  #isOver = false
  #end: () => void = () => undefined

  constructor(blob: OpenBlob) {
    this.#blob = blob
    this.#leftBytes = blob.sizeBytes
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get lengthBytes(): number {
    return this.#blob.sizeBytes
  }

  async next(): Promise<BodyChunk> {
    try {
      const data = await this.#blob.read()
      this.#leftBytes -= data.length
      if (data.length === 0 && this.#leftBytes > 0) throw new Error('stored bytes were cut')
      const isLast = this.#leftBytes <= 0
      if (isLast) await this.cancel()
      return { data, isLast }
    } catch (error) {
      await this.cancel()
      throw error
    }
  }

  async cancel(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    await this.#blob.close()
    this.#end()
  }
}
