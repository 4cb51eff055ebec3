import { expect, test } from 'vitest'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { completeStreamWriter } from './complete-stream.ts'

const delta = (text: string): CompletionEvent => ({ type: 'text-delta', text, completionTokens: 1 })
const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const OVERLOADED = {
  status: 529,
  type: 'overloaded_error',
  message: 'Overloaded “é”',
  shouldRetry: true,
  isServerFault: false,
  retryAfterSeconds: 1,
}

test('a stream since 2023-06-01, byte for byte', () => {
  const writer = completeStreamWriter({ version: '2023-06-01', id: 'compl_X', modelId: 'claude-2.1' })
  const start: CompletionEvent = { type: 'completion-start', promptTokens: 3 }
  const prefill: CompletionEvent = { type: 'prefill-start', reusedPromptTokens: 0 }
  expect(writer.write([start, prefill, delta('')])).toBe('')
  expect(writer.ping()).toBe('event: ping\r\ndata: {"type": "ping"}\r\n\r\n')
  expect(writer.write([delta(' Li'), delta('é\u2028')])).toBe(
    'event: completion\r\n' +
      'data: {"type":"completion","id":"compl_X","completion":" Li","stop_reason":null,' +
      '"model":"claude-2.1","stop":null,"log_id":"compl_X"}\r\n\r\n' +
      'event: completion\r\n' +
      'data: {"type":"completion","id":"compl_X","completion":"\\u00e9\\u2028","stop_reason":null,' +
      '"model":"claude-2.1","stop":null,"log_id":"compl_X"}\r\n\r\n',
  )
  expect(writer.write([END])).toBe(
    'event: completion\r\n' +
      'data: {"type":"completion","id":"compl_X","completion":"","stop_reason":"stop_sequence",' +
      '"model":"claude-2.1","stop":"\\n\\nHuman:","log_id":"compl_X"}\r\n\r\n',
  )
})

test('a stream of 2023-01-01, byte for byte', () => {
  const writer = completeStreamWriter({ version: '2023-01-01', id: '0123', modelId: 'claude-1.3' })
  expect(writer.ping()).toBe('event: ping\ndata: {}\n\n')
  expect(writer.write([delta(' Hel')])).toBe(
    'data: {"completion":" Hel","stop":null,"stop_reason":null,"truncated":false,' +
      '"log_id":"0123","model":"claude-1.3","exception":null}\n\n',
  )
  expect(writer.write([delta('l'), delta('o'), END])).toBe(
    'data: {"completion":" Hello","stop":"\\n\\nHuman:","stop_reason":"stop_sequence","truncated":false,' +
      '"log_id":"0123","model":"claude-1.3","exception":null}\n\n' +
      'data: [DONE]\n\n',
  )
})

test('a long stream of 2023-01-01 does not grow as the square of its text', () => {
  const writtenFor = (deltas: number) => {
    const writer = completeStreamWriter({ version: '2023-01-01', id: '0123', modelId: 'claude-1.3' })
    let [written, last] = [0, '']
    for (let count = 0; count < deltas; count++) written += writer.write([delta('word ')]).length
    last = writer.write([END])
    expect(last).toContain('word '.repeat(deltas))
    return written + last.length
  }
  expect(writtenFor(40_000) / writtenFor(20_000)).toBeLessThan(2.5)
  // Where the text is short, each delta is sent at once.
  const writer = completeStreamWriter({ version: '2023-01-01', id: '0123', modelId: 'claude-1.3' })
  for (let count = 0; count < 800; count++) expect(writer.write([delta('word ')])).toContain('word')
})

test('an error since 2023-06-01', () => {
  const writer = completeStreamWriter({ version: '2026-10-21', id: 'compl_X', modelId: 'claude-2.1' })
  expect(writer.error(OVERLOADED, 'req_X')).toBe(
    'event: error\r\n' +
      'data: {"type":"error","error":{"type":"overloaded_error",' +
      '"message":"Overloaded \\u201c\\u00e9\\u201d"},"request_id":"req_X"}\r\n\r\n',
  )
})

test('max-tokens and a stop sequence of the caller’s', () => {
  const writer = completeStreamWriter({ version: '2023-06-01', id: 'compl_X', modelId: 'claude-2.1' })
  const ended = (stopReason: 'max-tokens' | 'stop-sequence', stopSequence: string | null) =>
    writer.write([{ type: 'completion-end', stopReason, stopSequence }])
  expect(ended('max-tokens', null)).toContain('"stop_reason":"max_tokens","model":"claude-2.1","stop":null')
  expect(ended('stop-sequence', '\n')).toContain(
    '"stop_reason":"stop_sequence","model":"claude-2.1","stop":"\\n"',
  )
})
