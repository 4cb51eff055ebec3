import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { S3mini } from 's3mini'
import { Agent, fetch } from 'undici'
import { StateError } from '../state/state-error.ts'
import { listAt, objectAt, textAt } from '../util/json-value.ts'
import { S3Failure } from './s3-failure.ts'
import type { S3Settings } from './s3-settings.ts'

const CONNECT_MS = 10_000
/** Silence of the service, before a response or in the middle of one. */
const SILENCE_MS = 30_000
/** How long a request may take to its end; one that reads an object may take as long as its bytes come. */
const REQUEST_MS = 60_000
/** The same while a transaction of the database waits for it. */
const QUICK_REQUEST_MS = 10_000
/** Times that a request is sent. */
const ATTEMPTS = 4
const QUICK_ATTEMPTS = 2
const FIRST_DELAY_MS = 200
const CONNECTIONS = 32
/** Uploads and objects that are looked at in one round. */
const LISTED = 500

/** A part of an object that was stored. */
export interface StoredPart {
  readonly partNumber: number
  readonly etag: string
}

type Patience = 'patient' | 'quick'

/**
 * A bucket of an S3 service: what Continuo needs of it, by s3mini, within time limits. Requests that fail for a passing reason
 * are sent again, a few times. All methods throw {@link S3Failure}.
 */
export class S3Bucket {
  readonly #settings: S3Settings
  readonly #agent = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connections: CONNECTIONS,
    pipelining: 1,
  })
  readonly #clients: Readonly<Record<Patience | 'reading', S3mini>>

  constructor(settings: S3Settings, Client: typeof S3mini) {
    this.#settings = settings
    const { accessKeyId, secretAccessKey, region, endpoint, bucket } = settings
    const client = (limitMs: number | null) =>
      new Client({
        ...{ accessKeyId, secretAccessKey, region },
        endpoint: `${endpoint.replace(/\/+$/, '')}/${bucket}`,
        fetch: this.#fetchWithin(limitMs),
      })
    this.#clients = {
      patient: client(REQUEST_MS),
      quick: client(QUICK_REQUEST_MS),
      reading: client(null),
    }
  }

  /** For errors. */
  get name(): string {
    const { endpoint, bucket, prefix } = this.#settings
    return `${prefix}… in the bucket "${bucket}" at ${endpoint}`
  }

  /** The text of a small object; undefined if there is none. */
  readText(key: string): Promise<string | undefined> {
    return this.#ifThere(async (s3) => await (await s3.getObjectRaw(this.#key(key), true)).text())
  }

  /** The size of an object; undefined if there is none. */
  sizeOf(key: string, patience: Patience = 'patient'): Promise<number | undefined> {
    return this.#ifThere((s3) => s3.getContentLength(this.#key(key)), patience)
  }

  /** The bytes of an object, from one on. */
  async read(key: string, from = 0): Promise<Response> {
    const response = await this.#send((s3) => s3.getObjectRaw(this.#key(key), from === 0, from), 'reading')
    if (response.status === (from === 0 ? 200 : 206)) return response
    await response.body?.cancel()
    throw new StateError('failed', `the S3 service gave another part of an object than was asked for`)
  }

  /** Stores an object whole. */
  async put(key: string, bytes: Uint8Array, patience: Patience = 'patient'): Promise<void> {
    const response = await this.#send(
      (s3) => s3.putObject(this.#key(key), bytes, undefined, undefined, digestHeader(bytes)),
      patience,
    )
    await response.body?.cancel()
  }

  /** Stores an object unless there is one, where the service can do that; others replace it. */
  async putFirst(key: string, bytes: Uint8Array): Promise<void> {
    const headers: Record<string, string> = { 'if-none-match': '*' }
    try {
      await this.#send((s3) => s3.putObject(this.#key(key), bytes, undefined, undefined, headers))
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error
      if (error.status === 501) await this.put(key, bytes)
      else if (error.status !== 412 && error.status !== 409) throw error
    }
  }

  /** Copies an object within the bucket. */
  async copy(from: string, to: string, patience: Patience = 'patient'): Promise<void> {
    await this.#send((s3) => s3.copyObject(this.#key(from), this.#key(to)), patience)
  }

  /** Removes an object; harmless if there is none. */
  async remove(key: string, patience: Patience = 'patient'): Promise<void> {
    await this.#ifThere((s3) => s3.deleteObject(this.#key(key)), patience)
  }

  /** Begins an object that is stored in parts. @returns the id of the upload */
  async beginUpload(key: string): Promise<string> {
    let attempts = 0
    const uploadId = await this.#send((s3) => {
      attempts += 1
      return s3.getMultipartUploadId(this.#key(key))
    })
    // One whose response was lost was begun too.
    if (attempts > 1) await this.#abortUploads(key, (upload) => upload.uploadId !== uploadId)
    return uploadId
  }

  async putPart(key: string, uploadId: string, partNumber: number, bytes: Uint8Array): Promise<StoredPart> {
    const part = await this.#send((s3) =>
      s3.uploadPart(this.#key(key), uploadId, bytes, partNumber, {}, undefined, digestHeader(bytes)),
    )
    if (part.etag === '') throw new StateError('failed', 'the S3 service gave a part no ETag')
    return part
  }

  /** Makes the object of an upload, of `sizeBytes`. */
  async completeUpload(
    key: string,
    uploadId: string,
    parts: readonly StoredPart[],
    sizeBytes: number,
  ): Promise<void> {
    try {
      const { etag } = await this.#send((s3) =>
        s3.completeMultipartUpload(this.#key(key), uploadId, [...parts]),
      )
      // An error may come with status 200, since S3 begins its response before it is done.
      if (!etag) throw new StateError('failed', 'the S3 service did not join the parts of an object')
    } catch (error) {
      // A response was lost, and the request was sent again.
      if (!(error instanceof S3Failure && error.isMissing)) throw error
    }
    if ((await this.sizeOf(key)) !== sizeBytes)
      throw new StateError('failed', 'the S3 service stored another number of bytes than it was sent')
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    await this.#ifThere((s3) => s3.abortMultipartUpload(this.#key(key), uploadId))
  }

  /** Removes objects and uploads that were begun before a time, and whose names have this beginning. */
  async removeBegunBefore(prefix: string, timeMs: number): Promise<void> {
    await this.#abortUploads(prefix, ({ begunMs }) => begunMs < timeMs)
    const objects = (await this.#send((s3) => s3.listObjects('/', this.#key(prefix), LISTED))) ?? []
    for (const { Key: key, LastModified: modified } of objects) {
      if (new Date(modified).getTime() < timeMs) await this.#ifThere((s3) => s3.deleteObject(key))
    }
  }

  async #abortUploads(prefix: string, isOver: (upload: BegunUpload) => boolean): Promise<void> {
    const list = await this.#send((s3) =>
      s3.listMultipartUploads('/', '', 'GET', { prefix: this.#key(prefix), 'max-uploads': LISTED }),
    )
    for (const upload of uploadsOf(list).filter(isOver))
      await this.#ifThere((s3) => s3.abortMultipartUpload(upload.key, upload.uploadId))
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  #key(key: string): string {
    return this.#settings.prefix + key
  }

  async #ifThere<Result>(
    request: (s3: S3mini) => Promise<Result>,
    patience: Patience = 'patient',
  ): Promise<Result | undefined> {
    try {
      return await this.#send(request, patience)
    } catch (error) {
      if (error instanceof S3Failure && error.isMissing) return undefined
      throw error
    }
  }

  async #send<Result>(
    request: (s3: S3mini) => Promise<Result>,
    patience: Patience | 'reading' = 'patient',
  ): Promise<Result> {
    const attempts = patience === 'quick' ? QUICK_ATTEMPTS : ATTEMPTS
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(this.#clients[patience])
      } catch (error) {
        const failure = S3Failure.from(error, this.#settings)
        if (!failure.isPassing || attempt >= attempts) throw failure
      }
      // Others wait too: not all for the same time.
      await delay(FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + Math.random()))
    }
  }

  /** Redirections are not followed: what is signed is signed for one address. */
  #fetchWithin(limitMs: number | null): typeof globalThis.fetch {
    const send = (input: string, init: RequestInit) =>
      fetch(input, {
        ...(init as object),
        dispatcher: this.#agent,
        redirect: 'manual',
        ...(limitMs === null ? {} : { signal: AbortSignal.timeout(limitMs) }),
      })
    return send as unknown as typeof globalThis.fetch
  }
}

/** The service refuses bytes that were changed on their way. s3mini signs the header, but its types know those of AWS only. */
function digestHeader(bytes: Uint8Array): Record<`x-amz-${string}`, string> {
  const headers: Record<string, string> = { 'content-md5': createHash('md5').update(bytes).digest('base64') }
  return headers
}

interface BegunUpload {
  readonly key: string
  readonly uploadId: string
  readonly begunMs: number
}

/** s3mini gives lists of uploads as their XML has them: one, or a list. */
function uploadsOf(list: unknown): BegunUpload[] {
  const result = objectAt(list, 'ListMultipartUploadsResult') ?? objectAt(list, 'listMultipartUploadsResult')
  const one = objectAt(result, 'Upload')
  const uploads = one === undefined ? (listAt(result, 'Upload') ?? []) : [one]
  return uploads.flatMap((upload) => {
    const [key, uploadId] = [textAt(upload, 'Key'), textAt(upload, 'UploadId')]
    const begunMs = Date.parse(textAt(upload, 'Initiated') ?? '')
    return key === undefined || uploadId === undefined || Number.isNaN(begunMs)
      ? []
      : [{ key, uploadId, begunMs }]
  })
}
