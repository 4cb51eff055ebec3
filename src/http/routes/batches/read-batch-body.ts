import type { NewBatchRequest } from '../../../batches/new-batch.ts'
import { CompletionError } from '../../../completion/completion-error.ts'
import { encodeJson } from '../../../util/encode-json.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { parseBatchRequest } from '../../../wire/batches/batch-request-params.ts'
import { BatchBodyCutter } from '../../../wire/batches/cut-batch-body.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { parseJsonBody } from '../../../wire/json-body.ts'
import { ChunkCount } from '../../chunk-count.ts'
import { refuseEncodedBody } from '../../refuse-encoded-body.ts'
import type { RequestContext } from '../../request-context.ts'
import { HELD_BYTES_PER_BODY_BYTE, HELD_BYTES_PER_MEMBER } from '../../request-memory.ts'

/** Largest body of a batch. @see the API's reference, "Errors": request size limits */
export const MAX_BATCH_BODY_BYTES = 256 * 1024 * 1024
/** How much of a body is cut between two looks at the clock. */
const CUT_BYTES = 64 * 1024
/** What a `custom_id` counts as: all are kept until the end, to find one that comes twice. */
const HELD_BYTES_PER_ID = 160

/**
 * Reads the body of a batch, and calls `take` with each of its requests while it arrives.
 *
 * @throws ApiError, CompletionError for what is wrong with it; what `take` throws
 */
export async function readBatchBody(
  context: RequestContext,
  take: (request: NewBatchRequest) => Promise<void>,
): Promise<void> {
  const { request, slices } = context
  refuseEncodedBody(request.headers)
  refuseLong(Number(request.headers.get('content-length') ?? 0))
  const cutter = new BatchBodyCutter()
  const elements = new BatchElements(context)
  const chunks = new ChunkCount()
  let bytes = 0
  try {
    await request.readBody(async (chunk) => {
      bytes += chunk.length
      refuseLong(bytes)
      chunks.add(chunk)
      for (let from = 0; from < chunk.length; from += CUT_BYTES) {
        for (const element of cutter.cut(chunk.subarray(from, from + CUT_BYTES))) {
          await take(await elements.read(element))
        }
        elements.holdUnfinished(cutter.heldBytes)
        if (slices.isOver) await slices.next()
      }
    })
  } catch (error) {
    throw brokenOff(error, request.signal)
  }
  cutter.end()
}

/** Reads elements one by one. */
class BatchElements {
  readonly #context: RequestContext
  readonly #customIds = new Set<string>()
  #heldBytes = 0

  constructor(context: RequestContext) {
    this.#context = context
  }

  async read(element: Uint8Array): Promise<NewBatchRequest> {
    const { memory, slices } = this.#context
    let heldBytes = element.length * HELD_BYTES_PER_BODY_BYTE
    this.#holdLargest(heldBytes)
    const holdMembers = (count: number) => {
      heldBytes += count * HELD_BYTES_PER_MEMBER
      this.#holdLargest(heldBytes)
    }
    const index = this.#customIds.size
    const costs = { slices, holdMembers }
    const json = await parseJsonBody(element, costs).catch((error: unknown) => {
      throw error instanceof ApiError
        ? new ApiError('malformed-json', `requests.${index}: ${error.message}`, { cause: error })
        : error
    })
    const { customId, params } = parseBatchRequest(json, index)
    memory.hold(HELD_BYTES_PER_ID)
    this.#customIds.add(customId)
    if (this.#customIds.size === index) {
      throw invalidRequest(
        `requests: custom_id must be unique within the batch. Duplicate value: "${customId}"`,
      )
    }
    const encoded = await encodeJson(params, slices)
    return { customId, params: typeof encoded === 'string' ? Buffer.from(encoded) : encoded }
  }

  /** Holds the bytes of an element whose end has not arrived. */
  holdUnfinished(bytes: number): void {
    this.#holdLargest(bytes * HELD_BYTES_PER_BODY_BYTE)
  }

  /** One element is held at a time: only the largest counts. */
  #holdLargest(bytes: number): void {
    if (bytes <= this.#heldBytes) return
    this.#context.memory.hold(bytes - this.#heldBytes)
    this.#heldBytes = bytes
  }
}

function refuseLong(bytes: number): void {
  if (bytes > MAX_BATCH_BODY_BYTES)
    throw new ApiError('request-too-large', 'Request exceeds the maximum size')
}

/** Errors of the connection are no faults of this server. */
function brokenOff(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return CompletionError.cancelled(error)
  const isKnown = error instanceof Error && !('code' in error && String(error.code).startsWith('ERR_'))
  return isKnown ? error : new ApiError('malformed-http', 'The request body ended early', { cause: error })
}
