import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import type { BodyCosts } from '../wire/parse-json-text.ts'
import { MAX_UNITS_IN_ONE_GO } from '../wire/parse-json-text.ts'
import { BodyBytes } from './body-bytes.ts'
import { ChunkCount } from './chunk-count.ts'
import { refuseEncodedBody } from './refuse-encoded-body.ts'
import type { RequestContext } from './request-context.ts'
import { HELD_BYTES_PER_BODY_BYTE, HELD_BYTES_PER_MEMBER, outOfMemory } from './request-memory.ts'

/** Largest body of a request. @see the API's reference, "Errors": request size limits */
export const MAX_REQUEST_BODY_BYTES = 32 * 1024 * 1024

/** What a body is read with. */
export type BodyContext = Pick<RequestContext, 'request' | 'memory' | 'slices'> &
  Partial<Pick<RequestContext, 'log'>>

/**
 * Reads a body to its end, and the JSON object in it. All of it counts as held by its request.
 *
 * @throws ApiError `request-too-large` as soon as that is known, `malformed-http` when the body breaks off or
 *   comes in too many short chunks, `malformed-json`; CompletionError `overloaded` when requests hold too much memory together, `cancelled` when the
 *   client disconnected
 */
export async function readJsonBody(context: BodyContext): Promise<object> {
  const { slices } = context
  const body = await readBody(context)
  // Bodies that come whole together would each take a slice at once.
  if (body.length > MAX_UNITS_IN_ONE_GO) await slices.next()
  const json = await parseJsonBody(body, bodyCostsOf(context))
  context.log?.requested((json as { readonly model?: unknown }).model)
  return json
}

/** What reading a request's body costs, charged to the request. */
export function bodyCostsOf({ memory, slices }: Pick<RequestContext, 'memory' | 'slices'>): BodyCosts {
  return { slices, holdMembers: (count) => memory.hold(count * HELD_BYTES_PER_MEMBER) }
}

async function readBody(context: BodyContext): Promise<Uint8Array> {
  const { memory } = context
  refuseEncodedBody(context.request.headers)
  checkLength(context, Number(context.request.headers.get('content-length') ?? 0))
  const bytes = new BodyBytes()
  const chunks = new ChunkCount()
  await readChunks(context, (chunk) => {
    const length = bytes.length + chunk.length
    if (length > MAX_REQUEST_BODY_BYTES || couldNeverFit(length, context)) throw tooLarge()
    chunks.add(chunk)
    memory.hold(chunk.length * HELD_BYTES_PER_BODY_BYTE)
    bytes.add(chunk)
  })
  return bytes.join()
}

/** Before anything is read. */
function checkLength(context: BodyContext, bytes: number): void {
  if (bytes > MAX_REQUEST_BODY_BYTES || couldNeverFit(bytes, context)) throw tooLarge()
  if (!context.memory.fits(bytes * HELD_BYTES_PER_BODY_BYTE)) throw outOfMemory()
}

/** Whether a body is too large for this server, however little others hold. */
function couldNeverFit(bytes: number, { memory }: BodyContext): boolean {
  return !memory.couldHold(bytes * HELD_BYTES_PER_BODY_BYTE)
}

async function readChunks({ request }: BodyContext, take: (chunk: Uint8Array) => void): Promise<void> {
  try {
    await request.readBody(take)
  } catch (cause) {
    if (cause instanceof ApiError || cause instanceof CompletionError) throw cause
    if (request.signal.aborted) throw CompletionError.cancelled(cause)
    throw new ApiError('malformed-http', 'The request body ended early', { cause })
  }
}

function tooLarge(): ApiError {
  return new ApiError('request-too-large', 'Request exceeds the maximum size')
}
