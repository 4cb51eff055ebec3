import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'

/** Largest body of a request. @see the API's reference, "Errors": request size limits */
export const MAX_REQUEST_BODY_BYTES = 32 * 1024 * 1024
/** Most bytes of all bodies that are being read at once: what this room's memory is bounded by. */
export const MAX_BODIES_BYTES_TOTAL = 512 * 1024 * 1024

/** A body that says it has no more than this is read in one piece: a stream would cost more than the reading. */
const MAX_WHOLE_BODY_BYTES = 64 * 1024

/** Reads bodies, each within its limit and all of them within another. */
export class RequestBodyReader {
  readonly #maxTotalBytes: number
  #totalBytes = 0

  /** @param maxTotalBytes {@link MAX_BODIES_BYTES_TOTAL} when left out */
  constructor(maxTotalBytes = MAX_BODIES_BYTES_TOTAL) {
    this.#maxTotalBytes = maxTotalBytes
  }

  /**
   * Reads a body to its end and hands it to `use`; the bytes count until that returns.
   *
   * @throws ApiError `request-too-large` as soon as that is known, `malformed-http` when the body breaks off;
   *   CompletionError `overloaded` when too many large bodies come at once, `cancelled` when the caller left
   */
  async read<Result>(request: Request, use: (body: Uint8Array) => Result): Promise<Result> {
    const declaredBytes = Number(request.headers.get('content-length') ?? 0)
    if (declaredBytes > MAX_REQUEST_BODY_BYTES) throw tooLarge()
    if (declaredBytes > 0 && declaredBytes <= MAX_WHOLE_BODY_BYTES) {
      return await this.#readWhole(request, declaredBytes, use)
    }
    const chunks: Uint8Array[] = []
    let bytes = 0
    try {
      for await (const chunk of bodyChunks(request)) {
        bytes += chunk.length
        this.#totalBytes += chunk.length
        if (bytes > MAX_REQUEST_BODY_BYTES) throw tooLarge()
        if (this.#totalBytes > this.#maxTotalBytes) throw new CompletionError('overloaded', 'Overloaded')
        chunks.push(chunk)
      }
      return use(Buffer.concat(chunks, bytes))
    } finally {
      this.#totalBytes -= bytes
    }
  }

  async #readWhole<Result>(
    request: Request,
    declaredBytes: number,
    use: (body: Uint8Array) => Result,
  ): Promise<Result> {
    this.#totalBytes += declaredBytes
    try {
      if (this.#totalBytes > this.#maxTotalBytes) throw new CompletionError('overloaded', 'Overloaded')
      const bytes = await wholeBody(request)
      // Behind a port this cannot be; in this process a caller may say what he likes.
      if (bytes.length > MAX_REQUEST_BODY_BYTES) throw tooLarge()
      return use(bytes)
    } finally {
      this.#totalBytes -= declaredBytes
    }
  }
}

async function wholeBody(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer())
  } catch (cause) {
    throw brokenOff(request.signal, cause)
  }
}

async function* bodyChunks(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await readNext(reader, request.signal)
      if (done) return
      yield value
    }
  } finally {
    // What is left unread is no longer wanted; whether that can still be said is of no interest.
    reader.cancel().catch(() => undefined)
  }
}

async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>, signal: AbortSignal) {
  try {
    return await reader.read()
  } catch (cause) {
    throw brokenOff(signal, cause)
  }
}

function brokenOff(signal: AbortSignal, cause: unknown): Error {
  if (signal.aborted) return new CompletionError('cancelled', 'The caller left', { cause })
  return new ApiError('malformed-http', 'The request body broke off', { cause })
}

function tooLarge(): ApiError {
  return new ApiError('request-too-large', 'Request exceeds the maximum size')
}
