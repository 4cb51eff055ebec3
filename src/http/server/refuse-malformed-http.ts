import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ApiError } from '../../wire/api-error.ts'
import { newRequestId } from '../../wire/completion-id.ts'
import { describeError, errorBody } from '../../wire/error-body.ts'

/** Responds to bytes that are no HTTP request, or came too slowly, and closes the connection. */
export function refuseMalformedHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  socket.write(plainErrorResponse(malformedHttpError(error.code)))
  socket.destroySoon()
}

function malformedHttpError(code: string | undefined): ApiError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError('request-timed-out', 'The request did not arrive in time')
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError('malformed-http', 'The request headers are too large')
    default:
      return new ApiError('malformed-http', 'This is not a valid HTTP request')
  }
}

/** Node has no response object without a request: the bytes are written by hand. */
function plainErrorResponse(error: ApiError): string {
  const requestId = newRequestId()
  const described = describeError(error)
  const body = JSON.stringify(errorBody(described, requestId))
  return [
    `HTTP/1.1 ${described.status} ${STATUS_CODES[described.status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `request-id: ${requestId}`,
    `x-should-retry: ${described.shouldRetry}`,
    '',
    body,
  ].join('\r\n')
}
