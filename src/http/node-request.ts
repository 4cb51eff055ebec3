import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiRequest, RequestHeaders } from './api-request.ts'
import { readRequestTarget } from './request-target.ts'

/** A request that came on a port, as the routes see it. */
export class NodeRequest implements ApiRequest, RequestHeaders {
  readonly #incoming: IncomingMessage
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #leaving = new AbortController()

  /** @throws ApiError `malformed-http` when it asks for what is no path */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { path, query } = readRequestTarget(incoming.url ?? '', incoming.headers.host || 'localhost')
    this.#incoming = incoming
    this.method = incoming.method ?? 'GET'
    this.path = path
    this.query = query
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) this.#leaving.abort()
    })
  }

  get headers(): RequestHeaders {
    return this
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  get(name: string): string | null {
    const value = this.#incoming.headers[name]
    return (Array.isArray(value) ? value.join(', ') : value) ?? null
  }

  has(name: string): boolean {
    return this.#incoming.headers[name] !== undefined
  }

  readBody(take: (piece: Uint8Array) => void): Promise<void> {
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      function settle(error?: unknown): void {
        incoming.off('data', onData).off('end', settle).off('error', settle).off('close', onClose)
        // What follows is of no interest, an error least of all.
        incoming.on('error', () => undefined)
        if (error === undefined) resolve()
        else reject(error)
      }
      function onData(piece: Uint8Array): void {
        try {
          take(piece)
        } catch (error) {
          settle(error)
        }
      }
      function onClose(): void {
        settle(new Error('the connection was closed'))
      }
      if (incoming.destroyed) onClose()
      else incoming.on('data', onData).on('end', settle).on('error', settle).on('close', onClose)
    })
  }
}
