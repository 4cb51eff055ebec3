import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiRequest, RequestHeaders } from '../api-request.ts'
import { readRequestTarget } from '../request-target.ts'
import { discardBody, paceBody } from './pace-body.ts'

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
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      let taking: Promise<void> | null = null
      let stopPacing: () => void = () => undefined
      function onData(chunk: Uint8Array): void {
        try {
          const taken = take(chunk)
          if (taken instanceof Promise) waitFor(taken)
        } catch (error) {
          fail(error)
        }
      }
      /** Reads no more until a chunk is taken: the connection then fills up, and the client has to wait. */
      function waitFor(taken: Promise<void>): void {
        incoming.pause()
        taking = taken.then(() => {
          taking = null
          incoming.resume()
        })
        taking.catch(fail)
      }
      function onEnd(): void {
        stopListening()
        if (taking === null) resolve()
        else taking.then(resolve, reject)
      }
      function onClose(): void {
        if (!incoming.readableEnded) fail(new Error('the connection was closed'))
      }
      function fail(error: unknown): void {
        stopListening()
        discardBody(incoming)
        reject(error)
      }
      // The request lives until the response has ended, and would keep what its listeners hold.
      function stopListening(): void {
        stopPacing()
        incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      }
      if (incoming.destroyed) onClose()
      // Without a listener for errors there are none: all that matters of them is the end.
      else {
        incoming.on('data', onData).on('end', onEnd).on('close', onClose)
        stopPacing = paceBody(incoming, () => taking === null)
      }
    })
  }
}
