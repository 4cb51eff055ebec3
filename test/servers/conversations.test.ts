import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../../src/config/resolve-engines.ts'
import { accumulate } from '../conformance/accumulate-message.ts'
import { messageEvents, messageOf } from '../conformance/message-case.ts'
import { RealServer } from './real-server.ts'
import { RunningContinuo } from './running-continuo.ts'
import { llamaServerCommand } from './server-commands.ts'

const SERVED = { modelPath: SHIPPED_MODEL_PATH, contextTokens: 2_048, apiKey: 'server-key' }
const TEMPLATE = fileURLToPath(new URL('llama-server/conversations.jinja', import.meta.url))

let server: RealServer
let continuo: RunningContinuo

beforeAll(async () => {
  const more = ['--jinja', '--chat-template-file', TEMPLATE]
  server = await RealServer.start(llamaServerCommand(inject('llamaServer'), SERVED, 2, more))
  const before = { server: 'llama-server', baseUrls: [server.url], apiKey: SERVED.apiKey }
  // The model would end its turn where it should think: it was not trained to think.
  const restless = { ...before, kind: 'openai-chat', extraBody: { ignore_eos: true } }
  continuo = await RunningContinuo.start({
    engines: {
      chat: { ...before, kind: 'openai-chat', model: 'chat' },
      claude: { ...before, kind: 'claude-messages', model: 'claude' },
      'asked-to-end': { ...restless, model: 'asked-to-end' },
      'cut-off': { ...restless, thinkingBudgetMode: 'cut', model: 'cut-off' },
    },
    defaultEngine: 'chat',
  })
})
afterAll(async () => {
  await continuo?.stop()
  await RealServer.killAll()
})

const QUESTION = { role: 'user', content: 'What is 17 + 25?' }
/** Prefills a call, because this model does not call tools by itself. */
const BEGUN = { role: 'assistant', content: '<tool_call>\n{' }
const DIGITS = { type: 'integer', minimum: 0, maximum: 99 }
const TOOLS = [
  {
    name: 'add',
    description: 'Adds two numbers.',
    input_schema: {
      type: 'object',
      properties: { a: DIGITS, b: DIGITS },
      required: ['a', 'b'],
      additionalProperties: false,
    },
  },
  {
    name: 'get_time',
    input_schema: {
      type: 'object',
      properties: { utc: { type: 'boolean' } },
      required: ['utc'],
      additionalProperties: false,
    },
  },
]
const CALLING = { messages: [QUESTION, BEGUN], tools: TOOLS, max_tokens: 400 }

function post(path: string, body: object): Promise<Response> {
  return fetch(`${continuo.url}/v1/messages${path}`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const ask = (model: string, body: object) =>
  post('', { model, temperature: 0, max_tokens: 16, messages: [QUESTION], ...body })

const INPUTS: Readonly<Record<string, object>> = {
  add: { a: expect.any(Number), b: expect.any(Number) },
  get_time: { utc: expect.any(Boolean) },
}

/** Expects one call of an offered tool with a valid input. */
function expectCall(message: object, name?: string): void {
  expect(message).toMatchObject({ content: [{ type: 'tool_use' }], stop_reason: 'tool_use' })
  const [call, ...others] = (message as { content: { name: string; input: object }[] }).content
  expect(others).toEqual([])
  expect(call?.input).toEqual(INPUTS[name ?? call?.name ?? ''])
  if (name !== undefined) expect(call?.name).toBe(name)
}

describe.each(['chat', 'claude'])('%s', (model) => {
  it('calls one tool where it must, streamed and not', async () => {
    const body = { ...CALLING, tool_choice: { type: 'any', disable_parallel_tool_use: true } }
    expectCall(await messageOf(await ask(model, body)))
    expectCall(accumulate(await messageEvents(await ask(model, { ...body, stream: true }))))
  })

  it('calls the tool that it must', async () => {
    const choice = { type: 'tool', name: 'get_time', disable_parallel_tool_use: true }
    expectCall(await messageOf(await ask(model, { ...CALLING, tool_choice: choice })), 'get_time')
  })

  it('calls several tools, one after the other, up to the token limit', async () => {
    const { content, stop_reason } = await messageOf(
      await ask(model, { ...CALLING, tool_choice: { type: 'any' } }),
    )
    expect(content.length).toBeGreaterThan(1)
    expect(content.map(({ type }) => type)).toEqual(content.map(() => 'tool_use'))
    expect(stop_reason).toMatch(/^(tool_use|max_tokens)$/)
  })

  it('continues after a tool result, and counts all tokens', async () => {
    const messages = [
      QUESTION,
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I add.' },
          { type: 'tool_use', id: 'toolu_1', name: 'add', input: { a: 17, b: 25 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '42' }] },
    ]
    const { usage } = await messageOf(await ask(model, { messages, tools: TOOLS }))
    const count = await (await post('/count_tokens', { model, messages, tools: TOOLS })).json()
    expect(count).toEqual({ input_tokens: usage.input_tokens })
    const { usage: plain } = await messageOf(await ask(model, {}))
    expect(usage.input_tokens).toBeGreaterThan(plain.input_tokens + 100)
  })

  it('responds without tools as before', async () => {
    expect(await messageOf(await ask(model, {}))).toMatchObject({
      content: [{ type: 'text', text: '42' }],
      stop_reason: 'end_turn',
    })
  })
})

it('constrains a reply to a schema', async () => {
  const schema = {
    type: 'object',
    properties: { sum: DIGITS },
    required: ['sum'],
    additionalProperties: false,
  }
  const { content } = await messageOf(
    await ask('chat', { max_tokens: 60, output_config: { format: { type: 'json_schema', schema } } }),
  )
  expect(JSON.parse(String(content[0]?.text))).toEqual({ sum: expect.any(Number) })
})

it.each(['asked-to-end', 'cut-off'])('ends thinking at its budget: %s', async (model) => {
  const thinking = { type: 'enabled', budget_tokens: 1_024 }
  const body = { temperature: 1, thinking, max_tokens: 1_100 }
  const { content, stop_reason, usage } = await messageOf(await ask(model, body))
  expect(content.map(({ type }) => type)).toEqual(['thinking', 'text'])
  expect({ stop_reason, output_tokens: usage.output_tokens }).toEqual({
    stop_reason: 'max_tokens',
    output_tokens: 1_100,
  })
})
