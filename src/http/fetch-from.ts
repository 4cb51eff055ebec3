import type { ApiRequest } from './api-request.ts'
import { type ApiResponse, isStreaming, type StreamingBody } from './api-response.ts'
import { failedFetch } from './broken-connection.ts'
import { targetOf } from './request-target.ts'

/** The status of a request whose client disconnected. */
const CANCELLED_STATUS = 499
const NO_HOSTS: readonly string[] = []

/** Makes a `fetch` of what responds to requests: without a port, and without a network between. */
export function fetchFrom(handle: (request: ApiRequest) => Promise<ApiResponse>) {
  return async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = init === undefined && input instanceof Request ? input : new Request(input, init)
    const asked = new WebRequest(request)
    const { status, headers, body, broken } = await handle(asked)
    if (broken !== undefined) throw failedFetch(broken)
    if (request.signal.aborted && status === CANCELLED_STATUS) throw request.signal.reason
    if (isStreaming(body)) {
      const { lengthBytes } = body
      const length = lengthBytes === null ? {} : { 'content-length': String(lengthBytes) }
      return new Response(readableStream(body, asked), { status, headers: { ...headers, ...length } })
    }
    asked.over()
    return new Response(body as ConstructorParameters<typeof Response>[0], { status, headers })
  }
}

/** A web request of this process. */
export class WebRequest implements ApiRequest {
  readonly #request: Request
  readonly #disconnect = new AbortController()
  readonly path: string
  readonly query: string
  /** Called when the request's own signal fires, until it is {@link over}. */
  onDisconnect: () => void = () => undefined

  constructor(request: Request) {
    const { path, query } = targetOf(new URL(request.url))
    this.#request = request
    this.path = path
    this.query = query
    if (request.signal.aborted) this.#followSignal()
    else request.signal.addEventListener('abort', this.#followSignal, { once: true })
  }

  get method(): string {
    return this.#request.method
  }

  /** The host of its URL was never looked up: only this process can have sent it. */
  get hosts(): readonly string[] {
    return NO_HOSTS
  }

  get headers(): Headers {
    return this.#request.headers
  }

  get signal(): AbortSignal {
    return this.#disconnect.signal
  }

  cancel(): void {
    this.#disconnect.abort()
  }

  /** The response has ended: the signal, which may live for long, is no longer listened to. */
  over(): void {
    this.#request.signal.removeEventListener('abort', this.#followSignal)
  }

  async readBody(take: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    if (this.#request.body === null) return
    const { signal } = this
    const reader: ReadableStreamDefaultReader<Uint8Array> = this.#request.body.getReader()
    // An error of the stream does not matter any more.
    const stop = () => void reader.cancel().catch(() => undefined)
    signal.addEventListener('abort', stop, { once: true })
    try {
      for (;;) {
        const { done, value } = await reader.read()
        signal.throwIfAborted()
        if (done) return
        const taken = take(value)
        if (taken instanceof Promise) await taken
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  }

  readonly #followSignal = (): void => {
    this.#disconnect.abort(this.#request.signal.reason)
    this.onDisconnect()
  }
}

function readableStream(body: StreamingBody, asked: WebRequest): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  async function cancel(): Promise<void> {
    asked.over()
    await body.cancel()
  }
  asked.onDisconnect = () => void cancel()
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (body.preamble !== '') controller.enqueue(encoder.encode(body.preamble))
    },
    async pull(controller) {
      const { data, isLast } = await body.next()
      if (data.length > 0) controller.enqueue(typeof data === 'string' ? encoder.encode(data) : data)
      if (!isLast) return
      asked.over()
      controller.close()
    },
    cancel,
  })
}
