import type { BlobDigest, NewBlob } from '../../../files/blob-store.ts'
import { type Files, type StoredFile, storeFile } from '../../../files/file.ts'
import { cleanFileName } from '../../../files/file-name.ts'
import { mediaTypeOf } from '../../../files/media-type.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { FILE_FIELD, readUploadTtl } from '../../../wire/files/file-upload-params.ts'
import type { FormFile } from '../../form-parser.ts'
import { readMultipartBody } from '../../read-multipart-body.ts'
import type { RoutedRequest } from '../../request-context.ts'

/** Largest file. @see the API's reference, "Files": file size */
export const MAX_FILE_BYTES = 500 * 1_000 * 1_000
/** What has arrived, beside what its store holds. */
const HELD_BYTES_PER_UPLOAD = 256 * 1024
const FORM = {
  fileFields: [FILE_FIELD],
  maxFiles: 1,
  maxFileBytes: MAX_FILE_BYTES,
  maxTotalBytes: MAX_FILE_BYTES,
  maxFields: 16,
  maxFieldBytes: 1024,
}

/** An upload whose bytes have ended. */
interface ReceivedFile {
  readonly digest: BlobDigest
  readonly filename: string
  readonly mimeType: string
}

/**
 * Receives a file and stores it. Of one that is refused, or breaks off, nothing is left.
 *
 * @throws ApiError, CompletionError for what is wrong with it; StateError when it cannot be stored
 */
export async function uploadFile(context: RoutedRequest, files: Files): Promise<StoredFile> {
  const { caller, memory } = context
  memory.hold(HELD_BYTES_PER_UPLOAD + Math.min(files.store.heldBytesPerBlob, bodyBytesOf(context)))
  const blob = await files.store.create()
  try {
    let received: ReceivedFile | undefined
    const fields = await readMultipartBody(context, FORM, async (file) => {
      if (file.fieldName === FILE_FIELD) received = await receiveFile(file, blob)
    })
    if (received === undefined) throw invalidRequest('file: Field required')
    const { digest, ...described } = received
    const createdBy = caller.actorId === '' ? caller.apiKeyId : caller.actorId
    const ttlMs = readUploadTtl(fields)
    const file = { workspaceId: caller.workspaceId, createdBy, ttlMs, ...described }
    const stored = await storeFile(files, file, blob, digest)
    if (stored !== null) return stored
    throw new ApiError(
      'storage-quota-exceeded',
      `The files of this organization take ${files.maxTotalBytes} bytes at most (files.maxTotalBytes): delete some.`,
    )
  } finally {
    await blob.discard()
  }
}

/** How long a body says that it is. */
function bodyBytesOf({ request }: RoutedRequest): number {
  const length = request.headers.get('content-length')
  return length === null ? Number.POSITIVE_INFINITY : Number(length)
}

async function receiveFile(file: FormFile, blob: NewBlob): Promise<ReceivedFile> {
  const mimeType = mediaTypeOf(file.mediaType, file.filename ?? '')
  const filename = cleanFileName(file.filename, mimeType)
  for await (const chunk of file.chunks) await blob.write(chunk)
  return { digest: await blob.end(), filename, mimeType }
}
