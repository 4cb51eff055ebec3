import fc from 'fast-check'
import { asViolation, checkResponse } from '../check-response.ts'
import { COMPLETE_ROUTE } from '../routes/complete-routes.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { Violation } from '../violation.ts'
import { EITHER_ERRORS } from './check-fuzzed-response.ts'
import { byteEdits, cuts, editBytes, piecesOf } from './edit-bytes.ts'
import { type FuzzTarget, GRACE_MS, PATIENCE_MS } from './fuzz-target.ts'
import { hostileText } from './hostile-values.ts'
import { type ReceivedResponses, sendBytes } from './send-bytes.ts'

const BODY = JSON.stringify(
  COMPLETE_ROUTE.body({ text: 'Repeat: a b', modelId: 'obeying-text', maxTokens: 4, temperature: 1 }, false),
)

/** Request lines of every kind, with good headers and no body. */
export const PATH_TARGET: FuzzTarget = {
  name: 'methods and paths',
  share: 8,
  workers: 2,
  property: ({ port }) =>
    fc.asyncProperty(
      fc.record({
        method: fc.constantFrom(...METHODS),
        path: paths(),
        key: fc.constantFrom('x-api-key: K\r\n', ''),
      }),
      async ({ method, path, key }) => {
        const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\n${key}anthropic-version: 2023-06-01\r\n\r\n`
        // What is no HTTP is refused before it is known what method it has; which that is, only these tell.
        fc.pre(method !== 'HEAD' || path.startsWith('/'))
        const isHead = method === 'HEAD' && /^[!-~]+$/.test(path)
        const sent = {
          pieces: [Buffer.from(head)],
          pauseMs: 0,
          breaksOff: false,
          patienceMs: PATIENCE_MS,
          isHead,
        }
        expectResponse(await sendBytes(port, sent))
      },
    ),
}

const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'OPTIONS',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'CONNECT',
  'QUERY',
  'PROPFIND',
  'M-SEARCH',
  'get',
  'G',
  'GET\t',
  'POST ',
  'NO-SUCH',
] as const

function paths(): fc.Arbitrary<string> {
  const known = [...COMPLETING_ROUTES, ...PLAIN_ROUTES].map(({ path }) => path)
  const query = fc.constantFrom(
    '',
    '?',
    '?limit=2',
    '?limit=-1',
    '?limit=1e9',
    '?after_id=x',
    '?after_id=claude-2.1&before_id=y',
    '?%',
    '?a=%ff',
  )
  const tail = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '//',
      '/..',
      '/%2e%2e/',
      '/%00',
      '/%',
      '/%ff',
      '/%E0%A4%A',
      '#',
      '\\',
      ';x',
      '/*',
    ),
    hostileText.map((text) => `/${encodeURIComponent(Buffer.from(text).toString())}`),
    // As it is: bytes that no request line may hold.
    hostileText.map((text) => text.replace(/[\r\n ]/g, '')),
  )
  return fc
    .tuple(fc.constantFrom(...known, '/', '*', '', 'http://x/health', '//health', '/V1/MODELS'), tail, query)
    .map((parts) => parts.join(''))
}

/** Headers of every kind before a good body. */
export const HEADER_TARGET: FuzzTarget = {
  name: 'headers',
  share: 10,
  workers: 3,
  property: ({ port }) =>
    fc.asyncProperty(fc.array(headerLine(), { maxLength: 4 }), async (lines) => {
      const good = Object.entries({ host: 'x', ...COMPLETE_ROUTE.headers, 'content-length': BODY.length })
      const head = [...good.map(([name, value]) => `${name}: ${value}`), ...lines].join('\r\n')
      const bytes = Buffer.from(`POST /v1/complete HTTP/1.1\r\n${head}\r\n\r\n${BODY}`, 'latin1')
      // A length or an encoding that is changed makes the server wait for more.
      const isFramed = !lines.some((line) =>
        /^\s|content-length|transfer-encoding|expect|upgrade/i.test(line),
      )
      const patienceMs = isFramed ? PATIENCE_MS : GRACE_MS
      const received = await sendBytes(port, {
        pieces: [bytes],
        pauseMs: 0,
        breaksOff: false,
        patienceMs,
      })
      if (isFramed) expectResponse(received)
      else checkResponses(received)
    }),
}

function headerLine(): fc.Arbitrary<string> {
  const latin1Text = hostileText.map((text) => Buffer.from(text).toString('latin1'))
  const value = fc.oneof(fc.constantFrom(...HEADER_VALUES), latin1Text)
  const separator = fc.constantFrom(': ', ':', ' : ', ':\t', '=', '')
  return fc.tuple(fc.constantFrom(...HEADER_NAMES), separator, value).map((parts) => parts.join(''))
}

const HEADER_NAMES: readonly string[] = [
  'x-api-key',
  'authorization',
  'anthropic-version',
  'anthropic-beta',
  'content-type',
  'content-length',
  'Content-Length',
  'transfer-encoding',
  'content-encoding',
  'connection',
  'keep-alive',
  'expect',
  'upgrade',
  'host',
  'origin',
  'accept',
  'anthropic-dangerous-direct-browser-access',
  'access-control-request-method',
  'traceparent',
  'tracestate',
  'x-stainless-timeout',
  'cookie',
  'te',
  'trailer',
  'range',
  'if-none-match',
  '__proto__',
  'constructor',
  'x'.repeat(200),
  '',
  'x y',
  'é',
  ' x',
]
const HEADER_VALUES: readonly string[] = [
  '',
  'K',
  'Bearer K',
  'Bearer',
  'Basic Og==',
  '2023-06-01',
  '2023-01-01',
  '2023-06-01, 2023-06-01',
  'chunked',
  'gzip, chunked',
  'identity',
  'gzip',
  'close',
  'keep-alive',
  'upgrade, http2-settings',
  'h2c',
  'websocket',
  '100-continue',
  '0',
  '-1',
  '5',
  '99999999999999999999',
  `${BODY.length}`,
  '0x10',
  'application/json; charset=utf-16',
  'text/plain',
  'null',
  'http://x',
  'true',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-0-0-0',
  'a=1,b=2',
  'x'.repeat(40_000),
  'message-batches-2024-09-24,'.repeat(500),
]

/** Bytes of good requests, changed, cut and sent with pauses. */
export const RAW_TARGET: FuzzTarget = {
  name: 'bytes of HTTP',
  share: 10,
  workers: 6,
  property: ({ port }) =>
    fc.asyncProperty(
      fc.record({
        start: fc.constantFrom(...GOOD_REQUESTS),
        edits: byteEdits(HTTP_SNIPPETS),
        cuts,
        pauseMs: fc.constantFrom(0, 1, 5),
        breaksOff: fc.boolean(),
      }),
      async ({ start, edits, cuts: places, pauseMs, breaksOff }) => {
        const pieces = piecesOf(editBytes(Buffer.from(start), edits), places)
        checkResponses(await sendBytes(port, { pieces, pauseMs, breaksOff, patienceMs: GRACE_MS }))
      },
    ),
}

const HEADERS = 'host: x\r\nx-api-key: K\r\nanthropic-version: 2023-06-01\r\n'
const POST = `POST /v1/complete HTTP/1.1\r\n${HEADERS}`
const WHOLE = `${POST}content-length: ${BODY.length}\r\n\r\n${BODY}`
const STREAM_BODY = BODY.replace('"stream":false', '"stream":true')
const GOOD_REQUESTS: readonly string[] = [
  WHOLE,
  `GET /v1/models?limit=2 HTTP/1.1\r\n${HEADERS}\r\n`,
  `${POST}content-length: ${STREAM_BODY.length}\r\n\r\n${STREAM_BODY}`,
  `${POST}transfer-encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `${WHOLE}GET /health HTTP/1.1\r\nhost: x\r\n\r\n${WHOLE}`,
  WHOLE.replace('HTTP/1.1', 'HTTP/1.0'),
]
const HTTP_SNIPPETS: readonly (string | Uint8Array)[] = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  ' ',
  '\t',
  '\u0000',
  ':',
  '/',
  '%',
  '?',
  'HTTP/1.1',
  'HTTP/9.9',
  'HTTP/1.1 200 OK\r\n\r\n',
  'content-length: 0\r\n',
  'content-length: 99\r\n',
  'content-length: -1\r\n',
  'transfer-encoding: chunked\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'expect: 100-continue\r\n',
  'connection: close\r\n',
  'connection: upgrade\r\nupgrade: websocket\r\n',
  'POST / HTTP/1.1\r\n',
  'GET /health HTTP/1.1\r\n\r\n',
  '0\r\n\r\n',
  'ffffffff\r\n',
  '5;x=y\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'x: y\r\n z\r\n',
  `x: ${'y'.repeat(40_000)}\r\n`,
  'x: y\r\n'.repeat(3_000),
  new Uint8Array([0x16, 0x03, 0x01]),
  new Uint8Array([0xff, 0xff]),
]

/** Answers that are none of what is meant, or no HTTP at all, are violations. */
function checkResponses({ responses }: ReceivedResponses): void {
  for (const response of responses) checkResponse('bytes', response, EITHER_ERRORS)
}

/** A complete request gets a response, or its connection is closed at once; no client waits. */
function expectResponse(received: ReceivedResponses): void {
  checkResponses(received)
  if (received.responses.length === 0 && !received.isClosed) {
    throw new Violation('bytes', `there was neither an answer nor an end within ${PATIENCE_MS / 1000} s`)
  }
  asViolation('bytes', () => {
    if (received.rest !== '')
      throw new Error(`an answer broke off: ${JSON.stringify(received.rest.slice(0, 200))}`)
  })
}
