import { createHash, type Hash, randomUUID } from 'node:crypto'
import { StateError } from '../state/state-error.ts'
import type { BlobDigest, NewBlob } from './blob-store.ts'
import type { S3Bucket, StoredPart } from './s3-bucket.ts'

/** What larger blobs are sent in: the least that S3 takes, since this much of each upload is in memory. */
export const PART_BYTES = 5 * 1024 * 1024
/** Small blobs are many. */
const FIRST_BUFFER_BYTES = 64 * 1024

/** The objects of blobs that are being received: their digests are not known yet. */
export const INCOMING = 'incoming/'

/**
 * A blob on its way into a bucket. One that fits into a part is sent when its digest is known. A larger one is sent in parts, one
 * after the other, as an object of another name, and is copied within the bucket when its digest is known.
 */
export class S3Blob implements NewBlob {
  readonly #bucket: S3Bucket
  readonly #keyOf: (sha256: string) => string
  readonly #incomingKey = `${INCOMING}${randomUUID()}`
  readonly #hash: Hash = createHash('sha256')
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES)
  #bufferBytes = 0
  #sizeBytes = 0
  #sha256: string | null = null
  #uploadId: string | null = null
  readonly #parts: StoredPart[] = []
  #isObject = false

  constructor(bucket: S3Bucket, keyOf: (sha256: string) => string) {
    this.#bucket = bucket
    this.#keyOf = keyOf
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#sha256 !== null) throw new StateError('failed', 'bytes are written after their end')
    this.#hash.update(chunk)
    this.#sizeBytes += chunk.length
    for (let from = 0; from < chunk.length; ) {
      // A full buffer is sent when more comes: the last part is never empty.
      if (this.#bufferBytes === PART_BYTES) await this.#sendPart()
      const part = chunk.subarray(from, from + PART_BYTES - this.#bufferBytes)
      this.#growBuffer(part.length)
      this.#buffer.set(part, this.#bufferBytes)
      this.#bufferBytes += part.length
      from += part.length
    }
  }

  async end(): Promise<BlobDigest> {
    if (this.#uploadId !== null) {
      await this.#sendPart()
      const [key, uploadId] = [this.#incomingKey, this.#uploadId]
      // Whatever the response is, there may be an object.
      this.#isObject = true
      await this.#bucket.completeUpload(key, uploadId, this.#parts, this.#sizeBytes)
      this.#uploadId = null
      this.#dropBuffer()
    }
    this.#sha256 = this.#hash.digest('hex')
    return { sha256: this.#sha256, sizeBytes: this.#sizeBytes }
  }

  async stage(): Promise<void> {
    await this.#place('patient')
  }

  async publish(): Promise<void> {
    // Another instance may have removed the same bytes since they were staged.
    await this.#place('quick')
  }

  async discard(): Promise<void> {
    this.#dropBuffer()
    const uploadId = this.#uploadId
    this.#uploadId = null
    // What cannot be removed now is removed later, as what an instance leaves that is killed.
    if (uploadId !== null) await this.#bucket.abortUpload(this.#incomingKey, uploadId).catch(() => undefined)
    if (this.#isObject) await this.#bucket.remove(this.#incomingKey).catch(() => undefined)
    this.#isObject = false
  }

  async #place(patience: 'patient' | 'quick'): Promise<void> {
    if (this.#sha256 === null) throw new StateError('failed', 'bytes are published before their end')
    const key = this.#keyOf(this.#sha256)
    if ((await this.#bucket.sizeOf(key, patience)) === this.#sizeBytes) return
    if (this.#isObject) await this.#bucket.copy(this.#incomingKey, key, patience)
    else await this.#bucket.put(key, this.#buffer.subarray(0, this.#bufferBytes), patience)
  }

  async #sendPart(): Promise<void> {
    this.#uploadId ??= await this.#bucket.beginUpload(this.#incomingKey)
    const bytes = this.#buffer.subarray(0, this.#bufferBytes)
    const number = this.#parts.length + 1
    this.#parts.push(await this.#bucket.putPart(this.#incomingKey, this.#uploadId, number, bytes))
    this.#bufferBytes = 0
  }

  #growBuffer(bytes: number): void {
    const needed = this.#bufferBytes + bytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, Math.max(needed, 2 * this.#buffer.length)))
    larger.set(this.#buffer.subarray(0, this.#bufferBytes))
    this.#buffer = larger
  }

  #dropBuffer(): void {
    this.#buffer = Buffer.alloc(0)
    this.#bufferBytes = 0
  }
}
