import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REDACTED, secretRedactor } from './redact-secrets.ts'
import { writtenForms } from './written-forms.ts'

const KEY = 'sk-SECRET-upstream-key-123456'
const redact = secretRedactor([KEY])

describe('a secret that is known', () => {
  it.each([
    ['as it is', KEY],
    ['in capitals', KEY.toUpperCase()],
    ['beside a scheme', `Bearer ${KEY}`],
    ['its beginning', 'sk-SECRET-u...'],
    ['its end', '...key-123456'],
    ['masked', 'sk-SECRE*****************3456'],
    ['masked with little of it', 'sk-****3456'],
    ['masked with dots', 'sk-SEC...56'],
    ['masked with signs', 'sk-S\u2022\u2022\u2022\u2022\u20263456'],
    ['in a URL', encodeURIComponent(`k=${KEY}`)],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['in the base64 of a user', Buffer.from(`u:${KEY}`).toString('base64')],
    ['in the base64 of a header', Buffer.from(`Bearer ${KEY}; x`).toString('base64url')],
    ['in hexadecimal', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['in JSON of JSON', JSON.stringify(JSON.stringify({ headers: [KEY] }))],
    ['in escapes', Array.from(KEY, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`).join('')],
    ['twice', `${KEY}${KEY}, ${KEY}`],
  ])('is taken out: %s', (_, text) => {
    const redacted = redact(`cannot read '${text}' here`)
    expect(redacted).toContain(REDACTED)
    expect(redacted).toMatch(/^cannot read .* here$/)
    expect(redacted).not.toMatch(/SECRET|SECRE|upstream|123456|3456|U0VDUkVU|534543524554/i)
  })

  it('is redacted from any text, in every form', () => {
    const secret = fc.stringMatching(/^[!-~]{8,64}$/)
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (secret, before, after) => {
        for (const form of writtenForms(secret)) {
          expect(secretRedactor([secret])(before + form + after)).not.toContain(form)
        }
      }),
    )
  })

  it('is redacted in part too, from a minimum length', () => {
    const secret = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(secret, fc.nat(20), fc.string(), (secret, start, around) => {
        const part = secret.slice(start, start + 12)
        expect(secretRedactor([secret])(`${around} ${part} ${around}`)).not.toContain(part)
      }),
    )
  })

  it('is recognized only as a whole where it is short', () => {
    const short = secretRedactor(['EMPTY'])
    expect(short('key EMPTY: must not be empty, nor EMPTY_KEY')).toBe(
      `key ${REDACTED}: must not be empty, nor EMPTY_KEY`,
    )
    expect(secretRedactor(['k'])('top_k of k tokens')).toBe('top_k of k tokens')
    expect(secretRedactor(['a.c*'])('abc a.c* x')).toBe(`abc ${REDACTED} x`)
  })
})

describe('what looks like a secret', () => {
  const likely = secretRedactor([])

  it.each([
    ['sk-proj-abcDEF123456', 'Incorrect API key provided: sk-proj-abcDEF123456.'],
    ['hf_abcdefghijkl', 'token hf_abcdefghijkl is invalid'],
    ['ghp_16C7e42F292c69', 'ghp_16C7e42F292c69'],
    ['AKIAIOSFODNN7EXAMPLE', 'user AKIAIOSFODNN7EXAMPLE'],
    ['eyJhbGciOiJIUzI1NiJ9', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
    ['t0ken-of-somebody', 'authorization: Bearer t0ken-of-somebody'],
    ['dXNlcjpwYXNz', '{"Authorization":"Basic dXNlcjpwYXNz"}'],
    ['an0ther', 'x-api-key: an0ther\r\nhost: x'],
    ['an0ther', '{\\"x-api-key\\": \\"an0ther\\"}'],
    ['abc123def456', 'Incorrect API key provided: abc123def456'],
    ['abc123def456', 'POST /v1/chat?key=abc123def456&x=y failed'],
    ['s3ssion', 'cookie: id=s3ssion; other=1'],
    ['hunter22', 'http://user:hunter22@host:80/v1 is down'],
  ])('%s is taken out', (secret, text) => {
    expect(likely(text)).toContain(REDACTED)
    expect(likely(text)).not.toContain(secret)
  })

  it.each([
    'invalid x-api-key',
    'Invalid bearer token',
    'Bearer authentication is required',
    'authorization: header is required',
    'x-api-key: header is required',
    'max_tokens: 4096 > 2048, which is the maximum allowed number of output tokens',
    'prompt is too long: 12 tokens > 10 maximum',
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens...",
    'task-specific tools.0.function: unknown key-value pair "a": 1048576',
    'see https://example.com/docs?page=2#errors, or mail me@example.com',
  ])('nothing of "%s" does', (text) => {
    expect(likely(text)).toBe(text)
  })
})

it('is searched only in the part of a text that is kept', () => {
  const text = redact(`${'x '.repeat(100_000)}${KEY}`)
  expect(text).toBe('x '.repeat(4_096))
})
