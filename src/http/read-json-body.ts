import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import type { BodyCosts } from '../wire/body-costs.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import { MAX_UNITS_IN_ONE_GO } from '../wire/parse-json-text.ts'
import type { RequestContext } from './request-context.ts'
import { HELD_BYTES_PER_BODY_BYTE, HELD_BYTES_PER_MEMBER, outOfMemory } from './request-memory.ts'

/** Largest body of a request. @see the API's reference, "Errors": request size limits */
export const MAX_REQUEST_BODY_BYTES = 32 * 1024 * 1024

/** What a body is read with. */
export type BodyContext = Pick<RequestContext, 'request' | 'memory' | 'slices'>

/**
 * Reads a body to its end, and the JSON object in it. All of it counts as held by its request.
 *
 * @throws ApiError `request-too-large` as soon as that is known, `malformed-http` when the body breaks off,
 *   `malformed-json`; CompletionError `overloaded` when requests hold too much memory together, `cancelled` when the
 *   client disconnected
 */
export async function readJsonBody(context: BodyContext): Promise<object> {
  const { slices } = context
  const body = await readBody(context)
  // Bodies that come whole together would each take a slice at once.
  if (body.length > MAX_UNITS_IN_ONE_GO) await slices.next()
  return parseJsonBody(body, bodyCostsOf(context))
}

/** What reading a request's body costs, charged to the request. */
export function bodyCostsOf({ memory, slices }: Pick<RequestContext, 'memory' | 'slices'>): BodyCosts {
  return { slices, holdMembers: (count) => memory.hold(count * HELD_BYTES_PER_MEMBER) }
}

async function readBody(context: BodyContext): Promise<Uint8Array> {
  const { memory } = context
  checkLength(context, Number(context.request.headers.get('content-length') ?? 0))
  const pieces: Uint8Array[] = []
  let bytes = 0
  await readPieces(context, (piece) => {
    bytes += piece.length
    if (bytes > MAX_REQUEST_BODY_BYTES || couldNeverFit(bytes, context)) throw tooLarge()
    memory.hold(piece.length * HELD_BYTES_PER_BODY_BYTE)
    pieces.push(piece)
  })
  const [only] = pieces
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces, bytes)
}

/** Before anything is read. */
function checkLength(context: BodyContext, bytes: number): void {
  if (bytes > MAX_REQUEST_BODY_BYTES || couldNeverFit(bytes, context)) throw tooLarge()
  if (!context.memory.hasRoomFor(bytes * HELD_BYTES_PER_BODY_BYTE)) throw outOfMemory()
}

/** Whether a body is too large for this server, however little others hold. */
function couldNeverFit(bytes: number, { memory }: BodyContext): boolean {
  return !memory.couldHold(bytes * HELD_BYTES_PER_BODY_BYTE)
}

async function readPieces({ request }: BodyContext, take: (piece: Uint8Array) => void): Promise<void> {
  try {
    await request.readBody(take)
  } catch (cause) {
    if (cause instanceof ApiError || cause instanceof CompletionError) throw cause
    if (request.signal.aborted) throw CompletionError.cancelled(cause)
    throw new ApiError('malformed-http', 'The request body broke off', { cause })
  }
}

function tooLarge(): ApiError {
  return new ApiError('request-too-large', 'Request exceeds the maximum size')
}
