import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { Violation } from './violation.ts'

/** A request to send. */
export interface CallerRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes with a content-length, or pieces that are sent as chunks. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>
  /** Called with each piece of the response; the next is read when it resolves. */
  readonly onPiece?: (piece: string) => Promise<void> | void
  /** Disconnects. */
  readonly signal?: AbortSignal
}

/** A complete response. */
export interface CallerResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly headersAfterMs: number
}

/** What takes longer than this hangs. */
const PATIENCE_MS = 120_000

/** Sends requests over kept connections, as real clients do, and gives each of them an end. */
export class HttpCaller {
  readonly #url: URL
  readonly #agent: Agent
  readonly #patienceMs: number

  constructor(url: string, patienceMs = PATIENCE_MS) {
    this.#url = new URL(url)
    this.#patienceMs = patienceMs
    this.#agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  }

  /**
   * Sends a request and reads its response to the end.
   *
   * @throws Violation when nothing arrives for too long; the signal's reason when it fires; otherwise the error of the
   *   connection
   */
  async send(asked: CallerRequest): Promise<CallerResponse> {
    try {
      return await this.#sendOnce(asked)
    } catch (error) {
      // The server may close a kept connection at the moment it is used, without having read the request.
      if (error instanceof NotReadError && !isStream(asked.body)) return this.#sendOnce(asked)
      throw error
    }
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy()
  }

  async #sendOnce(asked: CallerRequest): Promise<CallerResponse> {
    const startedMs = performance.now()
    const sent = request(this.#url, {
      agent: this.#agent,
      method: asked.method,
      path: asked.path,
      headers: { ...asked.headers, ...lengthHeader(asked.body) },
    })
    const where = `${asked.method} ${asked.path}`
    sent.setTimeout(this.#patienceMs, () =>
      sent.destroy(new Violation(where, `nothing came for ${this.#patienceMs / 1000} s`)),
    )
    let response: IncomingMessage | undefined
    const cancel = () => {
      // After a complete response, its connection may already belong to another request.
      if (!response?.complete) sent.destroy(asked.signal?.reason)
    }
    asked.signal?.addEventListener('abort', cancel, { once: true })
    try {
      response = await responseOf(sent, asked)
      const headersAfterMs = performance.now() - startedMs
      const { statusCode: status = 0, headers } = response
      let body = ''
      try {
        for await (const piece of response.setEncoding('utf8')) {
          body += piece
          await asked.onPiece?.(piece)
        }
      } catch (cause) {
        const broken = `the answer (${headers['request-id']}, ${status} after ${Math.round(headersAfterMs)} ms)`
        const place = `after ${Math.round(performance.now() - startedMs)} ms and ${body.length} characters`
        throw new Error(`${broken} broke off ${place}`, { cause })
      }
      return { status, headers, body, headersAfterMs }
    } finally {
      asked.signal?.removeEventListener('abort', cancel)
    }
  }
}

/** The connection broke before the server read the request. */
class NotReadError extends Error {
  override readonly name = 'NotReadError'
}

function responseOf(sent: ClientRequest, { body, signal }: CallerRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let hasResponse = false
    sent.once('response', (response) => {
      hasResponse = true
      resolve(response)
    })
    // Stays: a response may come before the whole request is sent, and its connection may break after that.
    sent.on('error', (error) => {
      const isStale = sent.reusedSocket && !hasResponse && !signal?.aborted && !(error instanceof Violation)
      reject(isStale ? new NotReadError('the kept connection was closed', { cause: error }) : error)
    })
    if (isStream(body)) void sendPieces(sent, body)
    else sent.end(body)
  })
}

async function sendPieces(sent: ClientRequest, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    if (sent.destroyed) return
    if (!sent.write(piece)) await drainOrEnd(sent)
  }
  sent.end()
}

function drainOrEnd(sent: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      sent.off('drain', goOn).off('close', goOn)
      resolve()
    }
    sent.on('drain', goOn).on('close', goOn)
  })
}

function isStream(body: CallerRequest['body']): body is AsyncIterable<string | Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body
}

function lengthHeader(body: CallerRequest['body']): Record<string, string> {
  if (body === undefined || isStream(body)) return {}
  return { 'content-length': String(Buffer.byteLength(body)) }
}
