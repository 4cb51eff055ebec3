import assert from 'node:assert/strict'
import type { Continuo } from 'continuo'

type Handle = Continuo['handle']
type ApiRequest = Parameters<Handle>[0]

/** A request that a program sent. */
export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The JSON of the body; its text where it is no JSON, and null without one. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into bodies of many shapes
  readonly body: any
}

/** Most requests that are kept. */
const MAX_REQUESTS = 1_000
/** The headers that are kept of requests on a port. */
const HEADERS = [
  'anthropic-beta',
  'anthropic-version',
  'authorization',
  'content-type',
  'user-agent',
  'x-api-key',
  'x-continuo-test',
  'x-stainless-retry-count',
]

/** What a program sent, until it is cleared. */
export class RequestLog {
  #requests: SentRequest[] = []

  get requests(): readonly SentRequest[] {
    return this.#requests
  }

  clear(): void {
    this.#requests = []
  }

  watchFetch(inner: Continuo['fetch']): typeof fetch {
    return async (input, init) => {
      const request = new Request(input as string, init)
      const { pathname } = new URL(request.url)
      const text = request.body === null ? null : await request.clone().text()
      this.#add(request.method, pathname, Object.fromEntries(request.headers), text)
      return inner(request)
    }
  }

  watchHandle(inner: Handle): Handle {
    return (request) => inner(this.#watched(request))
  }

  assertSent(body: object): void {
    const sent = this.#requests.map((request) => request.body)
    if (sent.some((one) => isPartOf(body, one))) return
    // Shows how the last one differs.
    assert.partialDeepStrictEqual(sent.at(-1) ?? 'no request', body)
  }

  /** The same request; its body is noted while it is read. */
  #watched(request: ApiRequest): ApiRequest {
    const { method, path, query, hosts } = request
    const headers = Object.fromEntries(
      HEADERS.flatMap((name) => {
        const value = request.headers.get(name)
        return value === null ? [] : [[name, value]]
      }),
    )
    return {
      ...{ method, path, query, hosts },
      headers: request.headers,
      signal: request.signal,
      cancel: () => request.cancel(),
      readBody: async (take) => {
        const chunks: Uint8Array[] = []
        await request.readBody((chunk) => {
          chunks.push(chunk)
          return take(chunk)
        })
        this.#add(method, path, headers, Buffer.concat(chunks).toString())
      },
    }
  }

  #add(method: string, path: string, headers: Record<string, string>, text: string | null): void {
    if (this.#requests.length >= MAX_REQUESTS) this.#requests.shift()
    this.#requests.push({ method, path, headers, body: text === null || text === '' ? null : parsed(text) })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isPartOf(part: object, whole: unknown): boolean {
  try {
    assert.partialDeepStrictEqual(whole, part)
    return true
  } catch {
    return false
  }
}
