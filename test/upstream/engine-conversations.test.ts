import { describe, expect, it } from 'vitest'
import { collectCompletion } from '../../src/completion/collected-completion.ts'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { CompletionRequest } from '../../src/completion/completion-request.ts'
import type { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { flatEvents } from '../flat-events.ts'
import {
  dataEvents,
  jsonScript,
  type ScriptedUpstream,
  type UpstreamScript,
  type UpstreamStep,
} from '../scripted-upstream.ts'
import { CLOCK, upstreamConversation, WEATHER } from '../upstream-histories.ts'
import type { UpstreamSettingsChange } from '../upstream-settings.ts'
import { openEngine } from './open-upstream.ts'

async function start(script: ScriptedUpstream['script'], settings: UpstreamSettingsChange = {}) {
  const eject: string[] = []
  const opened = await openEngine(script, settings, { onEject: (address) => eject.push(address) })
  return { ...opened, eject }
}

async function responseOf(
  engine: UpstreamEngine,
  request: CompletionRequest,
  events: CompletionEvent[] = [],
) {
  for await (const event of flatEvents(engine.generate(request, new AbortController().signal)))
    events.push(event)
  return collectCompletion(events)
}

const chunk = (delta: object, reason: string | null = null, tokens?: number) => ({
  choices: [{ index: 0, delta, finish_reason: reason }],
  ...(tokens === undefined ? {} : { usage: { prompt_tokens: 9, completion_tokens: tokens } }),
})
const whole = (...chunks: object[]): UpstreamScript => ({
  steps: dataEvents(...chunks, chunk({}, 'stop'), '[DONE]'),
})
const TOOLS = { tools: [WEATHER, CLOCK] }
const called = (index: number, name: string, json: string) => ({
  tool_calls: [{ index, id: `c${index}`, function: { name, arguments: json } }],
})

describe('UpstreamEngine in a conversation', () => {
  it('ends thinking that exceeds its budget, and asks again without it', async () => {
    const { upstream, engine } = await start(
      ({ body }) => {
        const { enable_thinking: isThinkingEnabled } = body.chat_template_kwargs as Record<string, unknown>
        if (!isThinkingEnabled) return whole(chunk({ content: 'Hi' }, null, 2))
        const thinking = Array.from({ length: 9 }, (_, n) =>
          chunk({ reasoning: `t${n} ` }, null, 2 * (n + 1)),
        )
        return { steps: [...dataEvents(...thinking), 'stall'] }
      },
      { server: 'vllm' },
    )
    const request = upstreamConversation(
      { isThinkingEnabled: true },
      { maxTokens: 100, thinkingBudgetTokens: 6 },
    )
    expect(await responseOf(engine, request)).toMatchObject({
      parts: [
        { type: 'thinking', text: 't0 t1 t2 t3 ' },
        { type: 'text', text: 'Hi' },
      ],
      completionTokens: 10,
      promptTokens: 9,
      end: { stopReason: 'end-of-generation' },
    })
    expect(upstream.requests.map(({ body }) => body.max_tokens)).toEqual([100, 92])
    await upstream.running.until(0)
    expect(upstream.cancelledAtMs).toHaveLength(1)
  })

  it('cancels a response with more tool calls than the request allows', async () => {
    const steps: UpstreamStep[] = [
      ...dataEvents(chunk(called(0, 'get_time', '{}')), chunk(called(1, 'get_time', '{}'))),
      'stall',
    ]
    const { upstream, engine } = await start({ steps })
    const request = upstreamConversation(TOOLS, { allowsParallelToolCalls: false })
    expect(await responseOf(engine, request)).toMatchObject({
      parts: [{ type: 'tool-call', id: 'c0' }],
      end: { stopReason: 'tool-call' },
    })
    await expect.poll(() => upstream.running.value, { timeout: 500 }).toBe(0)
  })

  it('distinguishes a full context window from max tokens after capping a request', async () => {
    const refusal =
      "Requested token count exceeds the model's maximum context length of 100 tokens. You requested a total of 1012 tokens: 12 tokens from the input messages and 1000 tokens for the completion."
    const { engine } = await start((_, index) =>
      index === 0
        ? jsonScript({ error: { message: refusal, code: 400 } }, 400)
        : { steps: dataEvents(chunk({ content: 'Hi' }), chunk({}, 'length'), '[DONE]') },
    )
    const response = await responseOf(engine, upstreamConversation({}, { maxTokens: 1_000 }))
    expect(response.end?.stopReason).toBe('context-window')
  })

  it('cannot count with a release of SGLang that takes only text', async () => {
    const { signal } = new AbortController()
    const { upstream, engine } = await start(jsonScript({ count: 7, max_model_len: 64, tokens: [] }), {
      server: 'sglang',
    })
    const { prompt } = upstreamConversation(TOOLS)
    expect(await engine.countTokens(prompt, signal)).toBe(7)
    expect(upstream.requests[0]).toMatchObject({ path: '/tokenize', body: { tools: [{}, {}] } })
    upstream.script = jsonScript({ detail: [{ loc: ['body', 'prompt'], msg: 'Field required' }] }, 422)
    await expect(engine.countTokens(prompt, signal)).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'The engine of this model cannot count tokens.',
    })
  })

  const half = chunk({
    tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"secret":' } }],
  })
  it.each<[string, UpstreamStep[], string]>([
    [
      'a connection that is lost',
      [...dataEvents(half), 'destroy'],
      'The connection to the upstream engine was lost.',
    ],
    ['an end', dataEvents(half), 'The upstream engine ended its response too early.'],
    [
      'silence',
      [...dataEvents(half), 'stall'],
      'The upstream engine fell silent in the middle of its response.',
    ],
    [
      'an end with a stop reason',
      dataEvents(half, chunk({}, 'tool_calls'), '[DONE]'),
      'The model called a tool in a way that cannot be read',
    ],
  ])('fails at %s in the middle of a tool call', async (_, steps, message) => {
    const { upstream, engine, eject } = await start({ steps }, { idleTimeoutMs: 200 })
    const events: CompletionEvent[] = []
    const error = await responseOf(engine, upstreamConversation(TOOLS), events).catch(
      (reason: unknown) => reason,
    )
    // A 500 would be repeated by clients.
    const code = message.includes('cannot be read') ? 'invalid-request' : 'engine-failed'
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(collectCompletion(events).parts).toEqual([
      { type: 'tool-call', id: 'a', name: 'f', json: '{"secret":' },
    ])
    expect(String((error as Error).cause)).not.toContain('secret')
    // A model that errs is no fault of its server's.
    expect(eject).toHaveLength(message.includes('cannot be read') ? 0 : 1)
    await upstream.running.until(0)
  })

  it.each<[UpstreamSettingsChange, string]>([
    [{ kind: 'openai-completions' }, 'rawPrompts logprobs'],
    [{ kind: 'openai-completions', server: 'ollama' }, 'logprobs'],
    [{ kind: 'openai-completions', server: 'ollama', rawPrompts: true }, 'rawPrompts logprobs'],
    [{ kind: 'openai-completions', tools: true, images: true }, 'rawPrompts logprobs'],
    [{ server: 'vllm' }, 'tools outputSchema logprobs'],
    [{ server: 'vllm', tools: false, images: true, outputSchema: false }, 'images logprobs'],
    [{ server: 'llama-cpp-python' }, 'logprobs'],
    [{ server: 'ollama' }, 'tools outputSchema logprobs'],
    [{ server: 'other' }, 'tools logprobs'],
    [{ kind: 'claude-messages' }, 'tools images outputSchema documents'],
    [{ kind: 'claude-messages', server: 'llama-server' }, 'tools'],
    [{ kind: 'claude-messages', outputSchema: false }, 'tools images documents'],
  ])('with %j reports the capabilities %s', async (settings, expected) => {
    const { engine } = await start(whole(), settings)
    const able = Object.entries(engine.capabilities).filter(([, can]) => can)
    expect(able.map(([name]) => name).join(' ')).toBe(expected)
  })
})
