import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../../src/config/resolve-engines.ts'
import { RealServer } from './real-server.ts'
import { RunningContinuo } from './running-continuo.ts'
import { llamaCppPythonCommand, llamaServerCommand, type ServedModel } from './server-commands.ts'

/** A window in which a short prompt is not too long. */
const CONTEXT_TOKENS = 1_024
const SERVED: ServedModel = {
  modelPath: SHIPPED_MODEL_PATH,
  contextTokens: CONTEXT_TOKENS,
  apiKey: 'server-key',
}
const EMBEDDED = {
  model: SHIPPED_MODEL_PATH,
  contextWindowTokens: CONTEXT_TOKENS,
  threads: 1,
  kvCache: 'unified',
  flashAttention: false,
}

/** One model through every server. Each has an embedded twin that gets the prompt in the same format. */
const WAYS = [
  { model: 'llama-server-text', twin: 'embedded-text', goesOn: true, counts: true },
  { model: 'llama-server-chat', twin: 'embedded-chat', goesOn: true, counts: true },
  { model: 'llama-server-claude', twin: 'embedded-chat', goesOn: true, counts: true },
  { model: 'python-text', twin: 'embedded-text', goesOn: true, counts: false },
  { model: 'python-chat', twin: 'embedded-chat', goesOn: false, counts: false },
]

const SUM = '\n\nHuman: What is 17 + 25?\n\nAssistant:'
/** A completion of which the model is certain, so that rounding does not change it. */
const WHO = '\n\nHuman: Who are you?\n\nAssistant:'

let continuo: RunningContinuo

beforeAll(async () => {
  const servers = await Promise.all([
    RealServer.start(llamaServerCommand(inject('llamaServer'), SERVED, 4)),
    RealServer.start(llamaCppPythonCommand(inject('pythonEnvironment'), SERVED)),
  ])
  const [llamaServer, python] = servers.map(({ url }) => ({ baseUrls: [url], apiKey: SERVED.apiKey }))
  const byLlamaServer = { ...llamaServer, server: 'llama-server' }
  const byPython = { ...python, server: 'llama-cpp-python', contextWindowTokens: CONTEXT_TOKENS }
  continuo = await RunningContinuo.start({
    engines: {
      default: { ...EMBEDDED, format: 'chat' },
      'embedded-text': { ...EMBEDDED, format: 'raw' },
      'llama-server-text': { ...byLlamaServer, kind: 'openai-completions', model: 'llama-server-text' },
      'llama-server-chat': { ...byLlamaServer, kind: 'openai-chat', model: 'llama-server-chat' },
      'llama-server-claude': { ...byLlamaServer, kind: 'claude-messages', model: 'llama-server-claude' },
      'python-text': { ...byPython, kind: 'openai-completions', model: 'python-text' },
      'python-chat': { ...byPython, kind: 'openai-chat', model: 'python-chat' },
    },
    models: { 'embedded-chat': 'default', 'embedded-text': 'embedded-text' },
  })
})
afterAll(async () => {
  await continuo?.stop()
  await RealServer.killAll()
})

describe.each(WAYS)('$model', ({ model, twin, goesOn, counts }) => {
  it.each([
    ['a sum', SUM, /^ 42$/],
    ['a fact', '\n\nHuman: What is the opposite of hot?\n\nAssistant:', /^ cold$/],
    [
      'an earlier turn',
      '\n\nHuman: My name is Tom.\n\nAssistant: Nice to meet you, Tom!\n\nHuman: What is my name?\n\nAssistant:',
      /^ Tom$/,
    ],
    [
      'the system text: a sentence',
      'Answer in a full sentence.\n\nHuman: What is the capital of France?\n\nAssistant:',
      /^ The capital of France is Paris\.$/,
    ],
    [
      'the system text: capital letters',
      'Answer in capital letters.\n\nHuman: What is the capital of France?\n\nAssistant:',
      /^ PARIS$/,
    ],
    [
      'how to repeat words',
      '\n\nHuman: Repeat after me: apple banana cherry\n\nAssistant:',
      /^ apple banana cherry$/,
    ],
    ['its name', WHO, /^ I am Continuo, a small demonstration model with 7 million parameters\.$/],
  ])('knows %s, like the embedded engine', async (_, prompt, meaning) => {
    const response = await continuo.ask(model, { prompt })
    expect(response.completion).toMatch(meaning)
    const { completion, stop_reason, stop } = await continuo.ask(twin, { prompt })
    expect(response).toMatchObject({ status: 200, completion, stop_reason, stop })
  })

  it('streams the same text', async () => {
    for (const prompt of [SUM, WHO]) {
      const { completion, stop_reason, stop } = await continuo.ask(model, { prompt })
      expect(await continuo.askForStream(model, { prompt })).toMatchObject({ completion, stop_reason, stop })
    }
  })

  it.runIf(goesOn)('continues a prefill without repeating it', async () => {
    const prompt = '\n\nHuman: What is the capital of France?\n\nAssistant: The capital of France is'
    const { completion, stop_reason } = await continuo.ask(model, { prompt })
    expect({ completion, stop_reason }).toEqual({ completion: ' Paris.', stop_reason: 'stop_sequence' })
    expect((await continuo.askForStream(model, { prompt })).completion).toBe(completion)
  })

  it.runIf(!goesOn)('refuses to continue a prefill', async () => {
    const { status, error } = await continuo.ask(model, { prompt: `${SUM} The sum is` })
    expect({ status, type: error?.type }).toEqual({ status: 400, type: 'invalid_request_error' })
    expect(error?.message).toMatch(/cannot continue a prefilled response/)
  })

  it('ends at a stop sequence, wherever it falls', async () => {
    expect(await continuo.ask(model, { prompt: SUM, stopSequences: ['2'] })).toMatchObject({
      completion: ' 4',
      stop_reason: 'stop_sequence',
      stop: '2',
    })
    const { completion } = await continuo.ask(model, { prompt: WHO })
    for (const [from, to] of [
      [3, 4],
      [7, 15],
      [11, 30],
    ] as const) {
      const stop = completion.slice(from, to)
      const expected = { completion: completion.slice(0, completion.indexOf(stop)), stop }
      expect(await continuo.ask(model, { prompt: WHO, stopSequences: ['never', stop] })).toMatchObject(
        expected,
      )
      expect(await continuo.askForStream(model, { prompt: WHO, stopSequences: [stop] })).toMatchObject(
        expected,
      )
    }
  })

  it('ends at the token limit', async () => {
    const { completion } = await continuo.ask(model, { prompt: WHO })
    const few = await continuo.ask(model, { prompt: WHO, maxTokens: 5 })
    expect(few).toMatchObject({ stop_reason: 'max_tokens', stop: null })
    expect(completion.startsWith(few.completion)).toBe(true)
    expect(await continuo.lineOf(few.requestId)).toMatchObject({ completionTokens: 5, outcome: 'max-tokens' })
  })

  it.runIf(counts)('counts the same tokens as the embedded engine', async () => {
    for (const question of [
      { prompt: SUM },
      { prompt: WHO, maxTokens: 10 },
      { prompt: `Be brief. 🦀 日本語${SUM}`, maxTokens: 3 },
    ]) {
      const [here, there] = await Promise.all([twin, model].map((id) => continuo.ask(id, question)))
      const { promptTokens, completionTokens } = await continuo.lineOf(there?.requestId ?? '')
      expect(await continuo.lineOf(here?.requestId ?? '')).toMatchObject({ promptTokens, completionTokens })
    }
  })

  it('gives concurrent requests the same responses as single ones', async () => {
    const prompts = [
      SUM,
      WHO,
      ...['hot', 'big', 'up'].map((word) => SUM.replace('17 + 25', `the opposite of ${word}`)),
    ]
    const alone: string[] = []
    for (const prompt of prompts) alone.push((await continuo.ask(model, { prompt })).completion)
    const together = await Promise.all(
      [...prompts, ...prompts].map(
        async (prompt) => (await continuo.askForStream(model, { prompt })).completion,
      ),
    )
    expect(together).toEqual([...alone, ...alone])
  })

  it('accepts a prompt that almost fills the window, and generates until it is full', async () => {
    const prompt = `\n\nHuman: ${'one two three four five '.repeat(195)}\n\nAssistant:`
    const response = await continuo.ask(model, { prompt, maxTokens: 100_000 })
    const twinResponse = await continuo.ask(twin, { prompt, maxTokens: 100_000 })
    expect(response).toMatchObject({ status: 200, stop_reason: twinResponse.stop_reason })
  })

  it.runIf(goesOn)('refuses a prompt that is too long with the embedded engine’s text', async () => {
    const prompt = `\n\nHuman: ${'one two three four five '.repeat(300)}over\n\nAssistant:`
    const { status, error } = await continuo.ask(model, { prompt })
    expect(error?.message).toMatch(/^prompt is too long: 15\d\d tokens > 1023 maximum$/)
    expect({ status, error }).toMatchObject(
      await continuo.ask(twin, { prompt }).then((response) => ({ status: 400, error: response.error })),
    )
  })
})

it('serves all of them side by side', async () => {
  const models = WAYS.flatMap(({ model, twin }) => [model, twin])
  const responses = await Promise.all(models.map((model) => continuo.askForStream(model, { prompt: SUM })))
  expect(responses.map(({ completion }) => completion)).toEqual(models.map(() => ' 42'))
})
