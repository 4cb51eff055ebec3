import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import type { ApiRequest } from './api-request.ts'

/** Largest body of a request. @see the API's reference, "Errors": request size limits */
export const MAX_REQUEST_BODY_BYTES = 32 * 1024 * 1024
/** Most bytes of all bodies that are being read at once: what this room's memory is bounded by. */
export const MAX_BODIES_BYTES_TOTAL = 512 * 1024 * 1024

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
  async read<Result>(request: ApiRequest, use: (body: Uint8Array) => Result): Promise<Result> {
    if (Number(request.headers.get('content-length') ?? 0) > MAX_REQUEST_BODY_BYTES) throw tooLarge()
    const pieces: Uint8Array[] = []
    let bytes = 0
    try {
      await this.#readPieces(request, (piece) => {
        bytes += piece.length
        this.#totalBytes += piece.length
        if (bytes > MAX_REQUEST_BODY_BYTES) throw tooLarge()
        if (this.#totalBytes > this.#maxTotalBytes) throw new CompletionError('overloaded', 'Overloaded')
        pieces.push(piece)
      })
      const [only] = pieces
      return use(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces, bytes))
    } finally {
      this.#totalBytes -= bytes
    }
  }

  async #readPieces(request: ApiRequest, take: (piece: Uint8Array) => void): Promise<void> {
    try {
      await request.readBody(take)
    } catch (cause) {
      if (cause instanceof ApiError || cause instanceof CompletionError) throw cause
      if (request.signal.aborted) throw new CompletionError('cancelled', 'The caller left', { cause })
      throw new ApiError('malformed-http', 'The request body broke off', { cause })
    }
  }
}

function tooLarge(): ApiError {
  return new ApiError('request-too-large', 'Request exceeds the maximum size')
}
