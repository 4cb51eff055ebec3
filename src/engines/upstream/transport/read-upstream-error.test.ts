import { describe, expect, it } from 'vitest'
import { describeError } from '../../../wire/error-body.ts'
import { readErrorEvent, readErrorResponse } from './read-upstream-error.ts'
import { secretRedactor } from './redact-secrets.ts'

const ORIGIN = { address: 'http://u', redact: secretRedactor([]) }

describe('readErrorResponse', () => {
  it.each([
    [400, 'request-refused', 'invalid-request'],
    [401, 'credentials-refused', 'engine-unauthorized'],
    [402, 'unpaid', 'engine-unpaid'],
    [403, 'forbidden', 'engine-forbidden'],
    [404, 'not-found', 'engine-not-found'],
    [410, 'not-found', 'engine-not-found'],
    [408, 'timed-out-there', 'engine-failed'],
    [413, 'request-refused', 'invalid-request'],
    [422, 'request-refused', 'invalid-request'],
    [418, 'unexpected-response', 'engine-failed'],
    [302, 'unexpected-response', 'engine-failed'],
    [429, 'overloaded', 'overloaded'],
    [500, 'server-error', 'engine-failed'],
    [502, 'unavailable', 'overloaded'],
    [503, 'unavailable', 'overloaded'],
    [504, 'timed-out-there', 'engine-failed'],
    [529, 'overloaded', 'overloaded'],
    [599, 'server-error', 'engine-failed'],
  ])('takes %i for %s', (status, kind, code) => {
    const failure = readErrorResponse(ORIGIN, status, 'no json')
    expect(failure.kind).toBe(kind)
    expect(failure.toCompletionError().code).toBe(code)
  })

  it.each([
    ['OpenAI, vLLM, llama-server', { error: { message: 'top_k: bad', type: 'BadRequestError', code: 400 } }],
    ['Claude', { type: 'error', error: { type: 'invalid_request_error', message: 'top_k: bad' } }],
    ['SGLang', { object: 'error', message: 'top_k: bad', type: 'BadRequestError', code: 400 }],
    ['Ollama', { error: 'top_k: bad' }],
    ['FastAPI', { detail: 'top_k: bad' }],
    ['Baidu', { error_code: 336003, error_msg: 'top_k: bad' }],
    ['FastAPI of several fields', { detail: [{ loc: ['top_k'], msg: 'bad', input: 'my secret prompt' }] }],
    ['a server that names the field apart', { error: { message: 'bad', param: 'top_k' } }],
    ['Gemini', [{ error: { code: 400, message: 'top_k: bad', status: 'INVALID_ARGUMENT' } }]],
    ['Mistral', { object: 'error', message: { detail: [{ loc: ['top_k'], msg: 'bad' }] } }],
    ['a gateway', { error: { message: 'HTTP 400: {"error":{"message":"top_k: bad"}} (once)', code: 400 } }],
    ['Ollama as Claude', { type: 'error', error: { message: '{"StatusCode":400,"error":"top_k: bad"}' } }],
  ])('gives the caller what %s says', (_, body) => {
    const error = readErrorResponse(ORIGIN, 400, JSON.stringify(body)).toCompletionError()
    expect(error).toMatchObject({ code: 'invalid-request', message: 'top_k: bad' })
  })

  it.each([
    [
      'unknown field `top_k`, expected one of `model`, `messages`\n',
      'unknown field `top_k`, expected one of `model`, `messages`',
    ],
    ['<html>Bad Request</html>', 'The upstream engine refused the request.'],
    ['{"error":', 'The upstream engine refused the request.'],
    ['', 'The upstream engine refused the request.'],
  ])('gives the caller a text that is no JSON, but no page: %j', (body, message) => {
    expect(readErrorResponse(ORIGIN, 422, body).toCompletionError().message).toBe(message)
  })

  it('looks into errors within errors, but not without end', () => {
    const nested = (depth: number): object =>
      depth === 0 ? { error: 'deep' } : { error: { message: JSON.stringify(nested(depth - 1)) } }
    expect(readErrorResponse(ORIGIN, 400, JSON.stringify(nested(2))).refusalText).toBe('deep')
    expect(readErrorResponse(ORIGIN, 400, JSON.stringify(nested(6))).refusalText).toContain('{"error":')
  })

  it('names a few wrong fields of many', () => {
    const detail = Array.from({ length: 1_000 }, (_, index) => ({ loc: ['body', index], msg: 'bad' }))
    expect(readErrorResponse(ORIGIN, 422, JSON.stringify({ detail })).refusalText?.length).toBeLessThan(200)
  })

  it('uses a default text if the upstream sends none', () => {
    const error = readErrorResponse(ORIGIN, 400, '{"error":{}}').toCompletionError()
    expect(error.message).toBe('The upstream engine refused the request.')
  })

  it('reports a refused key as a fault of the configuration', () => {
    const body = JSON.stringify({ error: { type: 'authentication_error', message: 'invalid x-api-key' } })
    const error = readErrorResponse(ORIGIN, 401, body).toCompletionError()
    expect(error.message).not.toContain('key')
    expect(String(error.cause)).toContain('http://u answered 401 (authentication_error: invalid x-api-key)')
  })

  it.each([400, 422, 500, 503])('logs nothing of the text of a %i response', (status) => {
    const body = JSON.stringify({ error: { message: 'cannot read "my secret prompt"', type: 'X' } })
    const failure = readErrorResponse(ORIGIN, status, body)
    expect(failure.message).toBe(`http://u answered ${status} (X)`)
  })

  it('recognizes a request for too many tokens', () => {
    const body = JSON.stringify({ error: { message: 'prompt is too long: 12 tokens > 10 maximum' } })
    expect(readErrorResponse(ORIGIN, 400, body)).toMatchObject({
      kind: 'request-too-long',
      length: { promptTokens: 12, contextWindowTokens: 11 },
    })
  })
})

describe('the wait of an upstream', () => {
  it('reaches the client', () => {
    const failure = readErrorResponse(ORIGIN, 429, '{}', { retryAfterMs: 12_300 })
    expect(describeError(failure.toCompletionError())).toMatchObject({ status: 529, retryAfterSeconds: 13 })
  })

  it('is not asked for where a retry cannot help', () => {
    const failure = readErrorResponse(ORIGIN, 401, '{}', { retryAfterMs: 12_300 })
    const described = { status: 401, shouldRetry: false, retryAfterSeconds: null }
    expect(describeError(failure.toCompletionError())).toMatchObject(described)
  })
})

describe('a request that is too long', () => {
  const tooLong = (message: string, change: object = {}, status = 400) =>
    readErrorResponse(ORIGIN, status, JSON.stringify({ error: { message, ...change } })).toCompletionError()

  it.each([
    [
      'Prompt too long: 32799 tokens exceeds max context window of 32768 tokens',
      '32799 tokens > 32767 maximum',
    ],
    ['Prompt exceeds maximum context length', 'Prompt exceeds maximum context length'],
    ['Input is too long for requested model.', 'Input is too long'],
  ])('says so in the words that clients know: %s', (message, expected) => {
    const error = tooLong(message)
    expect(error.code).toBe('prompt-too-long')
    expect(error.message).toContain(`prompt is too long: ${expected}`)
  })

  it('is known by its code and its type, and with the status of a failure', () => {
    expect(tooLong('No.', { code: 'context_length_exceeded' }).code).toBe('prompt-too-long')
    expect(tooLong('No.', { type: 'exceed_context_size_error' }).code).toBe('prompt-too-long')
    expect(tooLong('input length exceeds the context length', {}, 500).code).toBe('prompt-too-long')
  })

  it('does not blame the prompt for a completion', () => {
    const error = tooLong('max_tokens: 100000 > 64000')
    expect([error.code, error.message]).toEqual(['invalid-request', 'max_tokens: 100000 > 64000'])
  })

  it('is none where the account is empty', () => {
    expect(tooLong('You exceeded your quota', { code: 'insufficient_quota' }, 429).code).toBe('engine-unpaid')
  })
})

describe('readErrorEvent', () => {
  it.each([
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded'],
    [{ error: { message: 'x', type: 'InternalServerError', code: 500 } }, 'server-error'],
    [{ error: { message: 'x', type: 'unavailable_error', code: 503 } }, 'unavailable'],
    [{ object: 'error', message: 'x', type: 'BadRequestError', code: 400 }, 'request-refused'],
    [{ error: 'an unknown thing happened' }, 'unexpected-response'],
    [{ error: { message: 'x', type: 'Bad Request' } }, 'request-refused'],
    [
      { type: 'error', error: { type: 'api_error', message: '{"error":"prompt is too long"}' } },
      'request-too-long',
    ],
    [{ error: { message: 'x', code: '429' } }, 'overloaded'],
    [{ error: { message: 'x', code: 'invalid_api_key' } }, 'credentials-refused'],
    [{ error: 'Trying to keep the first 9 tokens, context length of only 4 tokens' }, 'request-too-long'],
  ])('reads %j', (event, kind) => {
    expect(readErrorEvent(ORIGIN, event)?.kind).toBe(kind)
  })

  it.each([{ choices: [] }, { type: 'ping' }, { error: null, choices: [] }])(
    'knows that %j is none',
    (event) => {
      expect(readErrorEvent(ORIGIN, event)).toBeNull()
    },
  )
})
