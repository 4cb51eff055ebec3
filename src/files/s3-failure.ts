import { StateError, type StateErrorCode } from '../state/state-error.ts'
import type { S3Settings } from './s3-settings.ts'

/** How much of an error's body is read to find its code. */
const READ_UNITS = 4096

const MISSING_CODES: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound'])

type Explanation = readonly [code: StateErrorCode, text: string]

const REGION: Explanation = ['invalid', 'the bucket is in another region: correct files.s3.region']
const KEYS: Explanation = [
  'invalid',
  'it refuses the access key: correct CONTINUO_S3_ACCESS_KEY_ID and CONTINUO_S3_SECRET_ACCESS_KEY, or files.s3.accessKeyId and secretAccessKey',
]
const FULL: Explanation = ['full', 'the bucket takes no more: make room, or raise its quota']
const PASSING: Explanation = ['unavailable', 'it does not take this now']

/** By the code of a response. */
const BY_CODE: Readonly<Record<string, Explanation>> = {
  NoSuchBucket: ['invalid', 'the bucket does not exist: create it, or correct files.s3.bucket'],
  InvalidAccessKeyId: KEYS,
  SignatureDoesNotMatch: KEYS,
  // Versity's gateway.
  XAdminUserNotFound: KEYS,
  InvalidToken: KEYS,
  ExpiredToken: KEYS,
  RequestTimeTooSkewed: [
    'invalid',
    'the clocks of this machine and of the service differ too much: set the clock of this machine',
  ],
  AccessDenied: [
    'invalid',
    'the access key may not do this: allow it to list the bucket and its uploads, to get, put and delete objects, and to abort uploads',
  ],
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  TemporaryRedirect: REGION,
  IllegalLocationConstraintException: REGION,
  QuotaExceeded: FULL,
  XMinioStorageFull: FULL,
  InsufficientStorage: FULL,
  NotImplemented: ['invalid', 'it lacks an operation that Continuo needs: use another service'],
  // The bytes were changed on their way.
  BadDigest: PASSING,
  XAmzContentChecksumMismatch: PASSING,
  IncompleteBody: PASSING,
  RequestTimeout: PASSING,
  OperationAborted: PASSING,
  SlowDown: PASSING,
}

/** By the status of a response without a known code: those to HEAD have no body. */
function byStatus(status: number): Explanation {
  if (status >= 300 && status < 400) return REGION
  if (status === 403) return BY_CODE.AccessDenied ?? KEYS
  if (status === 507) return FULL
  if (status >= 500 || status === 408 || status === 429) return PASSING
  return ['failed', 'it refused a request']
}

/** What went wrong with a request to S3. */
export class S3Failure extends StateError {
  /** Of the response; null where none came. */
  readonly status: number | null
  /** Such as `NoSuchKey`; null where the response has none. */
  readonly s3Code: string | null

  private constructor(code: StateErrorCode, message: string, status: number | null, s3Code: string | null) {
    super(code, message)
    this.status = status
    this.s3Code = s3Code
  }

  /**
   * Explains an error of s3mini. Its message is not repeated: it may quote what the service says of the key and the signature.
   */
  static from(error: unknown, { endpoint, bucket }: Pick<S3Settings, 'endpoint' | 'bucket'>): S3Failure {
    if (error instanceof S3Failure) return error
    const { status, s3Code } = responseOf(error)
    const where = `the S3 service at ${endpoint} (bucket "${bucket}")`
    if (status === null) {
      const [code, text] = connectionFailure(error)
      return new S3Failure(code, `${where}: ${text}`, null, null)
    }
    const [code, text] = (s3Code === null ? undefined : BY_CODE[s3Code]) ?? byStatus(status)
    const shown = s3Code === null ? `status ${status}` : `status ${status}, ${s3Code}`
    return new S3Failure(code, `${where}: ${text} (${shown})`, status, s3Code)
  }

  /** Whether there is no such object, or no such upload. */
  get isMissing(): boolean {
    // The response to HEAD has no code. Some services say with 404 that there is no such key.
    return this.status === 404 && (this.s3Code === null || MISSING_CODES.has(this.s3Code))
  }

  /** Whether the same request may succeed when it is sent again. */
  get isPassing(): boolean {
    return this.code === 'unavailable'
  }
}

function responseOf(error: unknown): { readonly status: number | null; readonly s3Code: string | null } {
  const known = isServiceError(error) ? error : error instanceof Error ? error.cause : undefined
  if (!isServiceError(known)) return { status: null, s3Code: null }
  const inHeader = known.serviceCode !== 'Unknown' ? known.serviceCode : undefined
  const inBody = /<Code>(\w{1,64})<\/Code>/.exec((known.body ?? '').slice(0, READ_UNITS))?.[1]
  return { status: known.status, s3Code: inHeader ?? inBody ?? null }
}

interface ServiceError {
  readonly status: number
  readonly serviceCode?: string
  readonly body?: string
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
}

/** Codes of Node and undici that a certificate is the reason of. */
const TLS_CODE = /CERT|SSL|TLS|SIGNATURE|ISSUER/

function connectionFailure(error: unknown): Explanation {
  const code = connectionCode(error)
  if (code !== undefined && TLS_CODE.test(code) && !code.startsWith('UND_')) {
    return [
      'invalid',
      `no secure connection (${code}): correct files.s3.endpoint, or let NODE_EXTRA_CA_CERTS name the certificate of its authority`,
    ]
  }
  const shown = code ?? (error instanceof Error ? error.name : 'unknown error')
  return [
    'unavailable',
    `no response (${shown}): check that files.s3.endpoint has its address, and that it runs`,
  ]
}

function connectionCode(error: unknown): string | undefined {
  for (let depth = 0, at: unknown = error; depth < 4 && at instanceof Error; depth++, at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at.name === 'TimeoutError') return at.name
  }
  return undefined
}
