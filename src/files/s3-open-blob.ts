import { createHash, type Hash } from 'node:crypto'
import { StateError } from '../state/state-error.ts'
import type { OpenBlob } from './blob-store.ts'
import type { S3Bucket } from './s3-bucket.ts'

/** Times that a blob whose bytes break off is asked for from there on. */
const MAX_RESUMPTIONS = 4

type Bytes = ReadableStreamDefaultReader<Uint8Array>

/** A blob of a bucket that is read no faster than it is asked for. Its bytes are compared with its digest. */
export class S3OpenBlob implements OpenBlob {
  readonly sizeBytes: number
  readonly #bucket: S3Bucket
  readonly #key: string
  readonly #sha256: string
  readonly #hash: Hash = createHash('sha256')
  #bytes: Bytes
  #readBytes = 0
  #resumptions = 0

  private constructor(bucket: S3Bucket, key: string, sha256: string, response: Response) {
    this.#bucket = bucket
    this.#key = key
    this.#sha256 = sha256
    this.sizeBytes = Number(response.headers.get('content-length'))
    this.#bytes = readerOf(response)
  }

  /** @throws S3Failure */
  static async open(bucket: S3Bucket, key: string, sha256: string): Promise<S3OpenBlob> {
    return new S3OpenBlob(bucket, key, sha256, await bucket.read(key))
  }

  async read(): Promise<Uint8Array> {
    for (;;) {
      if (this.#readBytes >= this.sizeBytes) return new Uint8Array(0)
      const chunk = await this.#next()
      if (chunk === null) {
        await this.#resume()
        continue
      }
      this.#readBytes += chunk.length
      this.#hash.update(chunk)
      if (this.#readBytes >= this.sizeBytes) this.#compare()
      if (chunk.length > 0) return chunk
    }
  }

  async close(): Promise<void> {
    await this.#bytes.cancel().catch(() => undefined)
  }

  /** Null where they break off. */
  async #next(): Promise<Uint8Array | null> {
    try {
      const { value, done } = await this.#bytes.read()
      return done ? null : value
    } catch {
      return null
    }
  }

  async #resume(): Promise<void> {
    this.#resumptions += 1
    if (this.#resumptions > MAX_RESUMPTIONS)
      throw new StateError(
        'unavailable',
        `the bytes of a file break off, again and again: ${this.#bucket.name}`,
      )
    await this.close()
    this.#bytes = readerOf(await this.#bucket.read(this.#key, this.#readBytes))
  }

  #compare(): void {
    if (this.#readBytes === this.sizeBytes && this.#hash.digest('hex') === this.#sha256) return
    throw new StateError('corrupt', `the bytes of a file were changed: ${this.#key} in ${this.#bucket.name}`)
  }
}

function readerOf({ body }: Response): Bytes {
  return (body ?? new Blob([]).stream()).getReader() as Bytes
}
