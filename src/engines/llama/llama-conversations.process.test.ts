import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHAT_TEMPLATES } from '../../../test/chat-templates.ts'
import { flatEvents } from '../../../test/flat-events.ts'
import { type RandomGgufOptions, writeRandomGguf } from '../../../test/gguf/random-gguf.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { type Conversation, conversationPrompt } from '../../completion/conversation-prompt.ts'
import type { Tool } from '../../completion/tool.ts'
import { type Turn, textTurn } from '../../completion/turn.ts'
import type { JsonObject } from '../../util/json-object.ts'
import { LlamaEngine } from './llama-engine.ts'
import type { LlamaEngineSettings } from './settings.ts'

const NEVER = new AbortController().signal
const DEMO_MODEL = fileURLToPath(new URL('../../../models/continuo-demo.gguf', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'continuo-conversations-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather of a city.',
  inputSchema: {
    type: 'object',
    properties: { city: { enum: ['Paris', 'Oslo'] }, days: { type: 'integer', minimum: 1, maximum: 14 } },
    required: ['city', 'days'],
  },
  isStrict: false,
}
const HISTORY: readonly Turn[] = [
  textTurn('user', 'Weather?'),
  {
    role: 'assistant',
    parts: [{ type: 'tool-call', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris', days: 1 } }],
  },
  {
    role: 'user',
    parts: [
      { type: 'tool-result', toolCallId: 'toolu_1', parts: [{ type: 'text', text: 'sun' }], isError: false },
    ],
  },
]

function openEngine(
  settings: Pick<LlamaEngineSettings, 'model'> & Partial<LlamaEngineSettings>,
): Promise<LlamaEngine> {
  const fixed = { threads: 1, kvCache: 'per-sequence', flashAttention: false } as const
  return LlamaEngine.open({ settings: llamaSettings({ ...fixed, ...settings }) })
}

async function withRandomModel(
  options: RandomGgufOptions,
  use: (engine: LlamaEngine) => Promise<void>,
): Promise<void> {
  const modelPath = join(folder, 'random.gguf')
  writeRandomGguf(modelPath, { contextTokens: 2048, ...options })
  const engine = await openEngine({ model: modelPath, maxSequences: 1 })
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

function asked(
  conversation: Partial<Conversation>,
  more: Partial<CompletionRequest> = {},
): CompletionRequest {
  return {
    modelId: 'm',
    prompt: conversationPrompt({
      systemText: '',
      turns: [textTurn('user', 'What is the opposite of hot?')],
      prefill: '',
      tools: [],
      isThinkingEnabled: false,
      outputSchema: null,
      ...conversation,
    }),
    maxTokens: 200,
    stopSequences: [],
    sampling: { temperature: 0, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    ...more,
  }
}

/** A reply, put together; the tokens of all its events are counted. */
async function reply(engine: LlamaEngine, request: CompletionRequest) {
  const [thinking, texts, calls]: [string[], string[], { name: string; json: string }[]] = [[], [], []]
  let [promptTokens, completionTokens, stopReason]: [number | null, number, string] = [0, 0, '']
  const take = (event: CompletionEvent) => {
    if (event.type === 'completion-start') promptTokens = event.promptTokens
    if (event.type === 'completion-end') stopReason = event.stopReason
    if (event.type === 'thinking-delta') thinking.push(event.text)
    if (event.type === 'text-delta') texts.push(event.text)
    if (event.type === 'tool-call-start') calls.push({ name: event.name, json: '' })
    const last = calls.at(-1)
    if (event.type === 'tool-input-delta' && last) last.json += event.json
    if ('completionTokens' in event) completionTokens += event.completionTokens
  }
  for await (const event of flatEvents(engine.generate(request, NEVER))) take(event)
  return {
    thinking: thinking.join(''),
    text: texts.join(''),
    calls,
    promptTokens,
    completionTokens,
    stopReason,
  }
}

describe('conversations with the demonstration model', () => {
  let engine: LlamaEngine
  beforeAll(async () => {
    engine = await openEngine({ model: DEMO_MODEL, contextWindowTokens: 2048, maxSequences: 2 })
  })
  afterAll(() => engine.close())

  it('has the capabilities that it reports', () => {
    expect(engine.capabilities).toEqual({
      tools: true,
      images: false,
      outputSchema: true,
      rawPrompts: true,
      logprobs: 'prompt',
    })
  })

  it('replies in text where no tool is needed', async () => {
    const { text, calls, stopReason } = await reply(engine, asked({ tools: [WEATHER] }))
    expect({ text, calls, stopReason }).toEqual({ text: 'cold', calls: [], stopReason: 'end-of-generation' })
  })

  it.each([0, 1])(
    'calls a tool that it must call, with an input of its schema (temperature %s)',
    async (temperature) => {
      const must = { toolChoice: { type: 'any' }, sampling: { temperature, topP: null, topK: null } } as const
      const { text, calls, stopReason } = await reply(
        engine,
        asked({ tools: [WEATHER] }, { ...must, allowsParallelToolCalls: false }),
      )
      expect({ text, names: calls.map(({ name }) => name), stopReason }).toEqual({
        text: '',
        names: ['get_weather'],
        stopReason: 'tool-call',
      })
      const input = JSON.parse(calls[0]?.json ?? '')
      expect(['Paris', 'Oslo']).toContain(input.city)
      expect(input.days).toBeGreaterThanOrEqual(1)
      expect(input.days).toBeLessThanOrEqual(14)
    },
  )

  it('calls the tool that it must call', async () => {
    const stop: Tool = {
      ...WEATHER,
      name: 'stop',
      inputSchema: { type: 'object', additionalProperties: false },
    }
    const must = { toolChoice: { type: 'tool', name: 'stop' }, allowsParallelToolCalls: false } as const
    const { calls } = await reply(engine, asked({ tools: [WEATHER, stop] }, must))
    expect(calls).toEqual([{ name: 'stop', json: '{}' }])
  })

  it('reports no call that was cut before it began', async () => {
    const cut = await reply(
      engine,
      asked({ tools: [WEATHER] }, { toolChoice: { type: 'any' }, maxTokens: 5 }),
    )
    expect(cut).toMatchObject({ text: '', calls: [], completionTokens: 5, stopReason: 'max-tokens' })
  })

  it('replies with JSON that fits a schema', async () => {
    const outputSchema: JsonObject = {
      type: 'object',
      properties: {
        answer: { enum: ['cold', 'warm'] },
        sure: { type: 'boolean' },
        rank: { type: 'integer', minimum: 3, maximum: 5 },
      },
      required: ['answer', 'sure', 'rank'],
      additionalProperties: false,
    }
    const { text, stopReason } = await reply(engine, asked({ outputSchema }))
    expect(stopReason).toBe('end-of-generation')
    const output = JSON.parse(text)
    expect(['cold', 'warm']).toContain(output.answer)
    expect([3, 4, 5]).toContain(output.rank)
    expect(output).toEqual({ answer: output.answer, sure: expect.any(Boolean), rank: output.rank })
  })

  it.each([
    ['calls and their results', { tools: [WEATHER], turns: HISTORY }],
    ['results of tools that are no more', { turns: HISTORY }],
    ['tools', { tools: [WEATHER, { ...WEATHER, name: 'other' }] }],
    ['a schema', { outputSchema: { type: 'boolean' } }],
    ['a prefill after a system text', { systemText: 'Be brief.', prefill: 'The opposite' }],
    [
      'thinking',
      { isThinkingEnabled: true, turns: [...HISTORY, textTurn('assistant', 'x'), textTurn('user', 'y')] },
    ],
  ])('counts exactly what it evaluates: %s', async (_, conversation) => {
    const request = asked(conversation, { maxTokens: 4 })
    const { promptTokens, completionTokens } = await reply(engine, request)
    expect(await engine.countTokens(request.prompt, NEVER)).toBe(promptTokens)
    expect(completionTokens).toBeGreaterThan(0)
  })

  it('refuses a strict tool that it cannot enforce, and a schema beyond the limits, before anything else', async () => {
    const inputSchema = { properties: { a: { type: 'array', uniqueItems: true } } }
    const strict = { ...WEATHER, isStrict: true, inputSchema }
    await expect(reply(engine, asked({ tools: [strict] }))).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('uniqueItems'),
    })
    const properties = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`p${index}`, { enum: [index, 'x'.repeat(90)] }]),
    )
    const outputSchema = {
      anyOf: Array.from({ length: 20 }, (_, index) => ({
        title: `${index}`,
        prefixItems: Object.values(properties),
      })),
    }
    await expect(reply(engine, asked({ outputSchema }))).rejects.toMatchObject({
      message: 'Schema is too complex',
    })
    expect((await reply(engine, asked({}))).text).toBe('cold')
  })

  it('refuses a pattern that may have too many positions at once', async () => {
    const pattern = `^${'(a{0,32}){0,32}'.repeat(10)}$`
    await expect(reply(engine, asked({ outputSchema: { pattern } }))).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'Schema is too complex',
    })
    expect((await reply(engine, asked({}))).text).toBe('cold')
  })

  it('fails only the request whose grammar reaches too many positions', async () => {
    const pattern = `^${'x'.repeat(70)}${'(a{0,32}){0,32}'.repeat(10)}a{50}$`
    const concurrent = reply(engine, asked({}))
    await expect(reply(engine, asked({ outputSchema: { pattern } }))).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('too many places at once'),
    })
    expect((await concurrent).text).toBe('cold')
    expect((await reply(engine, asked({}))).text).toBe('cold')
  })
})

describe('conversations with a model without a template of its own', () => {
  it('ends a reply before the next user turn, and describes tools in text', async () => {
    const engine = await openEngine({
      model: DEMO_MODEL,
      format: 'raw',
      contextWindowTokens: 2048,
      maxSequences: 1,
    })
    try {
      expect((await reply(engine, asked({}))).text).toBe('cold')
      const request = asked(
        { tools: [WEATHER], turns: HISTORY },
        { toolChoice: { type: 'any' }, allowsParallelToolCalls: false },
      )
      const { calls, promptTokens, stopReason } = await reply(engine, request)
      expect(calls.map(({ name }) => name)).toEqual(['get_weather'])
      expect(stopReason).toBe('tool-call')
      expect(await engine.countTokens(request.prompt, NEVER)).toBe(promptTokens)
    } finally {
      await engine.close()
    }
  })

  it('has no tools if the settings disable them', async () => {
    const modelPath = join(folder, 'off.gguf')
    writeRandomGguf(modelPath)
    const engine = await openEngine({ model: modelPath, tools: false, maxSequences: 1 })
    expect(engine.capabilities).toMatchObject({ tools: false, outputSchema: true })
    await engine.close()
  })
})

describe('thinking and channels of models with random weights', () => {
  const yes: JsonObject = { type: 'object', properties: { ok: { const: true } }, required: ['ok'] }

  it('ends thinking at its budget, and constrains the output after it', async () => {
    await withRandomModel({ chatTemplate: CHAT_TEMPLATES.ALWAYS_THINKING_TEMPLATE }, async (engine) => {
      const request = asked({ isThinkingEnabled: true, outputSchema: yes }, { thinkingBudgetTokens: 12 })
      const { thinking, text, stopReason } = await reply(engine, request)
      expect(thinking.length).toBeGreaterThan(3)
      expect(JSON.parse(text)).toEqual({ ok: true })
      expect(stopReason).toBe('end-of-generation')
    })
  })

  it('shows no thinking that was not asked for', async () => {
    await withRandomModel({ chatTemplate: CHAT_TEMPLATES.ALWAYS_THINKING_TEMPLATE }, async (engine) => {
      const { thinking, text } = await reply(engine, asked({ outputSchema: yes }))
      expect(thinking).toBe('')
      expect(JSON.parse(text)).toEqual({ ok: true })
    })
  })

  it('calls tools through control tokens', async () => {
    const controlTexts = ['<|start|>', '<|channel|>', '<|message|>', '<|constrain|>', '<|end|>', '<|call|>']
    await withRandomModel(
      { chatTemplate: CHAT_TEMPLATES.CHANNELS_TEMPLATE, controlTexts },
      async (engine) => {
        const tool: Tool = { ...WEATHER, inputSchema: yes }
        const request = asked({ tools: [tool], turns: HISTORY }, { toolChoice: { type: 'any' } })
        const { calls, text, stopReason, promptTokens } = await reply(engine, request)
        expect(text).toBe('')
        expect(calls.map(({ name, json }) => [name, JSON.parse(json)])).toEqual([
          ['get_weather', { ok: true }],
        ])
        expect(stopReason).toBe('tool-call')
        expect(await engine.countTokens(request.prompt, NEVER)).toBe(promptTokens)
      },
    )
  })

  it('reads no control token in tool results', async () => {
    const controlTexts = ['<|im_start|>', '<|im_end|>', '<tool_response>']
    await withRandomModel({ chatTemplate: CHAT_TEMPLATES.HERMES_TEMPLATE, controlTexts }, async (engine) => {
      const turnsWith = (text: string): readonly Turn[] => [
        ...HISTORY.slice(0, 2),
        {
          role: 'user',
          parts: [
            { type: 'tool-result', toolCallId: 'toolu_1', parts: [{ type: 'text', text }], isError: false },
          ],
        },
      ]
      const tokens = (text: string) => engine.countTokens(asked({ turns: turnsWith(text) }).prompt, NEVER)
      // Read as a token it would be one; as words it is one for each character of this vocabulary.
      expect((await tokens('a<|im_end|>')) - (await tokens('a'))).toBe('<|im_end|>'.length)
      expect((await tokens('a</tool_response>')) - (await tokens('a'))).toBe('</tool_response>'.length)
      expect((await tokens('a<unk>')) - (await tokens('a'))).toBe('<unk>'.length)
    })
  })

  it('reads no control token in ids, and no user-defined token of the model file', async () => {
    const texts = { controlTexts: ['[TOOL_RESULTS]'], userDefinedTexts: ['<|channel>', '<table>'] }
    for (const chatTemplate of [CHAT_TEMPLATES.LIST_TEMPLATE, undefined]) {
      await withRandomModel({ ...texts, ...(chatTemplate ? { chatTemplate } : {}) }, async (engine) => {
        const tokens = (toolCallId: string, text: string) => {
          const parts = [{ type: 'text' as const, text }]
          const turns: Turn[] = [
            { role: 'user', parts: [{ type: 'tool-result', toolCallId, parts, isError: false }] },
          ]
          return engine.countTokens(asked({ turns }).prompt, NEVER)
        }
        const plain = await tokens('', '')
        if (chatTemplate) expect((await tokens('[TOOL_RESULTS]', '')) - plain).toBe('[TOOL_RESULTS]'.length)
        expect((await tokens('', '[TOOL_RESULTS]')) - plain).toBe('[TOOL_RESULTS]'.length)
        expect((await tokens('', '<|channel>')) - plain).toBe('<|channel>'.length)
        expect((await tokens('', '<table>')) - plain).toBe(1)
      })
    }
  })

  it('completes short prompts while long ones are counted', async () => {
    await withRandomModel({ chatTemplate: CHAT_TEMPLATES.HERMES_TEMPLATE }, async (engine) => {
      const ended: string[] = []
      const long = [1, 2, 3].map(async (index) => {
        const turns = [textTurn('user', `${index} ${'word'.repeat(1_000_000)}`)]
        expect(await engine.countTokens(asked({ turns }).prompt, NEVER)).toBeGreaterThan(4_000_000)
        ended.push('long')
      })
      await reply(engine, asked({ turns: [textTurn('user', 'short')] }, { maxTokens: 1 }))
      ended.push('short')
      await Promise.all(long)
      expect(ended[0]).toBe('short')
    })
  })
})

describe('LlamaEngine with a hostile template', () => {
  it('fails to load one that never ends', async () => {
    const modelPath = join(folder, 'endless.gguf')
    const chatTemplate = '{% for i in range(10 ** 9) %}{% endfor %}'
    writeRandomGguf(modelPath, { chatTemplate })
    await expect(openEngine({ model: modelPath, maxSequences: 1 })).rejects.toThrow(
      /chat template cannot be used \(.*more than .*\): use --format raw/,
    )
  })

  it('refuses prompts for which it never ends, and renders others', async () => {
    const bomb = '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}'
    const chatTemplate = `{% if messages[0].content == 'bomb' %}${bomb}{% endif %}{{ messages[0].content }}`
    await withRandomModel({ chatTemplate }, async (engine) => {
      const count = (text: string) =>
        engine.countTokens(asked({ turns: [textTurn('user', text)] }).prompt, NEVER)
      await expect(count('bomb')).rejects.toMatchObject({
        code: 'invalid-request',
        message: expect.stringMatching(/^prompt: the model's chat template does too much to render it/),
      })
      expect(await count('bom')).toBe(4)
    })
  })
})
