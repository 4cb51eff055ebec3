import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flatEvents } from '../../../test/flat-events.ts'
import { encodeGguf } from '../../../test/gguf/encode-gguf.ts'
import { writeRandomGguf } from '../../../test/gguf/random-gguf.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import { processIdOf } from '../../../test/process-id-of.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import { parsePrompt } from '../../completion/human-assistant-prompt.ts'
import { rawPrompt } from '../../completion/prompt.ts'
import { LlamaEngine, type LlamaEngineOptions } from './llama-engine.ts'
import type { LlamaEngineSettings } from './settings.ts'

const NEVER = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'continuo-engine-'))
const modelPath = join(folder, 'random.gguf')

beforeAll(() => writeRandomGguf(modelPath))
afterAll(() => rmSync(folder, { recursive: true }))

/** One thread and no measurement: the tests run beside others. */
const SETTINGS = llamaSettings({
  model: modelPath,
  threads: 1,
  kvCache: 'per-sequence',
  flashAttention: false,
})

async function withEngine(
  options: Partial<LlamaEngineSettings>,
  use: (engine: LlamaEngine) => Promise<void>,
  more: Partial<LlamaEngineOptions> = {},
): Promise<void> {
  const engine = await LlamaEngine.open({ settings: { ...SETTINGS, ...options }, ...more })
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

function request(text: string, maxTokens = 16, temperature = 1): CompletionRequest {
  return {
    modelId: 'random',
    prompt: parsePrompt(`\n\nHuman: ${text}\n\nAssistant:`, {
      literalNewlineMarkers: false,
      startErrorFormat: 'long',
    }),
    maxTokens,
    stopSequences: ['\n\nHuman:'],
    sampling: { temperature, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
  }
}

async function run(engine: LlamaEngine, asked: CompletionRequest, signal = NEVER) {
  let text = ''
  let completionTokens = 0
  let reusedPromptTokens = 0
  let stopReason = ''
  for await (const event of flatEvents(engine.generate(asked, signal))) {
    if (event.type === 'prefill-start') reusedPromptTokens = event.reusedPromptTokens
    if (event.type === 'completion-end') stopReason = event.stopReason
    if (event.type !== 'text-delta') continue
    text += event.text
    completionTokens += event.completionTokens
  }
  return { text, completionTokens, reusedPromptTokens, stopReason }
}

/** Sends requests until one is admitted: the cancelled one has freed its sequence then. */
async function untilAdmitted(engine: LlamaEngine): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    try {
      await run(engine, request('next', 1))
      return performance.now() - startedMs
    } catch (error) {
      if (performance.now() - startedMs > 10_000) throw error
    }
  }
}

describe('LlamaEngine', () => {
  it('generates up to the maximum of tokens, and counts the prompt that it evaluates', async () => {
    await withEngine({}, async (engine) => {
      const asked = request('hello', 12)
      const events = []
      for await (const event of flatEvents(engine.generate(asked, NEVER))) events.push(event)
      const promptTokens = await engine.countTokens(asked.prompt, NEVER)
      expect(events[0]).toEqual({ type: 'completion-start', promptTokens })
      expect(events[1]).toEqual({ type: 'prefill-start', reusedPromptTokens: 0, agoMs: expect.any(Number) })
      expect(events.at(-1)).toMatchObject({ type: 'completion-end', stopSequence: null })
    })
  })

  it.each(['per-sequence', 'unified'] as const)(
    'reuses a prefix, also across sequences (%s)',
    async (layout) => {
      await withEngine({ kvCache: layout, maxSequences: 2, minP: 0 }, async (engine) => {
        const shared = 'a long text that both of them begin with, word for word, letter for letter, and '
        const alone = await run(engine, request(`${shared}one`, 8, 0))
        const again = await run(engine, request(`${shared}one`, 8, 0))
        expect(alone.reusedPromptTokens).toBe(0)
        expect(again.reusedPromptTokens).toBeGreaterThan(60)
        const [first, second] = await Promise.all([
          run(engine, request(`${shared}one`, 8, 0)),
          run(engine, request(`${shared}two`, 8, 0)),
        ])
        expect(first.reusedPromptTokens).toBeGreaterThan(60)
        expect(second.reusedPromptTokens).toBeGreaterThan(60)
      })
    },
  )

  it('generates the same text with the same seed, alone, beside other requests, and in another process', async () => {
    const asked = request('tell me', 24)
    const texts: string[] = []
    for (const threads of [1, 2]) {
      await withEngine({ seed: 7, threads }, async (engine) => {
        texts.push((await run(engine, asked)).text)
        const others = [
          request('something else', 30),
          asked,
          request('b', 3),
          asked,
          request('c'.repeat(200), 9),
        ]
        const results = await Promise.all(others.map((other) => run(engine, other)))
        texts.push(results[1]?.text ?? '', results[3]?.text ?? '', (await run(engine, asked)).text)
      })
    }
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).not.toBe('')
    await withEngine({ seed: 8 }, async (engine) =>
      expect((await run(engine, asked)).text).not.toBe(texts[0]),
    )
    // Two threads wait for each other, which takes long where other processes have the processors.
  }, 90_000)

  it('refuses a prompt that does not fit, however long, and serves the next', async () => {
    await withEngine({}, async (engine) => {
      const tokens = await engine.countTokens(request('x'.repeat(600)).prompt, NEVER)
      await expect(run(engine, request('x'.repeat(600)))).rejects.toMatchObject({
        code: 'prompt-too-long',
        message: `prompt is too long: ${tokens} tokens > 511 maximum`,
      })
      await expect(run(engine, request('word '.repeat(100_000)))).rejects.toMatchObject({
        code: 'prompt-too-long',
      })
      expect((await run(engine, request('hello'))).completionTokens).toBeGreaterThan(0)
    })
  })

  it('ends when the context window is full', async () => {
    await withEngine({}, async (engine) => {
      const asked = request('x'.repeat(440), 1_000_000, 0)
      const promptTokens = await engine.countTokens(asked.prompt, NEVER)
      const { completionTokens, stopReason } = await run(engine, asked)
      expect({ completionTokens, stopReason }).toEqual({
        completionTokens: 512 - promptTokens,
        stopReason: 'context-window',
      })
      const fitting = await run(engine, { ...asked, maxTokens: completionTokens })
      expect(fitting.stopReason).toBe('max-tokens')
    })
  })

  it('refuses requests beyond its sequences and its queue as overloaded', async () => {
    await withEngine({ maxSequences: 1, maxQueuedRequests: 1 }, async (engine) => {
      const results = await Promise.allSettled([1, 2, 3].map((n) => run(engine, request(`${n}`, 40))))
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
      expect(results[2]).toMatchObject({ reason: { code: 'overloaded' } })
    })
  })

  it('stops when the signal fires and frees the sequence', async () => {
    await withEngine({ maxSequences: 1, maxQueuedRequests: 0 }, async (engine) => {
      const controller = new AbortController()
      const generated = flatEvents(engine.generate(request('endless', 100_000), controller.signal))
      const ended = (async () => {
        for await (const event of generated) if (event.type === 'text-delta') controller.abort()
      })()
      await expect(ended).rejects.toMatchObject({ code: 'cancelled' })
      expect(await untilAdmitted(engine)).toBeLessThan(1000)
    })
  })

  it('stops when its events are no longer read', async () => {
    await withEngine({ maxSequences: 1, maxQueuedRequests: 0 }, async (engine) => {
      for await (const event of flatEvents(engine.generate(request('endless', 100_000), NEVER))) {
        if (event.type === 'text-delta') break
      }
      expect(await untilAdmitted(engine)).toBeLessThan(1000)
    })
  })

  it('outlives its process: its requests fail, the next are refused, then requests are served again', async () => {
    const crashes: string[] = []
    let onRestart: () => void = () => undefined
    const restarted = new Promise<void>((resolve) => {
      onRestart = resolve
    })
    const events = { onCrash: (reason: string) => crashes.push(reason), onRestart: () => onRestart() }
    await withEngine(
      {},
      async (engine) => {
        const running = run(engine, request('endless', 100_000))
        const failed = expect(running).rejects.toMatchObject({ code: 'engine-failed' })
        process.kill(processIdOf(engine), 'SIGKILL')
        await failed
        expect(engine.isReady).toBe(false)
        await expect(run(engine, request('now'))).rejects.toMatchObject({ code: 'overloaded' })
        await restarted
        expect((await run(engine, request('later'))).completionTokens).toBeGreaterThan(0)
        expect(crashes[0]).toContain('SIGKILL')
      },
      { events },
    )
  })

  it.each([
    ['a file that is not there', 'none.gguf', () => undefined, /There is no file/],
    ['a folder', '.', () => undefined, /is not a file/],
    ['another kind of file', 'text.gguf', () => Buffer.from('hello'), /does not begin with the letters GGUF/],
    [
      'half a file',
      'half.gguf',
      (whole: Buffer) => whole.subarray(0, whole.length / 2),
      /could not be loaded/,
    ],
    [
      'a header and nothing more',
      'head.gguf',
      (whole: Buffer) => whole.subarray(0, 40),
      /could not be loaded/,
    ],
    [
      'a file with a broken inside',
      'noise.gguf',
      (whole: Buffer) => Buffer.from(whole).fill(0xff, 24, 4000),
      /could not be loaded/,
    ],
  ])('reports in one line that it cannot load %s', async (_, name, make, message) => {
    const path = join(folder, name)
    const content = make(readFileSync(modelPath))
    if (content) writeFileSync(path, content)
    const error = await LlamaEngine.open({ settings: { ...SETTINGS, model: path } }).catch((e) => e)
    expect(error).toMatchObject({ name: 'EngineLoadError', message: expect.stringMatching(message) })
    expect(error.message).not.toContain('\n')
  })

  it('reports in one line that there is too little memory', async () => {
    const settings = {
      ...SETTINGS,
      maxSequences: 256,
      model: join(folder, 'vast.gguf'),
    }
    writeRandomGguf(settings.model, { contextTokens: 100_000_000 })
    const error = await LlamaEngine.open({
      settings: { ...settings, contextWindowTokens: 90_000_000 },
    }).catch((e) => e)
    expect(error).toMatchObject({ name: 'EngineLoadError' })
    expect(error.message).toMatch(/memory/)
    expect(error.message).not.toContain('\n')
  })

  it('refuses the chat format for a model without a template', async () => {
    await expect(LlamaEngine.open({ settings: { ...SETTINGS, format: 'chat' } })).rejects.toMatchObject({
      name: 'EngineLoadError',
      message: expect.stringContaining('--format raw'),
    })
  })

  it('uses the template of the model file, and begins a text with a space', async () => {
    const path = join(folder, 'chat.gguf')
    writeRandomGguf(path, {
      chatTemplate: '{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[reply]',
    })
    await withEngine({ model: path }, async (engine) => {
      expect(engine.format).toBe('chat')
      const asked = request('hello', 16, 0)
      const { text } = await run(engine, asked)
      expect(text).toMatch(/^\s/)
      const reply = await run(engine, { ...asked, prompt: conversationPrompt(asked.prompt) })
      expect(reply.text.trim()).toBe(text.trim())
      expect(await engine.countTokens(conversationPrompt(asked.prompt), NEVER)).toBe(
        await engine.countTokens(asked.prompt, NEVER),
      )
    })
  })

  it.each(['raw', 'chat'] as const)('sends a raw prompt to the model unchanged (%s)', async (format) => {
    const path = join(folder, 'raw.gguf')
    writeRandomGguf(path, { chatTemplate: '{% for m in messages %}{{ m.content }}{% endfor %}[reply]' })
    await withEngine({ model: path, format }, async (engine) => {
      const tokensOf = (text: string) => engine.countTokens(rawPrompt(text), NEVER)
      const [nothing, control, opened] = [
        await tokensOf('ab'),
        await tokensOf('ab</s>'),
        await tokensOf('<s>ab'),
      ]
      expect(control).toBe(nothing + 1)
      expect(opened).toBe(nothing)
      const { text, completionTokens } = await run(engine, {
        ...request('', 8, 0),
        prompt: rawPrompt('ab'),
      })
      expect(completionTokens).toBe(8)
      expect(text).not.toBe('')
    })
  })
})

describe('LoRA adapters', () => {
  const adapterPath = join(folder, 'adapter.gguf')

  beforeAll(() => {
    const values = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(index))
    const adapter = encodeGguf(
      [
        ['general.architecture', { text: 'llama' }],
        ['general.type', { text: 'adapter' }],
        ['adapter.type', { text: 'lora' }],
        ['adapter.lora.alpha', { f32: 64 }],
      ],
      ['blk.0.attn_q.weight', 'blk.0.attn_v.weight'].flatMap((name) => [
        { name: `${name}.lora_a`, shape: [64, 4], weights: values(256) },
        { name: `${name}.lora_b`, shape: [4, 64], weights: values(256) },
      ]),
    )
    writeFileSync(adapterPath, adapter)
  })

  it('change what the model writes, by their weight', async () => {
    const texts: string[] = []
    for (const loraAdapters of [[], [adapterPath], [`${adapterPath}=0`]]) {
      await withEngine({ loraAdapters, seed: 1 }, async (engine) => {
        texts.push((await run(engine, request('Hello', 16, 0))).text)
      })
    }
    expect(texts[1]).not.toBe(texts[0])
    expect(texts[2]).toBe(texts[0])
  })

  it('are refused where they are none of this model', async () => {
    await expect(withEngine({ loraAdapters: [modelPath] }, async () => undefined)).rejects.toThrow(
      /random\.gguf is no LoRA adapter of this model \(--lora-adapter\)/,
    )
    await expect(withEngine({ loraAdapters: ['/nowhere.gguf'] }, async () => undefined)).rejects.toThrow(
      'There is no file /nowhere.gguf (--lora-adapter).',
    )
  })
})

describe('the type of the KV cache', () => {
  it('is refused together with what it cannot work with', async () => {
    const quantized = { kvCacheType: 'q8_0' } as const
    await expect(withEngine(quantized, async () => undefined)).rejects.toThrow(
      /--flash-attention off does not allow/,
    )
    const seeded = { ...quantized, flashAttention: 'auto', seed: 1 } as const
    await expect(withEngine(seeded, async () => undefined)).rejects.toThrow(/--seed does not allow/)
  })

  it('takes less memory', async () => {
    const most: number[] = []
    for (const kvCacheType of ['f16', 'q8_0', 'q4_0'] as const) {
      await withEngine({ kvCacheType, flashAttention: true }, async (engine) => {
        const { text } = await run(engine, request('Hello', 8, 0))
        expect(text).not.toBe('')
        most.push(engine.model.kvCacheBytesPerToken)
      })
    }
    expect(most).toEqual([512, 272, 144])
  })
})
