import { errors } from 'undici'
import { UpstreamFailure } from './upstream-failure.ts'

/** Connection errors after which nothing was sent. */
const NOT_CONNECTED_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The message of llhttp when a connection ends in the middle of a response. */
const EARLY_END_TEXT = 'Invalid EOF state'

/** Converts an error of undici. */
export function connectionFailure(address: string, error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  const code = (error as { code?: unknown } | null)?.code
  const name = typeof code === 'string' ? code : 'no code'
  // undici's error is not kept as the cause: the one of its parser holds bytes of the response.
  if (NOT_CONNECTED_CODES.has(name)) {
    return new UpstreamFailure('unreachable', `${address} cannot be reached (${name})`)
  }
  // Its parser sets no code, and also calls an end in the middle of a chunk broken HTTP.
  if (error instanceof errors.HTTPParserError && !error.message.includes(EARLY_END_TEXT)) {
    return new UpstreamFailure('malformed-event', `${address} sent malformed HTTP: ${error.message}`)
  }
  return new UpstreamFailure('connection-lost', `the connection to ${address} was lost (${name})`)
}
