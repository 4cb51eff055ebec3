import { ApiError } from '../../../wire/api-error.ts'
import { BodyBytes } from '../../body-bytes.ts'
import type { BodyContext } from '../../read-json-body.ts'

/** A code and a name need much less. */
const MAX_FORM_BYTES = 16 * 1024

/** Reads the fields of a short form. @throws ApiError `request-too-large`, `malformed-http` */
export async function readFormBody({ request }: Pick<BodyContext, 'request'>): Promise<URLSearchParams> {
  const bytes = new BodyBytes()
  try {
    await request.readBody((chunk) => {
      if (bytes.length + chunk.length > MAX_FORM_BYTES)
        throw new ApiError('request-too-large', 'Request exceeds the maximum size')
      bytes.add(chunk)
    })
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('malformed-http', 'The request body ended early', { cause })
  }
  return new URLSearchParams(Buffer.from(bytes.join()).toString())
}
