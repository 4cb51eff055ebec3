import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiRequest, RequestHeaders } from '../api-request.ts'
import { BodyBytes } from '../body-bytes.ts'
import { ChunkCount } from '../chunk-count.ts'
import { readRequestTarget } from '../request-target.ts'
import { BodyPace, discardBody } from './pace-body.ts'

/** A request that came on a port. */
export class NodeRequest implements ApiRequest, RequestHeaders {
  readonly #incoming: IncomingMessage
  readonly method: string
  readonly path: string
  readonly query: string
  readonly hosts: readonly string[]
  readonly #disconnect = new AbortController()

  /** @throws ApiError `malformed-http` when its target is no path */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { host: named = '' } = incoming.headers
    const { path, query, host } = readRequestTarget(incoming.url ?? '', named || 'localhost')
    this.#incoming = incoming
    this.method = incoming.method ?? 'GET'
    this.path = path
    this.query = query
    this.hosts = [named, host ?? ''].filter((name) => name !== '')
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) this.cancel()
    })
  }

  get headers(): RequestHeaders {
    return this
  }

  get isSecure(): boolean {
    return 'encrypted' in this.#incoming.socket
  }

  get remoteAddress(): string | null {
    return this.#incoming.socket.remoteAddress ?? null
  }

  get signal(): AbortSignal {
    return this.#disconnect.signal
  }

  cancel(): void {
    this.#disconnect.abort()
  }

  get(name: string): string | null {
    const value = this.#incoming.headers[name]
    return (Array.isArray(value) ? value.join(', ') : value) ?? null
  }

  has(name: string): boolean {
    return this.#incoming.headers[name] !== undefined
  }

  readBody(take: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      new BodyReading(this.#incoming, { take, resolve, reject }).start()
    })
  }
}

interface BodyReader {
  readonly take: (chunk: Uint8Array) => void | Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Reads a body, and gives it to a reader that may take its time. */
class BodyReading {
  readonly #incoming: IncomingMessage
  readonly #reader: BodyReader
  readonly #chunks = new ChunkCount()
  #pace: BodyPace | null = null
  /** What arrived while the reader was busy: no more than the rest of one piece of the connection. */
  #waiting = new BodyBytes()
  #isTaking = false
  #hasEnded = false

  constructor(incoming: IncomingMessage, reader: BodyReader) {
    this.#incoming = incoming
    this.#reader = reader
  }

  start(): void {
    const incoming = this.#incoming
    if (incoming.destroyed) {
      this.#onClose()
      return
    }
    this.#pace = new BodyPace(incoming)
    // Without a listener for errors there are none: all that matters of them is the end.
    incoming.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose)
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#pace?.count()
    try {
      this.#chunks.add(chunk)
      if (this.#isTaking) this.#waiting.add(chunk)
      else this.#give(chunk)
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #onEnd = (): void => {
    this.#stopListening()
    this.#hasEnded = true
    if (!this.#isTaking) this.#reader.resolve()
  }

  readonly #onClose = (): void => {
    if (!this.#incoming.readableEnded) this.#fail(new Error('the connection was closed'))
  }

  #give(chunk: Uint8Array): void {
    const taken = this.#reader.take(chunk)
    if (!(taken instanceof Promise)) return
    this.#isTaking = true
    this.#pace?.wait(true)
    taken.then(
      () => this.#taken(),
      (error: unknown) => this.#fail(error),
    )
  }

  #taken(): void {
    this.#isTaking = false
    try {
      if (this.#waiting.length > 0) {
        const next = this.#waiting.join()
        this.#waiting = new BodyBytes()
        this.#give(next)
      }
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#isTaking) return
    if (this.#hasEnded) this.#reader.resolve()
    else this.#pace?.wait(false)
  }

  #fail(error: unknown): void {
    this.#stopListening()
    this.#waiting = new BodyBytes()
    if (!this.#hasEnded) discardBody(this.#incoming)
    this.#reader.reject(error)
  }

  /** The request lives until the response has ended, and would keep what its listeners hold. */
  #stopListening(): void {
    this.#pace?.end()
    this.#incoming.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
  }
}
