import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../../src/config/resolve-engines.ts'
import { CHAT_TEMPLATES } from '../chat-templates.ts'
import { type RecitingGgufOptions, writeRecitingGguf } from '../gguf/reciting-gguf.ts'
import { RealServer } from './real-server.ts'
import { RunningContinuo } from './running-continuo.ts'
import { llamaCppPythonCommand, llamaServerCommand } from './server-commands.ts'

const CONTEXT_TOKENS = 2_048
const KEY = 'server-key'
const FIXED = { contextWindowTokens: CONTEXT_TOKENS, threads: 1, kvCache: 'unified', flashAttention: false }

const RECITING: Pick<RecitingGgufOptions, 'cue' | 'contextTokens' | 'chatTemplate'> = {
  cue: '\n',
  contextTokens: CONTEXT_TOKENS,
  chatTemplate: CHAT_TEMPLATES.THINKING_TEMPLATE,
}
const CALL = [
  '<tool_call>\n',
  '{"name": ',
  '"get_weather"',
  ', "arguments": {',
  '"city": ',
  '"Oslo"',
  '}}',
  '\n</tool_call>',
]
const CRAB = [...Buffer.from('🦀')]
const PIECES = {
  calls: ['Let me', ' look', '.\n', ...CALL],
  thinking: ['<think>\n', 'Hm', ', ', 'weather ', ...CRAB, '\n</think>', '\n\n', 'It is', ' sunny', '.'],
}
const TOOLS: Anthropic.Tool[] = [
  {
    name: 'get_weather',
    description: 'The weather of a city.',
    input_schema: { type: 'object', properties: { city: { enum: ['Paris', 'Oslo'] } }, required: ['city'] },
  },
]

/** The demonstration model through every server. */
const WAYS = [
  { model: 'embedded', goesOn: true, counts: true },
  { model: 'llama-server-text', goesOn: true, counts: true },
  { model: 'llama-server-chat', goesOn: true, counts: true },
  { model: 'llama-server-claude', goesOn: true, counts: true },
  { model: 'continuo-claude', goesOn: true, counts: true },
  { model: 'python-text', goesOn: true, counts: false },
  { model: 'python-chat', goesOn: false, counts: false },
]
/** The ways to models that recite calls and thinking. */
const RECITING_WAYS = ['chat', 'claude', 'continuo']

const folder = mkdtempSync(join(tmpdir(), 'continuo-conversations-'))
let inner: RunningContinuo
let continuo: RunningContinuo
let client: Anthropic

beforeAll(async () => {
  const paths = { calls: join(folder, 'calls.gguf'), thinking: join(folder, 'thinks.gguf') }
  for (const name of ['calls', 'thinking'] as const) {
    writeRecitingGguf(paths[name], { ...RECITING, pieces: PIECES[name] })
  }
  const llamaServer = (modelPath: string) =>
    RealServer.start(
      llamaServerCommand(inject('llamaServer'), { modelPath, contextTokens: CONTEXT_TOKENS, apiKey: KEY }, 2),
    )
  const [demo, calls, thinking, python] = await Promise.all([
    ...[SHIPPED_MODEL_PATH, paths.calls, paths.thinking].map(llamaServer),
    RealServer.start(
      llamaCppPythonCommand(inject('pythonEnvironment'), {
        modelPath: SHIPPED_MODEL_PATH,
        contextTokens: CONTEXT_TOKENS,
        apiKey: KEY,
      }),
    ),
  ])
  if (!demo || !calls || !thinking || !python) throw new Error('a server is missing')
  inner = await RunningContinuo.start({
    apiKeys: [KEY],
    engines: {
      default: { ...FIXED, model: SHIPPED_MODEL_PATH },
      calls: { ...FIXED, model: paths.calls },
      thinking: { ...FIXED, model: paths.thinking },
    },
  })
  const at = (url: string) => ({ baseUrls: [url], apiKey: KEY })
  const chat = ({ url }: RealServer) => ({ ...at(url), kind: 'openai-chat', server: 'llama-server' })
  const claude = ({ url }: RealServer) => ({ ...at(url), kind: 'claude-messages', server: 'llama-server' })
  const continuoClaude = { ...at(inner.url), kind: 'claude-messages', sampling: 'all' }
  const byPython = { ...at(python.url), server: 'llama-cpp-python', contextWindowTokens: CONTEXT_TOKENS }
  continuo = await RunningContinuo.start({
    engines: {
      default: { ...FIXED, model: SHIPPED_MODEL_PATH },
      'text-1': { ...chat(demo), kind: 'openai-completions', model: 'llama-server-text' },
      'chat-1': { ...chat(demo), model: 'llama-server-chat' },
      'claude-1': { ...claude(demo), model: 'llama-server-claude' },
      'continuo-1': { ...continuoClaude, model: 'continuo-demo' },
      'python-1': { ...byPython, kind: 'openai-completions', model: 'python-text' },
      'python-2': { ...byPython, kind: 'openai-chat', model: 'python-chat' },
      'chat-2': { ...chat(calls), model: 'chat-calls' },
      'chat-3': { ...chat(thinking), model: 'chat-thinks' },
      'claude-2': { ...claude(calls), model: 'claude-calls' },
      'claude-3': { ...claude(thinking), model: 'claude-thinks' },
      'continuo-2': { ...continuoClaude, model: 'calls' },
      'continuo-3': { ...continuoClaude, model: 'thinks' },
    },
    models: {
      embedded: 'default',
      'continuo-claude': 'continuo-1',
      'continuo-calls': 'continuo-2',
      'continuo-thinks': 'continuo-3',
    },
  })
  client = new Anthropic({ apiKey: 'any', baseURL: continuo.url, maxRetries: 0 })
})
afterAll(async () => {
  await continuo?.stop()
  await inner?.stop()
  await RealServer.killAll()
  rmSync(folder, { recursive: true })
})

/** A short question at temperature 0. */
function asked(model: string, content: string): Anthropic.MessageCreateParamsNonStreaming {
  return { model, max_tokens: 48, temperature: 0, messages: [{ role: 'user', content }] }
}

/** A response of the OpenAI layer. */
async function openAi(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${continuo.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}

/** The texts, thinking and calls of a message, without ids and signatures. */
function contentOf(message: Anthropic.Message): unknown[] {
  return message.content.map((block) => {
    if (block.type === 'text') return block.text.trim()
    if (block.type === 'thinking') return { thinking: block.thinking.trim() }
    return block.type === 'tool_use' ? { call: block.name, input: block.input } : block
  })
}

describe.each(WAYS)('$model', ({ model, goesOn, counts }) => {
  const SUM = 'What is 17 + 25?'

  it('is reached through Text Completions, Messages and the OpenAI layer', async () => {
    const text = await client.completions.create({
      model,
      max_tokens_to_sample: 48,
      temperature: 0,
      prompt: `\n\nHuman: ${SUM}\n\nAssistant:`,
    })
    expect(text).toMatchObject({ completion: ' 42', stop_reason: 'stop_sequence' })
    const message = await client.messages.create(asked(model, SUM))
    expect(message).toMatchObject({ content: [{ type: 'text', text: '42' }], stop_reason: 'end_turn' })
    const chat = await openAi('/v1/chat/completions', asked(model, SUM))
    expect(chat).toMatchObject({ choices: [{ message: { content: '42' }, finish_reason: 'stop' }] })
  })

  it('streams the same message', async () => {
    const request = asked(model, 'Who are you?')
    const { id: _, ...whole } = await client.messages.create(request)
    expect(whole.content).toEqual([
      { type: 'text', text: 'I am Continuo, a small demonstration model with 7 million parameters.' },
    ])
    const { id: __, ...streamed } = await client.messages.stream(request).finalMessage()
    expect(streamed).toMatchObject({
      content: whole.content,
      stop_reason: whole.stop_reason,
      usage: whole.usage,
    })
  })

  it('uses the system text and earlier turns', async () => {
    const sentence = {
      ...asked(model, 'What is the capital of France?'),
      system: 'Answer in a full sentence.',
    }
    expect(contentOf(await client.messages.create(sentence))).toEqual(['The capital of France is Paris.'])
    const name = await client.messages.create({
      ...asked(model, ''),
      messages: [
        { role: 'user', content: 'My name is Tom.' },
        { role: 'assistant', content: 'Nice to meet you, Tom!' },
        { role: 'user', content: 'What is my name?' },
      ],
    })
    expect(contentOf(name)).toEqual(['Tom'])
  })

  it.runIf(goesOn)('continues a prefilled reply', async () => {
    const { messages, ...rest } = asked(model, 'What is the capital of France?')
    const begun = { role: 'assistant', content: 'The capital of France is' } as const
    const message = await client.messages.create({ ...rest, messages: [...messages, begun] })
    expect(message.content).toEqual([{ type: 'text', text: ' Paris.' }])
  })

  it('ends at a stop sequence and at the limit', async () => {
    const who = asked(model, 'Who are you?')
    expect(await client.messages.create({ ...who, stop_sequences: ['never', 'tion mod'] })).toMatchObject({
      content: [{ text: 'I am Continuo, a small demonstra' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'tion mod',
    })
    expect(await client.messages.create({ ...who, max_tokens: 4 })).toMatchObject({
      content: [{ text: 'I am Continuo,' }],
      stop_reason: 'max_tokens',
    })
  })

  it.runIf(counts)('counts the same tokens before and after, and as the embedded engine', async () => {
    const request = { ...asked(model, 'Hello 🦀!'), system: 'Be brief.' }
    const { max_tokens: _, temperature: __, ...counted } = request
    const { input_tokens } = await client.messages.countTokens(counted)
    const { usage } = await client.messages.create(request)
    expect(usage.input_tokens).toBe(input_tokens)
    expect(await client.messages.countTokens({ ...counted, model: 'embedded' })).toEqual({ input_tokens })
  })
})

describe.each(['embedded', 'llama-server-chat', 'continuo-claude'])('%s', (model) => {
  it('constrains a reply to a schema', async () => {
    const schema = {
      type: 'object',
      properties: { sum: { type: 'integer' } },
      required: ['sum'],
      additionalProperties: false,
    }
    const message = await client.messages.create({
      ...asked(model, 'What is 17 + 25?'),
      output_config: { format: { type: 'json_schema', schema } },
    })
    const [block] = message.content
    if (block?.type !== 'text') throw new Error('there is no text')
    expect(JSON.parse(block.text)).toEqual({ sum: expect.any(Number) })
  })
})

describe.each(RECITING_WAYS)('calls and thinking through %s', (way) => {
  const LOOK = ['Let me look.', { call: 'get_weather', input: { city: 'Oslo' } }]

  it('calls a tool, streamed and not', async () => {
    const request = { ...asked(`${way}-calls`, 'Weather?'), tools: TOOLS }
    const message = await client.messages.create(request)
    expect({ content: contentOf(message), stop_reason: message.stop_reason }).toEqual({
      content: LOOK,
      stop_reason: 'tool_use',
    })
    expect(contentOf(await client.messages.stream(request).finalMessage())).toEqual(LOOK)
  })

  it('calls the tool that it must', async () => {
    for (const tool_choice of [{ type: 'any' }, { type: 'tool', name: 'get_weather' }] as const) {
      const message = await client.messages.create({
        ...asked(`${way}-calls`, 'Weather?'),
        tools: TOOLS,
        tool_choice,
      })
      expect(message.stop_reason).toBe('tool_use')
      expect(contentOf(message)).toContainEqual(LOOK[1])
    }
  })

  it('reads a tool result', async () => {
    const first = await client.messages.create({ ...asked(`${way}-calls`, 'Weather?'), tools: TOOLS })
    const call = first.content.find((block) => block.type === 'tool_use')
    const second: Anthropic.MessageCreateParamsNonStreaming = {
      ...asked(`${way}-thinks`, ''),
      tools: TOOLS,
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'sunny' }] },
      ],
    }
    expect(contentOf(await client.messages.create(second))).toEqual(['It is sunny.'])
  })

  it('thinks only when asked to', async () => {
    const question = asked(`${way}-thinks`, 'Weather?')
    expect(contentOf(await client.messages.create(question))).toEqual(['It is sunny.'])
    const thinking = { type: 'enabled', budget_tokens: 1_024 } as const
    const thoughtful = { ...question, temperature: 1, max_tokens: 1_500, thinking }
    const expected = [{ thinking: 'Hm, weather 🦀' }, 'It is sunny.']
    expect(contentOf(await client.messages.create(thoughtful))).toEqual(expected)
    expect(contentOf(await client.messages.stream(thoughtful).finalMessage())).toEqual(expected)
  })

  it("does both for OpenAI's clients", async () => {
    const tools = TOOLS.map(({ name, description, input_schema }) => ({
      type: 'function',
      function: { name, description, parameters: input_schema },
    }))
    const called = await openAi('/v1/chat/completions', { ...asked(`${way}-calls`, 'Weather?'), tools })
    expect(called).toMatchObject({
      choices: [
        { message: { tool_calls: [{ function: { name: 'get_weather' } }] }, finish_reason: 'tool_calls' },
      ],
    })
    const thinking = await openAi('/v1/chat/completions', {
      ...asked(`${way}-thinks`, 'Weather?'),
      max_tokens: 1_500,
      thinking: { type: 'enabled', budget_tokens: 1_024 },
    })
    expect(thinking).toMatchObject({
      choices: [
        { message: { content: 'It is sunny.', reasoning_content: expect.stringMatching('Hm, weather 🦀') } },
      ],
    })
  })
})
