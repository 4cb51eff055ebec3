import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { formatLogLine } from './format-log-line.ts'

function format(fields: object, hasColors = false): string {
  return formatLogLine(JSON.stringify({ level: 30, time: Date.UTC(2026, 10, 30), ...fields }), hasColors)
}

const REQUEST = {
  msg: 'request',
  requestId: 'req_1',
  method: 'POST',
  route: '/v1/messages',
  status: 200,
  totalMs: 84.578,
}
const COMPLETION = {
  modelId: 'claude-2.1',
  promptTokens: 14,
  reusedPromptTokens: 0,
  completionTokens: 94,
  outcome: 'end-of-generation',
}

describe('formatLogLine', () => {
  it.each([
    ['a request', {}, 'POST /v1/messages 200 85 ms'],
    ['a completion', COMPLETION, 'POST /v1/messages 200 claude-2.1 14 in, 94 out 85 ms'],
    [
      'reused tokens',
      { ...COMPLETION, reusedPromptTokens: 12 },
      'POST /v1/messages 200 claude-2.1 14 in (12 reused), 94 out 85 ms',
    ],
    [
      'a prompt that nothing counted',
      { ...COMPLETION, promptTokens: null },
      'POST /v1/messages 200 claude-2.1 ? in, 94 out 85 ms',
    ],
    [
      'a failure, with its code and the id to find it by',
      { status: 400, errorType: 'invalid_request_error', errorCode: 'prompt-too-long' },
      'POST /v1/messages 400 prompt-too-long 85 ms req_1',
    ],
    [
      'a stream that broke',
      { ...COMPLETION, outcome: 'engine-failed', errorCode: 'engine-failed' },
      'POST /v1/messages 200 claude-2.1 14 in, 94 out engine-failed 85 ms req_1',
    ],
    [
      'a client that disconnected',
      { ...COMPLETION, outcome: 'cancelled' },
      'POST /v1/messages 200 claude-2.1 14 in, 94 out cancelled 85 ms',
    ],
  ])('writes one line for %s', (_, fields, text) => {
    const line = format({ ...REQUEST, ...fields })
    expect(line).toMatch(/^\d\d:\d\d:\d\d /)
    expect(line.slice(9)).toBe(`${text}\n`)
  })

  it.each([
    ['200', 32, {}],
    ['400', 33, { status: 400, errorCode: 'invalid-request' }],
    ['529', 31, { status: 529, errorCode: 'overloaded' }],
  ])('colors the status %s', (status, color, fields) => {
    expect(format({ ...REQUEST, ...fields }, true)).toContain(`\u001b[${color}m${status}\u001b[39m`)
  })

  it('colors a failure by its kind, not by the status that a stream began with', () => {
    const colored = (errorCode: string) => format({ ...REQUEST, errorCode }, true)
    expect(colored('engine-failed')).toContain('\u001b[31mengine-failed')
    expect(colored('cancelled')).toContain('\u001b[33mcancelled')
  })

  it('changes nothing but colors where there are colors', () => {
    const fields = { ...REQUEST, ...COMPLETION, errorCode: 'engine-failed' }
    expect(stripVTControlCharacters(format(fields, true))).toBe(format(fields))
  })

  it.each([
    [20, /^debug usage engine=default totalMs=5\n$/, { msg: 'usage', engine: 'default', totalMs: 5 }],
    [30, /^ready\n$/, { msg: 'ready' }],
    [40, /^warn slow reason="two words"\n$/, { msg: 'slow', reason: 'two words' }],
    [50, /^error gone upstream=http:\/\/a:1\n$/, { msg: 'gone', upstream: 'http://a:1' }],
  ])('names the level %i and writes fields after the message', (level, text, fields) => {
    expect(format({ level, ...fields }).slice(9)).toMatch(text)
  })

  it('shows where a defect is, but no stack of an error that explains itself', () => {
    const err = { message: 'no', stack: 'Error: no\n    at first (a.ts:1)\n    at second (b.ts:2)' }
    const failed = (type: string) =>
      format({ level: 50, msg: 'request failed', err: { type, ...err } }).slice(9)
    expect(failed('TypeError')).toBe(
      'error request failed: no\n    at first (a.ts:1)\n    at second (b.ts:2)\n',
    )
    expect(failed('CompletionError')).toBe('error request failed: no\n')
  })

  it.each(['\u001b[2J', '\r', '\n', '\u009b', '\u202e', '\u2028'])(
    'escapes the control character %j',
    (text) => {
      const lines = [
        format({ msg: 'a', reason: text }),
        format({ msg: text }),
        format({ msg: 'a', err: { message: text } }),
        format({ ...REQUEST, method: text, modelId: text, completionTokens: 1 }),
      ]
      for (const line of lines) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
        expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u202e]*\n$/)
        expect(line).toMatch(/\\u00|\\u20|\\r|\\n/)
      }
    },
  )
})
