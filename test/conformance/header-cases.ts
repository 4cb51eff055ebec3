import { expect } from 'vitest'
import { CompletionError } from '../../src/completion/completion-error.ts'
import {
  type ConformanceCase,
  completionOf,
  expectError,
  INVALID_REQUEST,
  refusal,
  send,
  success,
  textOf,
} from './conformance-case.ts'

const NO_CORS = "CORS requests must set 'anthropic-dangerous-direct-browser-access' header"
const BROWSER = { origin: 'https://page.example', 'anthropic-dangerous-direct-browser-access': 'true' }
const LARGEST_BODY_BYTES = 32 * 1024 * 1024

/** Cases 52 to 66, 70, 71, 73, 74 and 85 to 87: headers, keys, models, and refusals before a completion. */
export const HEADER_CASES: readonly ConformanceCase[] = [
  refusal('52', 'no version', { headers: { 'anthropic-version': null } }, [
    400,
    INVALID_REQUEST,
    'anthropic-version: header is required',
  ]),
  refusal('53', 'an unknown version', { headers: { 'anthropic-version': '2099-01-01' } }, [
    400,
    INVALID_REQUEST,
    'anthropic-version: "2099-01-01" is not a valid version',
  ]),
  refusal(
    '53',
    'a version that is sent twice',
    { headers: { 'anthropic-version': '2023-06-01, 2023-06-01' } },
    [400, INVALID_REQUEST, 'anthropic-version: "2023-06-01, 2023-06-01" is not a valid version'],
  ),
  {
    number: '54',
    title: 'version 2026-10-21 is as 2023-06-01',
    check: async (server) => {
      const headers = { 'anthropic-version': '2026-10-21' }
      expect(Object.keys(await completionOf(await send(server, { headers })))[0]).toBe('type')
    },
  },
  refusal(
    '55',
    'the key is checked first',
    { headers: { 'x-api-key': null, 'anthropic-version': null }, rawBody: '' },
    [401, 'authentication_error', 'x-api-key header is required'],
  ),
  refusal('56', 'a wrong key', { headers: { 'x-api-key': 'wrong' } }, [
    401,
    'authentication_error',
    'invalid x-api-key',
  ]),
  success('57', 'a key as bearer token', { headers: { 'x-api-key': null, authorization: 'Bearer K' } }),
  success('57', 'a wrong x-api-key beside a valid bearer token', {
    headers: { 'x-api-key': 'wrong', authorization: 'Bearer K' },
  }),
  refusal('58', 'a wrong bearer token', { headers: { 'x-api-key': null, authorization: 'Bearer wrong' } }, [
    401,
    'authentication_error',
    'Invalid bearer token',
  ]),
  refusal('59', 'an unknown model', { body: { model: 'claude-foo' } }, [
    404,
    'not_found_error',
    'model: claude-foo',
  ]),
  {
    number: '60',
    title: 'an alias is resolved to its snapshot',
    check: async (server) => {
      const completion = await completionOf(await send(server, { body: { model: 'claude-sonnet-4-0' } }))
      expect(completion.model).toBe('claude-sonnet-4-20250514')
    },
  },
  refusal(
    '61',
    'a model of the Messages API, strict',
    { body: { model: 'claude-3-opus-20240229' } },
    [
      400,
      INVALID_REQUEST,
      '"claude-3-opus-20240229" is not supported on this API. Please use the Messages API instead.',
    ],
    { rules: { refuseMessagesModels: true } },
  ),
  refusal('62', 'half an object', { rawBody: '{"a":' }, [
    400,
    INVALID_REQUEST,
    'The request body is not valid JSON: unexpected end of data: line 1 column 6 (char 5)',
  ]),
  {
    number: '63',
    title: 'a body over 32 MB',
    check: async (server) => {
      const response = await send(server, { rawBody: new Uint8Array(LARGEST_BODY_BYTES + 1).fill(0x20) })
      expect(response.status).toBe(413)
      expect(response.headers.get('request-id')).toMatch(/^req_/)
      expect(await response.json()).toEqual({
        error: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
      })
      await completionOf(await send(server))
    },
  },
  {
    number: '64',
    title: 'GET /v1/complete',
    check: async (server) => {
      const response = await send(server, { method: 'GET' })
      expect(response.headers.get('allow')).toBe('POST')
      await expectError(response, 405, INVALID_REQUEST, 'Method Not Allowed')
    },
  },
  {
    number: '65',
    title: 'POST /v1/nope',
    check: async (server) => {
      const response = await send(server, { path: '/v1/nope' })
      expect(response.headers.get('x-should-retry')).toBe('false')
      await expectError(response, 404, 'not_found_error', 'Not Found')
    },
  },
  refusal(
    '66',
    'an unknown beta, strict',
    { headers: { 'anthropic-beta': 'prompt-caching-2024-07-31,x' } },
    [400, INVALID_REQUEST, /^Unexpected value\(s\) `x` for the `anthropic-beta` header\./],
    { rules: { refuseUnknownBetas: true } },
  ),
  success('66', 'an unknown beta, not strict', { headers: { 'anthropic-beta': 'x' } }),
  {
    number: '70',
    title: 'overloaded',
    script: { beforeStart: [{ throws: new CompletionError('overloaded', 'Overloaded') }], steps: [] },
    check: async (server) => {
      for (const stream of [false, true]) {
        const response = await send(server, { body: { stream } })
        expect(response.headers.get('x-should-retry')).toBe('true')
        await expectError(response, 529, 'overloaded_error', 'Overloaded')
      }
    },
  },
  {
    number: '71',
    title: 'no other error of the client is to be retried',
    check: async (server) => {
      const changes = [
        { rawBody: '[' },
        { body: { foo: 1 } },
        { headers: { 'x-api-key': 'wrong' } },
        { body: { model: 'claude-foo' } },
        { method: 'GET' },
      ]
      for (const change of changes) {
        const response = await send(server, change)
        expect(response.status).toBeGreaterThanOrEqual(400)
        expect(response.status).toBeLessThan(500)
        expect(response.headers.get('x-should-retry')).toBe('false')
      }
    },
  },
  {
    number: '73',
    title: 'a browser that did not opt in',
    check: async (server) => {
      const response = await send(server, { headers: { origin: 'https://page.example' } })
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      await expectError(response, 401, 'authentication_error', NO_CORS)
    },
  },
  {
    number: '74',
    title: 'a browser that opted in, also with a wrong key',
    check: async (server) => {
      for (const [apiKey, status] of [['K', 200] as const, ['wrong', 401] as const]) {
        const response = await send(server, { headers: { ...BROWSER, 'x-api-key': apiKey } })
        expect(response.status).toBe(status)
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        expect(response.headers.get('access-control-expose-headers')).toBe('*')
      }
    },
  },
  success('85', 'headers of SDKs are ignored', {
    headers: {
      'x-stainless-lang': 'klingon',
      'x-stainless-retry-count': '2',
      'x-stainless-timeout': 'soon',
      'user-agent': 'Anthropic/Tcl 0.0.0',
    },
  }),
  {
    number: '86',
    title: 'key order, white space and escapes of the body do not matter',
    check: async (server) => {
      const plain = await textOf(await send(server))
      const rawBody = `\n{ "max_tokens_to_sample"\t:16.0, "temperature": 0.0e3,
        "prompt":"\\u000a\\n\\u0048uman: Hi\\n\\nAssistant:", "model" : "claude-2.1" }\r\n`
      expect(await textOf(await send(server, { rawBody }))).toBe(plain)
    },
  },
  success('87', 'stream false', { body: { stream: false } }),
]
