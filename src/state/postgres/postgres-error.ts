import { StateError, type StateErrorCode } from '../state-error.ts'

/** By SQLSTATE, or by its first two characters: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const CODES: Readonly<Record<string, StateErrorCode>> = {
  '08': 'unavailable', // the connection broke
  '0A000': 'failed',
  '22': 'invalid-value',
  '23': 'invalid-value',
  '23505': 'duplicate',
  '25006': 'unavailable', // a standby that is not the primary yet
  '25P03': 'busy', // a transaction was left open too long
  '28': 'invalid', // the login was refused
  '3D000': 'invalid', // there is no such database
  '40': 'busy', // a deadlock, or a transaction that has to be repeated
  '42501': 'not-writable', // the role may not do this
  '53': 'unavailable', // too many connections, out of memory
  '53100': 'full',
  '54': 'invalid-value', // such as a text that is too long for an index
  '55P03': 'busy', // a lock was not granted in time
  '57': 'unavailable', // shut down, starting, or crashed
  '57014': 'busy', // a statement was cancelled for its time
  '58': 'unavailable', // the server's own disk
  XX: 'unavailable',
}

/** Errors of sockets and of looking up names. */
const SOCKET_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // a socket file that is not there
]

/** What `pg` says without a code. */
const TEXTS: readonly { readonly text: RegExp; readonly code: StateErrorCode }[] = [
  { text: /timeout exceeded when trying to connect/, code: 'busy' },
  { text: /query read timeout/i, code: 'unavailable' },
  { text: /connection (terminated|ended)|not queryable|connection error/i, code: 'unavailable' },
  { text: /(SASL|password)/, code: 'invalid' },
  { text: /self-signed certificate|certificate|does not support SSL/i, code: 'invalid' },
]

/**
 * The state's own error for one of `pg`. The original is not kept: its detail quotes rows. Texts about values that
 * do not fit quote the values, so they are replaced.
 */
export function postgresError(error: unknown): StateError {
  if (error instanceof StateError) return error
  const code = stringOf(error, 'code')
  const text = stringOf(error, 'message') ?? String(error)
  if (code?.startsWith('22'))
    return new StateError('invalid-value', `PostgreSQL: a value does not fit its column (${code})`)
  return new StateError(
    codeOf(code, text),
    `PostgreSQL: ${text || 'no response'}${code === undefined ? '' : ` (${code})`}`,
  )
}

function codeOf(code: string | undefined, text: string): StateErrorCode {
  if (code !== undefined) {
    if (SOCKET_CODES.includes(code)) return 'unavailable'
    const known = CODES[code] ?? CODES[code.slice(0, 2)]
    if (known !== undefined && /^[0-9A-Z]{5}$/.test(code)) return known
  }
  return TEXTS.find((candidate) => candidate.text.test(text))?.code ?? 'failed'
}

function stringOf(error: unknown, key: string): string | undefined {
  const value = (error as Record<string, unknown> | null)?.[key]
  return typeof value === 'string' ? value : undefined
}
