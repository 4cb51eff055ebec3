import { StateError } from '../state/state-error.ts'
import type { BlobStore, NewBlob, OpenBlob } from './blob-store.ts'
import { INCOMING, PART_BYTES, S3Blob } from './s3-blob.ts'
import type { S3Bucket } from './s3-bucket.ts'
import { S3Failure } from './s3-failure.ts'
import { S3OpenBlob } from './s3-open-blob.ts'

/** What has not ended by then was left by an instance that was killed. */
const LEFT_OVER_MS = 24 * 60 * 60_000

/** Blobs as objects of a bucket, which instances may share. */
export class S3Blobs implements BlobStore {
  /** A part, and its copy on the way. */
  readonly heldBytesPerBlob = 2 * PART_BYTES
  readonly #bucket: S3Bucket

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket
  }

  async create(): Promise<NewBlob> {
    return new S3Blob(this.#bucket, keyOf)
  }

  async open(sha256: string): Promise<OpenBlob> {
    try {
      return await S3OpenBlob.open(this.#bucket, keyOf(sha256), sha256)
    } catch (error) {
      if (!(error instanceof S3Failure && error.isMissing)) throw error
      throw new StateError(
        'corrupt',
        `the bytes of a file are not there: ${keyOf(sha256)}, ${this.#bucket.name}`,
      )
    }
  }

  async remove(sha256: string): Promise<void> {
    await this.#bucket.remove(keyOf(sha256), 'quick')
  }

  async removeLeftovers(nowMs = Date.now()): Promise<void> {
    await this.#bucket.removeBegunBefore(INCOMING, nowMs - LEFT_OVER_MS)
  }

  async close(): Promise<void> {
    await this.#bucket.close()
  }
}

function keyOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new StateError('corrupt', 'a file has no digest')
  return `${sha256.slice(0, 2)}/${sha256}`
}
