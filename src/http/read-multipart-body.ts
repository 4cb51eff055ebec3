import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import { ChunkCount } from './chunk-count.ts'
import { type FormFile, type FormLimits, FormParser } from './form-parser.ts'
import type { RequestContext } from './request-context.ts'

/** How much of a body is parsed between two looks at the clock. */
const PARSED_BYTES = 16 * 1024
/** What a form has besides its files and fields: boundaries and the headers of its parts. */
const OVERHEAD_BYTES = 1024 * 1024

/** What a form is read with. */
export interface MultipartOptions extends FormLimits {
  /** Parts of these names are files, also without a filename; so is every part that has one. */
  readonly fileFields: readonly string[]
  /** Most bytes of all files together. */
  readonly maxTotalBytes: number
}

/**
 * Reads a body of type `multipart/form-data` to its end. Files are handed over one after the other while they arrive; the
 * client sends no faster than they are taken. Nothing is left to do when this resolves or rejects.
 *
 * @param takeFile takes a file whole; what it leaves is dropped. When the body breaks off, its chunks throw
 * @returns the text fields; of those with the same name, the last
 * @throws ApiError `request-too-large`, `malformed-http`; CompletionError `invalid-request` for a malformed form or one
 *   with too many parts, `cancelled` when the client disconnected; what `takeFile` throws
 */
export async function readMultipartBody(
  context: Pick<RequestContext, 'request' | 'memory' | 'slices'>,
  options: MultipartOptions,
  takeFile: (file: FormFile) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const { request, memory, slices } = context
  const maxBodyBytes = options.maxTotalBytes + OVERHEAD_BYTES
  refuseLong(Number(request.headers.get('content-length') ?? 0), maxBodyBytes)
  const parser = new FormParser(request.headers.get('content-type') ?? '', options, takeFile)
  memory.hold(parser.maxHeldBytes)
  const chunks = new ChunkCount()
  let bytes = 0
  try {
    await request.readBody(async (chunk) => {
      bytes += chunk.length
      refuseLong(bytes, maxBodyBytes)
      chunks.add(chunk)
      for (let from = 0; from < chunk.length; from += PARSED_BYTES) {
        await parser.parse(chunk.subarray(from, from + PARSED_BYTES))
        if (slices.isOver) await slices.next()
      }
    })
    return await parser.finish()
  } catch (error) {
    await parser.abort(error)
    throw brokenOff(error, parser, request.signal)
  }
}

function refuseLong(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new ApiError('request-too-large', 'Request exceeds the maximum size')
}

/** Errors of the connection are no faults of this server. */
function brokenOff(error: unknown, parser: FormParser, signal: AbortSignal): unknown {
  if (parser.failure !== null) return parser.failure
  if (error instanceof ApiError || error instanceof CompletionError) return error
  if (signal.aborted) return CompletionError.cancelled(error)
  return new ApiError('malformed-http', 'The request body ended early', { cause: error })
}
