import { describe, expect, it } from 'vitest'
import { CompletionError } from '../../src/completion/completion-error.ts'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import { textTurn } from '../../src/completion/turn.ts'
import { type Script, ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'

const HEADERS = { authorization: 'Bearer K', 'content-type': 'application/json' }
const CHAT = { model: 'claude-2', messages: [{ role: 'user', content: 'Hi' }] }
const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } }
const HELLO: Script = { steps: ['Hel', 'lo\u2028', { ends: 'end-of-generation' }] }

function start(script: Script, capabilities: Partial<ScriptedEngine['capabilities']> = {}) {
  const engine = new ScriptedEngine(script)
  Object.assign(engine.capabilities, capabilities)
  const { app } = createScriptedApp(engine)
  const post = (path: string, body: object, headers: Record<string, string> = HEADERS) =>
    app.fetch(new Request(`http://continuo${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
  const chat = (change: object = {}) => post('/v1/chat/completions', { ...CHAT, ...change })
  return { app, engine, post, chat }
}

async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}

/** The bodies of a stream's events, without the required `[DONE]`. */
async function chunks(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text()
  expect(text).not.toMatch(/[\u0080-\uffff]/)
  const data = text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'))
  expect(data.pop()).toBe('data: [DONE]')
  return data.map((event) => JSON.parse(event.replace(/^data: /, '')) as Record<string, unknown>)
}

function deltas(bodies: readonly Record<string, unknown>[]): unknown[] {
  return bodies.flatMap(({ choices }) => (choices as { delta: unknown }[]).map(({ delta }) => delta))
}

function call(name: string, ...pieces: string[]): { yields: CompletionEvent }[] {
  return [
    { yields: { type: 'tool-call-start', id: null, name, completionTokens: 1 } },
    ...pieces.map((piece) => ({
      yields: { type: 'tool-input-delta', json: piece, completionTokens: 1 } as const,
    })),
  ]
}

describe('POST /v1/chat/completions', () => {
  it('responds as OpenAI’s clients expect', async () => {
    const { chat } = start(HELLO)
    const response = await chat()
    expect(response.headers.get('openai-version')).toBe('2020-10-01')
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(await json(response)).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'claude-2.0',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello\u2028', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
  })

  it('becomes a request of the domain, and ignores fields that have no use here', async () => {
    const { chat, engine } = start(HELLO)
    await chat({
      messages: [{ role: 'system', content: 'S' }, ...CHAT.messages],
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 1.7,
      top_p: 0.9,
      stop: ['\n', 'END'],
      seed: 1,
      logit_bias: { 1: 1 },
      user: 'u',
      presence_penalty: 2,
      reasoning_effort: 'high',
      tools: [],
      tool_choice: 'auto',
    })
    expect(engine.requests).toMatchObject([
      {
        prompt: { kind: 'conversation', systemText: 'S', turns: [textTurn('user', 'Hi')], tools: [] },
        maxTokens: 7,
        stopSequences: ['END'],
        sampling: { temperature: 1, topP: 0.9, topK: null },
        toolChoice: { type: 'auto' },
      },
    ])
  })

  it('streams the role, the text, the finish reason, and the usage if requested', async () => {
    const { chat } = start(HELLO)
    const bodies = await chunks(await chat({ stream: true, stream_options: { include_usage: true } }))
    expect(deltas(bodies)).toEqual([
      { role: 'assistant', content: '' },
      { content: 'Hel' },
      { content: 'lo\u2028' },
      {},
    ])
    expect(bodies.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: null })
    expect(bodies.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1)
  })

  it('returns tool calls', async () => {
    const { chat } = start({
      steps: [...call('look', '{"at":', '"Ulm"}'), ...call('rest'), { ends: 'tool-call' }],
    })
    const { choices } = await json(await chat({ tools: [LOOK] }))
    expect(choices).toMatchObject([
      {
        message: {
          content: null,
          tool_calls: [
            {
              id: expect.stringMatching(/^toolu_/),
              type: 'function',
              function: { name: 'look', arguments: '{"at":"Ulm"}' },
            },
            { function: { name: 'rest', arguments: '{}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ])
  })

  it('streams tool calls, none with empty arguments', async () => {
    const { chat } = start({
      steps: [...call('rest'), ...call('look', '{"at":', '"Ulm"}'), { ends: 'tool-call' }],
    })
    const bodies = await chunks(await chat({ tools: [LOOK], stream: true }))
    expect(deltas(bodies).slice(1)).toMatchObject([
      { tool_calls: [{ index: 0, type: 'function', function: { name: 'rest', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, type: 'function', function: { name: 'look', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{"at":' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '"Ulm"}' } }] },
      {},
    ])
    expect(bodies.at(-1)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] })
  })

  it('returns function calls if the request has functions', async () => {
    const steps = [...call('look', '{}'), { ends: 'tool-call' } as const]
    const { chat, engine } = start({ steps })
    const change = { functions: [LOOK.function], function_call: { name: 'look' } }
    const { choices } = await json(await chat(change))
    expect(choices).toMatchObject([
      { message: { function_call: { name: 'look', arguments: '{}' } }, finish_reason: 'function_call' },
    ])
    expect(engine.requests[0]).toMatchObject({
      toolChoice: { type: 'tool', name: 'look' },
      allowsParallelToolCalls: false,
    })
  })

  it.each([
    ['none', { type: 'auto' }, 0],
    ['auto', { type: 'auto' }, 1],
    ['required', { type: 'any' }, 1],
    [{ type: 'function', function: { name: 'look' } }, { type: 'tool', name: 'look' }, 1],
  ])('reads the choice %j', async (choice, toolChoice, tools) => {
    const { chat, engine } = start(HELLO)
    await chat({ tools: [LOOK], tool_choice: choice, parallel_tool_calls: false })
    expect(engine.requests[0]).toMatchObject({ toolChoice, allowsParallelToolCalls: false })
    expect(engine.requests[0]?.prompt.tools).toHaveLength(tools)
  })

  it('shows thinking where other servers of open models show it', async () => {
    const steps = [
      { yields: { type: 'thinking-delta', text: 'Hm.', completionTokens: 2 } } as const,
      'Hi',
      { ends: 'end-of-generation' } as const,
    ]
    const { chat, engine } = start({ steps })
    const thinking = { type: 'enabled', budget_tokens: 1024 }
    const { choices } = await json(await chat({ thinking }))
    expect(choices).toMatchObject([{ message: { content: 'Hi', reasoning_content: 'Hm.' } }])
    expect(deltas(await chunks(await chat({ thinking, stream: true })))).toContainEqual({
      reasoning_content: 'Hm.',
    })
    expect(engine.requests[0]).toMatchObject({
      prompt: { isThinkingEnabled: true },
      thinkingBudgetTokens: 1024,
    })
  })

  it('constrains a reply to a schema if the engine can', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } }
    const able = start(HELLO)
    await able.chat({ response_format })
    expect(able.engine.requests[0]?.prompt.outputSchema).toEqual(schema)
    const unable = start(HELLO, { outputSchema: false })
    expect((await unable.chat({ response_format })).status).toBe(200)
    expect(unable.engine.requests[0]?.prompt.outputSchema).toBeNull()
  })

  it.each<[string, object, number, string, string]>([
    [
      'several completions',
      { n: 2 },
      400,
      'invalid_request_error',
      'n: only one completion is made for a request',
    ],
    [
      'no messages',
      { messages: [] },
      400,
      'invalid_request_error',
      'messages: at least one message is required',
    ],
    ['an unknown model', { model: 'gpt-9' }, 404, 'not_found_error', 'model: gpt-9'],
    [
      'a stop sequence that is too long, without a list',
      { stop: 'x'.repeat(131_073) },
      400,
      'invalid_request_error',
      'stop: stop sequences should have at most 131072 characters together',
    ],
    [
      'two tools with one name',
      { tools: [LOOK, LOOK] },
      400,
      'invalid_request_error',
      'tools: Tool names must be unique.',
    ],
    [
      'the choice of a missing tool',
      { tools: [LOOK], tool_choice: { type: 'function', function: { name: 'x' } } },
      400,
      'invalid_request_error',
      "tool_choice: there is no tool named 'x'",
    ],
  ])('refuses %s in OpenAI’s form', async (_, change, status, code, message) => {
    const { chat } = start(HELLO)
    const response = await chat(change)
    expect(response.status).toBe(status)
    expect(await json(response)).toEqual({
      error: { code, message, type: 'invalid_request_error', param: null },
    })
  })

  it('refuses what the engine cannot do', async () => {
    const { chat } = start(HELLO, { images: false, tools: false })
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } }
    expect(await json(await chat({ messages: [{ role: 'user', content: [image] }] }))).toMatchObject({
      error: { message: "messages.0.content.0: Image input is not supported by model 'claude-2.0'." },
    })
    expect(await json(await chat({ tools: [LOOK] }))).toMatchObject({
      error: { message: "tools: model 'claude-2.0' does not support tool use." },
    })
  })

  it('reports a wrong key, and a failure in the middle, in OpenAI’s form', async () => {
    const failing = start({ steps: ['a', { throws: new CompletionError('engine-failed', 'it broke') }] })
    const wrong = await failing.post('/v1/chat/completions', CHAT, { ...HEADERS, authorization: 'Bearer X' })
    expect(await json(wrong)).toMatchObject({
      error: { code: 'authentication_error', message: 'Invalid bearer token' },
    })
    const text = await (await failing.chat({ stream: true })).text()
    expect(text.trim().split('\n\n').at(-1)).toBe(
      'data: {"error":{"code":"api_error","message":"it broke","type":"invalid_request_error","param":null}}',
    )
  })

  it('keeps a silent stream alive with comments', async () => {
    const engine = new ScriptedEngine({ steps: [{ delayMs: 60 }, 'a', { ends: 'end-of-generation' }] })
    const { app } = createScriptedApp(engine, { pingIntervalMs: 20 })
    const body = JSON.stringify({ ...CHAT, stream: true })
    const response = await app.fetch(
      new Request('http://continuo/v1/chat/completions', { method: 'POST', headers: HEADERS, body }),
    )
    expect(await response.text()).toContain('\n\n: ping\n\n')
  })
})

describe('POST /v1/completions', () => {
  const TEXT = { model: 'claude-2', prompt: 'Once', max_tokens: 9 }

  it('continues a raw text', async () => {
    const { post, engine } = start(HELLO)
    expect(await json(await post('/v1/completions', TEXT))).toEqual({
      id: expect.stringMatching(/^cmpl-/),
      object: 'text_completion',
      created: expect.any(Number),
      model: 'claude-2.0',
      choices: [{ text: 'Hello\u2028', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    })
    expect(engine.requests).toMatchObject([
      { prompt: { kind: 'raw', text: 'Once', turns: [] }, maxTokens: 9 },
    ])
  })

  it('streams, and echoes the prompt if requested', async () => {
    const { post } = start(HELLO)
    const change = { stream: true, echo: true, stream_options: { include_usage: true } }
    const bodies = await chunks(await post('/v1/completions', { ...TEXT, ...change }))
    const texts = bodies.flatMap(({ choices }) => (choices as { text: string }[]).map(({ text }) => text))
    expect(texts).toEqual(['Once', 'Hel', 'lo\u2028', ''])
    expect(bodies.at(-1)).toMatchObject({ usage: { total_tokens: 3 } })
  })

  it('generates 16 tokens by default', async () => {
    const { post, engine } = start(HELLO)
    await post('/v1/completions', { model: 'claude-2', prompt: ['Once'] })
    expect(engine.requests[0]?.maxTokens).toBe(16)
  })

  it.each<[object, string]>([
    [{ prompt: '' }, 'prompt: String should have at least 1 character'],
    [{ logprobs: 5 }, "logprobs: the engine of model 'claude-2.0' has no log probabilities"],
    [{ best_of: 3 }, 'best_of: this server does not rank completions: send as many as `n`'],
    [{ suffix: 'x' }, 'suffix: a text to end before is not supported'],
  ])('refuses %j', async (change, message) => {
    const { post } = start(HELLO)
    const response = await post('/v1/completions', { ...TEXT, ...change })
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ error: { message } })
  })

  it('completes several prompts, each as often as asked for', async () => {
    const { post, engine } = start({
      steps: ({ prompt }) => [`${prompt.text}!`, { delayMs: 1 }, '?', { ends: 'end-of-generation' }],
    })
    const several = { ...TEXT, prompt: ['a', 'b', 'c'], n: 2, echo: true }
    const whole = await json(await post('/v1/completions', several))
    expect(whole).toMatchObject({ usage: { prompt_tokens: 3, completion_tokens: 12, total_tokens: 15 } })
    const texts = ['aa!?', 'aa!?', 'bb!?', 'bb!?', 'cc!?', 'cc!?']
    expect(whole.choices).toEqual(
      texts.map((text, index) => ({ text, index, logprobs: null, finish_reason: 'stop' })),
    )
    expect(engine.requests).toHaveLength(6)
    const bodies = await chunks(
      await post('/v1/completions', { ...several, stream: true, stream_options: { include_usage: true } }),
    )
    const streamed = new Map<number, string>()
    for (const { choices } of bodies) {
      for (const { index, text } of choices as { index: number; text: string }[]) {
        streamed.set(index, (streamed.get(index) ?? '') + text)
      }
    }
    expect([...streamed].sort(([one], [other]) => one - other).map(([, text]) => text)).toEqual(texts)
    expect(bodies.at(-1)).toMatchObject({ usage: { prompt_tokens: 3, completion_tokens: 12 } })
  })

  it('fails as a whole where one of several completions fails', async () => {
    const { post } = start({
      steps: ({ prompt }) =>
        prompt.text === 'b'
          ? [{ throws: new CompletionError('overloaded', 'Overloaded') }]
          : ['a', { ends: 'end-of-generation' }],
    })
    expect((await post('/v1/completions', { ...TEXT, prompt: ['a', 'b', 'c'] })).status).toBe(529)
  })

  it('explains what to do if a model accepts only turns', async () => {
    const { post } = start(HELLO, { rawPrompts: false })
    expect(await json(await post('/v1/completions', TEXT))).toMatchObject({
      error: {
        message:
          "prompt: model 'claude-2.0' takes turns, not a text: use /v1/chat/completions or /v1/messages.",
      },
    })
  })
})

describe('GET /v1/models', () => {
  const get = (path: string, headers: Record<string, string>) =>
    start(HELLO).app.fetch(new Request(`http://continuo${path}`, { headers }))

  it('has the form of the client’s API', async () => {
    const theirs = await json(await get('/v1/models', { authorization: 'Bearer K' }))
    expect(theirs).toMatchObject({ object: 'list' })
    expect(theirs.data).toContainEqual({
      id: 'claude-2.1',
      object: 'model',
      created: expect.any(Number),
      owned_by: 'continuo',
    })
    const claude = { authorization: 'Bearer K', 'anthropic-version': '2023-06-01' }
    expect(await json(await get('/v1/models', claude))).toHaveProperty('has_more')
  })

  it('finds one, by alias too', async () => {
    const model = await json(await get('/v1/models/claude-2', { authorization: 'Bearer K' }))
    expect(model).toMatchObject({ id: 'claude-2.0', object: 'model' })
  })
})

describe('OpenAI’s clients', () => {
  const errorOf = async (response: Response) => [response.status, await json(response)]
  const error = (code: string, message: unknown) => ({
    error: { code, message, type: 'invalid_request_error', param: null },
  })
  const send = (path: string, init: RequestInit, apiKeys?: readonly string[]) => {
    const { app } = createScriptedApp(new ScriptedEngine(HELLO), apiKeys === undefined ? {} : { apiKeys })
    return app.fetch(new Request(`http://continuo${path}`, init))
  }

  it('get errors in their form for unknown paths and methods', async () => {
    const notFound = [404, error('not_found_error', 'Not Found')]
    expect(await errorOf(await send('/v1/embeddings', { method: 'POST', body: '{}' }))).toEqual(notFound)
    expect(await errorOf(await send('/v1/nope', { headers: HEADERS }))).toEqual(notFound)
    expect(await errorOf(await send('/v1/chat/completions', { headers: HEADERS }))).toEqual([
      405,
      error('invalid_request_error', 'Method Not Allowed'),
    ])
  })

  it('need a bearer token', async () => {
    for (const path of ['/v1/chat/completions', '/v1/completions', '/v1/responses']) {
      const response = await send(path, { method: 'POST', body: JSON.stringify(CHAT) })
      expect(await errorOf(response)).toEqual([
        401,
        error('authentication_error', expect.stringContaining('Authorization: Bearer')),
      ])
    }
  })

  it('need no key where the server has none', async () => {
    const body = JSON.stringify(CHAT)
    expect((await send('/v1/chat/completions', { method: 'POST', body }, [])).status).toBe(200)
    expect(await json(await send('/v1/models', {}, []))).toMatchObject({ object: 'list' })
    expect(await json(await send('/v1/models/claude-2', {}, []))).toMatchObject({ object: 'model' })
    expect((await send('/v1/messages', { method: 'POST', body }, [])).status).toBe(401)
    expect((await send('/v1/models', {})).status).toBe(401)
  })
})
