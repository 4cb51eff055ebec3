import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { S3Settings } from '../src/files/s3-settings.ts'

const MAX_SKEW_MS = 15 * 60_000

/** A response of S3 that is an error. */
export class S3Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/**
 * Checks the signature of a request as S3 does.
 *
 * @see the reference of AWS, "Signature Version 4": a signature in a header, with a payload that is not signed
 */
export function checkSignature(
  request: IncomingMessage,
  url: URL,
  settings: Pick<S3Settings, 'region' | 'accessKeyId' | 'secretAccessKey'>,
  nowMs: number,
): void {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, id, scope = '', signed = '', signature = ''] = form.exec(request.headers.authorization ?? '') ?? []
  if (id === undefined) throw new S3Refusal(403, 'AccessDenied')
  if (id !== settings.accessKeyId) throw new S3Refusal(403, 'InvalidAccessKeyId')
  const names = signed.split(';')
  const headers = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  if (headers.some((name) => !names.includes(name))) throw new S3Refusal(403, 'AccessDenied')
  const time = String(request.headers['x-amz-date'])
  const [date = '', region = '', service = '', end = ''] = scope.split('/')
  if (region !== settings.region) throw new S3Refusal(400, 'AuthorizationHeaderMalformed')
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!time.startsWith(date) || !(Math.abs(at - nowMs) < MAX_SKEW_MS))
    throw new S3Refusal(403, 'RequestTimeTooSkewed')
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    request.headers['x-amz-content-sha256'],
  ].join('\n')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = [date, region, service, end].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${settings.secretAccessKey}`,
  )
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope, hash].join('\n'))
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    throw new S3Refusal(403, 'SignatureDoesNotMatch')
}

function canonicalQuery({ searchParams }: URL): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  return [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&')
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
