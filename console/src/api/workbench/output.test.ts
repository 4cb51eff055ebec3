import { afterEach, describe, expect, it, vi } from 'vitest'
import { EMPTY_OUTPUT, withEvent } from './output.ts'
import { type Run, runPrompt, STARTED_RUN, tokensPerSecond } from './run-prompt.ts'

const events = (...list: readonly object[]) => list.map((event) => JSON.stringify(event))

const MESSAGE = events(
  {
    type: 'message_start',
    message: { usage: { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1 } },
  },
  { type: 'content_block_start', content_block: { type: 'thinking' } },
  { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } },
  { type: 'content_block_start', content_block: { type: 'text' } },
  { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
  { type: 'ping' },
  { type: 'content_block_delta', delta: { type: 'text_delta', text: 'b' } },
  { type: 'content_block_start', content_block: { type: 'tool_use', name: 't' } },
  { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{"x"' } },
  { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: ':1}' } },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 9 },
  },
  { type: 'message_stop' },
)

describe('withEvent', () => {
  it('reads a stream of Messages', () => {
    expect(MESSAGE.reduce(withEvent, EMPTY_OUTPUT)).toEqual({
      text: 'ab',
      thinking: 'hm',
      toolCalls: [{ name: 't', input: '{"x":1}' }],
      stopReason: 'tool_use',
      inputTokens: 12,
      cachedTokens: 7,
      outputTokens: 9,
      pieces: 5,
    })
  })

  it('reads a stream of Text Completions', () => {
    const stream = events(
      { type: 'completion', completion: ' 4', stop_reason: null },
      { type: 'completion', completion: '2', stop_reason: null },
      { type: 'completion', completion: '', stop_reason: 'stop_sequence', stop: '\n\nHuman:' },
    )
    const output = stream.reduce(withEvent, EMPTY_OUTPUT)
    expect(output).toMatchObject({
      text: ' 42',
      pieces: 2,
      stopReason: 'stop_sequence: "\\n\\nHuman:"',
      outputTokens: null,
    })
  })

  it('throws an error of the stream', () => {
    const [error = ''] = events({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    expect(() => withEvent(EMPTY_OUTPUT, error)).toThrow('Overloaded')
  })
})

describe('runPrompt', () => {
  afterEach(() => void vi.unstubAllGlobals())
  const request = { path: '/v1/messages', body: {} } as const
  const bytes = new TextEncoder().encode(MESSAGE.map((data) => `event: x\ndata: ${data}\n\n`).join(''))

  it.each([1, 7, 64, 10_000])('reads a stream however it is cut: every %d bytes', async (size) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.slice(n * size, (n + 1) * size),
    )
    vi.stubGlobal(
      'fetch',
      async () => new Response(ReadableStream.from(chunks), { headers: { 'request-id': 'req_1' } }),
    )
    const runs: Run[] = []
    const last = await runPrompt(request, new AbortController().signal, (run) => runs.push(run))
    expect(last).toMatchObject({ state: 'done', requestId: 'req_1', output: { text: 'ab', outputTokens: 9 } })
    expect(last.firstTokenMs).not.toBeNull()
    expect(runs.at(-1)).toEqual(last)
  })

  it('ends as failed with the error of the API, and as stopped when it is stopped', async () => {
    const body = JSON.stringify({ error: { type: 'not_found_error', message: 'model: x' } })
    vi.stubGlobal('fetch', async () => new Response(body, { status: 404 }))
    const failed = await runPrompt(request, new AbortController().signal, () => undefined)
    expect(failed).toMatchObject({ state: 'failed', failure: { message: 'model: x', status: 404 } })

    vi.stubGlobal('fetch', async (_: string, { signal }: RequestInit) => {
      signal?.throwIfAborted()
      throw new Error('not aborted')
    })
    const stopped = await runPrompt(request, AbortSignal.abort(), () => undefined)
    expect(stopped).toMatchObject({ state: 'stopped', failure: null })
  })
})

describe('tokensPerSecond', () => {
  const run = (changes: Partial<Run>): Run => ({
    ...STARTED_RUN,
    firstTokenMs: 100,
    totalMs: 1100,
    ...changes,
  })

  it('counts from the first token on', () => {
    const output = { ...EMPTY_OUTPUT, outputTokens: 51, stopReason: 'end_turn', pieces: 30 }
    expect(tokensPerSecond(run({ output }))).toBe(50)
    // While it runs, the count of the stream's start says nothing.
    expect(tokensPerSecond(run({ output: { ...output, outputTokens: 1, stopReason: null } }))).toBe(29)
  })

  it('says nothing of too little', () => {
    expect(tokensPerSecond(run({}))).toBeNull()
    const output = { ...EMPTY_OUTPUT, pieces: 9 }
    expect(tokensPerSecond(run({ output, totalMs: 101 }))).toBeNull()
    expect(tokensPerSecond(run({ output, firstTokenMs: null }))).toBeNull()
  })
})
