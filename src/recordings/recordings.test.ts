import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ScriptedEngine, type ScriptStep } from '../../test/scripted-engine.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { conversationPrompt } from '../completion/conversation-prompt.ts'
import type { Engine } from '../completion/engine.ts'
import { HUMAN_MARKER, parsePrompt } from '../completion/human-assistant-prompt.ts'
import { type Prompt, rawPrompt, TEXT_ONLY } from '../completion/prompt.ts'
import { StopSequenceFilter } from '../completion/stop-sequence-filter.ts'
import { type Turn, textTurn } from '../completion/turn.ts'
import { RecordingEngine } from './recording-engine.ts'
import { ReplayEngine } from './replay-engine.ts'
import { RECORDING_SCHEMA, type RecordingMode } from './settings.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const settingsWith = (overrides: object = {}) => {
  const { mode: _, ...settings } = RECORDING_SCHEMA.parse({ folder, ...overrides })
  return settings
}

class Recordable extends ScriptedEngine {
  readonly isReady = true
  readonly isUnresponsive = false
  readonly description = 'a script'
  async close(): Promise<void> {}
}

function recordedEngine(
  steps: readonly ScriptStep[] | ((request: CompletionRequest) => readonly ScriptStep[]),
  mode: Exclude<RecordingMode, 'replay'> = 'record',
  overrides: object = {},
) {
  const inner = new Recordable({ steps })
  Object.assign(inner, { contextWindowTokens: 1e9 })
  return RecordingEngine.open(inner, {
    mode,
    settings: settingsWith(overrides),
    version: '1.0.0',
    onWarning() {},
  })
}

const replay = (overrides: object = {}) => ReplayEngine.open(settingsWith(overrides))

function chat(
  turns: string | readonly Turn[],
  overrides: Partial<CompletionRequest & Prompt> = {},
): CompletionRequest {
  const { tools = [], prefill = '', systemText = '', outputSchema = null, ...request } = overrides
  return {
    modelId: 'claude-2.1',
    prompt: conversationPrompt({
      ...TEXT_ONLY,
      ...{ tools, prefill, systemText, outputSchema },
      turns: typeof turns === 'string' ? [textTurn('user', turns)] : turns,
    }),
    maxTokens: 100,
    stopSequences: [],
    sampling: { temperature: 1, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    ...request,
  }
}

function text(prompt: string, stopSequences: readonly string[] = []): CompletionRequest {
  return {
    ...chat(''),
    prompt: parsePrompt(prompt, { literalNewlineMarkers: false, startErrorFormat: 'long' }),
    stopSequences: [HUMAN_MARKER, ...stopSequences],
  }
}

/** Reads as the server does: it stops at a stop sequence, and disposes of the generator. */
async function read(engine: Engine, request: CompletionRequest): Promise<CompletionEvent[]> {
  const filter = new StopSequenceFilter(request.stopSequences)
  const events: CompletionEvent[] = []
  for await (const generated of engine.generate(request, new AbortController().signal)) {
    events.push(...filter.pushAll(generated))
    if (events.at(-1)?.type === 'completion-end') break
  }
  return events
}

const textOf = (events: readonly CompletionEvent[]) =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
const files = () => readdirSync(folder).sort()
const onlyFile = () => readFileSync(join(folder, files()[0] ?? ''), 'utf8')
const END: ScriptStep = { ends: 'end-of-generation' }

describe('recordings', () => {
  it('play what was recorded, event by event, from one readable file', async () => {
    const recording = await recordedEngine(['Hel', '', 'lo 🦀', END])
    const recorded = await read(recording, chat('What is 17 + 25?'))
    expect(await read(await replay(), chat('What is 17 + 25?'))).toEqual(recorded)
    expect(files()).toEqual([expect.stringMatching(/^what-is-17-25-[0-9a-f]{8}-1\.json$/)])
    expect(onlyFile()).toMatch(/^\{\n {2}"format": 1,\n {2}"ordinal": 1,\n/)
    expect(onlyFile()).toContain('"text": "Hello 🦀"')
    const names = Object.keys(JSON.parse(onlyFile()))
    expect(names).toEqual(names.toSorted())
  })

  it('are the same for requests of one meaning by different APIs', async () => {
    const recording = await recordedEngine(['Hi there', END])
    await read(recording, chat('Hello', { systemText: 'Be brief.' }))
    const player = await replay()
    const completed = await read(player, text('Be brief.\n\nHuman: Hello\n\nAssistant:'))
    expect(textOf(completed)).toBe(' Hi there')
    expect(textOf(await read(player, chat([textTurn('user', 'Hello')], { systemText: 'Be brief.' })))).toBe(
      'Hi there',
    )
  })

  it('continue a prefill with the same space on every API', async () => {
    const recording = await recordedEngine([' forty-two', END])
    await read(recording, text('\n\nHuman: How many?\n\nAssistant: It is'))
    const player = await replay()
    const turns = [textTurn('user', 'How many?')]
    expect(textOf(await read(player, chat(turns, { prefill: 'It is' })))).toBe(' forty-two')
    await read(await recordedEngine(['ish', END]), chat('How many?', { prefill: 'It is' }))
    const again = await read(await replay(), text('\n\nHuman: How many?\n\nAssistant: It is'))
    expect(textOf(again)).toBe('ish')
  })

  it('end at a stop sequence, which is an end for every API', async () => {
    const recording = await recordedEngine([' one', ' ##', 'END## two', END])
    await read(recording, text('\n\nHuman: Count\n\nAssistant:', ['##END##']))
    const player = await replay()
    const events = await read(player, chat('Count', { stopSequences: ['##END##'] }))
    expect(textOf(events)).toBe('one ')
    expect(events.at(-1)).toEqual({
      type: 'completion-end',
      stopReason: 'stop-sequence',
      stopSequence: '##END##',
    })
    expect(textOf(await read(player, text('\n\nHuman: Count\n\nAssistant:', ['##END##'])))).toBe(' one ')
  })

  it('take the built-in stop sequence for the end of the turn', async () => {
    const recording = await recordedEngine([' one', '\n\nHu', 'man: two', END])
    await read(recording, text('\n\nHuman: Count\n\nAssistant:'))
    const events = await read(await replay(), chat('Count'))
    expect(textOf(events)).toBe('one')
    expect(events.at(-1)).toMatchObject({ stopReason: 'end-of-generation', stopSequence: null })
  })

  it('are not made of requests that were cancelled', async () => {
    const recording = await recordedEngine(['a', { hangs: true }])
    const abort = new AbortController()
    const events = recording.generate(chat('Hello'), abort.signal)
    await events.next()
    abort.abort()
    await expect(events.next()).rejects.toThrow(CompletionError)
    expect(files()).toEqual([])
  })

  it('play the n-th for the n-th request, then as "repeat" says', async () => {
    let count = 0
    const recording = await recordedEngine(() => [`reply ${++count}`, END])
    await Promise.all([read(recording, chat('Hello')), read(recording, chat('Hello'))])
    const played = async (overrides: object) => {
      const player = await replay(overrides)
      const texts: string[] = []
      for (let n = 0; n < 3; n++) texts.push(textOf(await read(player, chat('Hello'))))
      return texts
    }
    expect(await played({})).toEqual(['reply 1', 'reply 2', 'reply 2'])
    expect(await played({ repeat: 'cycle' })).toEqual(['reply 1', 'reply 2', 'reply 1'])
    await expect(played({ repeat: 'refuse' })).rejects.toThrow('recorded 2 times')
  })

  it('play from the first for each test, however their requests are mixed', async () => {
    let count = 0
    const recording = await recordedEngine(() => [`reply ${++count}`, END])
    for (let n = 0; n < 3; n++) await read(recording, chat('Hello'))
    const names = fc.constantFrom(undefined, 'a', 'b', 'a'.repeat(9_000))
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 20 }), async (sentBy) => {
        const player = await replay()
        const played = new Map<string | undefined, string[]>()
        for (const testName of sentBy) {
          const request = chat('Hello', testName === undefined ? {} : { testName })
          const texts = played.get(testName) ?? []
          played.set(testName, [...texts, textOf(await read(player, request))])
        }
        for (const texts of played.values()) {
          expect(texts).toEqual(texts.map((_, index) => `reply ${Math.min(index + 1, 3)}`))
        }
      }),
      { numRuns: 50 },
    )
  })

  it.each(['record', 'record-missing'] as const)(
    'of one test are played to another while both are recorded: %s',
    async (mode) => {
      let count = 0
      const recording = await recordedEngine(() => [`reply ${++count}`, END], mode)
      const ask = async (testName: string) => textOf(await read(recording, chat('Hello', { testName })))
      const atOnce = await Promise.all(['a', 'b', 'c'].map(ask))
      expect(atOnce).toEqual(['reply 1', 'reply 1', 'reply 1'])
      expect([await ask('b'), await ask('a'), await ask('a')]).toEqual(['reply 2', 'reply 2', 'reply 3'])
      expect(files()).toHaveLength(3)
      const player = await replay()
      for (const [index, reply] of atOnce.entries()) {
        const request = chat('Hello', { testName: `test ${index}` })
        expect(textOf(await read(player, request))).toBe(reply)
      }
    },
  )

  it('of counts are written whole when the same prompt is counted many times at once', async () => {
    const recording = await recordedEngine([END])
    const count = () => recording.countTokens(chat('Hello').prompt, new AbortController().signal)
    const counted = await Promise.all(Array.from({ length: 20 }, count))
    expect(new Set(counted).size).toBe(1)
    expect(files()).toHaveLength(1)
    const played = await (await replay()).countTokens(chat('Hello').prompt, new AbortController().signal)
    expect(played).toBe(counted[0])
  })

  it('that one test gives up are made for the next that waits, unless that gives up too', async () => {
    const recording = await recordedEngine(['slow', { hangs: true }])
    const ask = (testName: string, signal: AbortSignal) =>
      recording.generate(chat('Hello', { testName }), signal)[Symbol.asyncIterator]()
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
    const begun = ask('a', first.signal)
    await begun.next()
    const [given, next] = [ask('b', second.signal).next(), ask('c', third.signal).next()]
    second.abort()
    await expect(given).rejects.toMatchObject({ code: 'cancelled' })
    first.abort()
    await begun.return?.(undefined)
    expect((await next).done).toBe(false)
    expect(recording.inner.requests).toHaveLength(2)
    third.abort()
  })

  it('are replaced by the mode "record" and kept by "record-missing"', async () => {
    const first = await recordedEngine(['old', END])
    await read(first, chat('Hello'))
    await read(first, chat('Hello'))
    const missing = await recordedEngine(['new', END], 'record-missing')
    expect(textOf(await read(missing, chat('Hello')))).toBe('old')
    expect(textOf(await read(missing, chat('Bye')))).toBe('new')
    expect(missing.inner.requests).toHaveLength(1)
    expect(files()).toHaveLength(3)
    await read(await recordedEngine(['newer', END]), chat('Hello'))
    expect(files()).toHaveLength(2)
    expect(textOf(await read(await replay(), chat('Hello')))).toBe('newer')
  })

  it('hold failures that belong to the request, and no others', async () => {
    const failing = (code: 'engine-failed' | 'overloaded') => [
      { throws: new CompletionError(code, 'no luck') },
    ]
    const recording = await recordedEngine(({ prompt }) =>
      prompt.text.includes('busy') ? failing('overloaded') : ['so', ...failing('engine-failed')],
    )
    await expect(read(recording, chat('Hello'))).rejects.toThrow('no luck')
    await expect(read(recording, chat('busy'))).rejects.toThrow('no luck')
    expect(files()).toHaveLength(1)
    const replayed = read(await replay(), chat('Hello'))
    await expect(replayed).rejects.toMatchObject({ code: 'engine-failed', message: 'no luck' })
  })

  it('keep thinking, signatures, calls, token counts and scored tokens', async () => {
    const token = { text: 'a', bytes: null, logprob: -1, top: [], isControl: false }
    const steps: ScriptStep[] = [
      { yields: { type: 'prompt-usage', promptTokens: 7, reusedPromptTokens: 2, cacheReadTokens: 2 } },
      { yields: { type: 'thinking-delta', text: 'Hm', completionTokens: 2 } },
      { yields: { type: 'thinking-signature', signature: 'S' } },
      { yields: { type: 'completion-tokens', tokens: [token] } },
      'a',
      { yields: { type: 'tool-call-start', id: null, name: 'weather', completionTokens: 3 } },
      { yields: { type: 'tool-input-delta', json: '{"a":', completionTokens: 1 } },
      { yields: { type: 'tool-input-delta', json: '1}', completionTokens: 1 } },
      { ends: 'tool-call' },
    ]
    const recorded = await read(await recordedEngine(steps), chat('Hello'))
    const player = await replay()
    expect(player.reportsCaching).toBe(true)
    expect((await read(player, chat('Hello'))).slice(1)).toEqual(recorded.slice(1))
  })

  it('count tokens as they were counted', async () => {
    const recording = await recordedEngine(['Hi', END])
    const signal = new AbortController().signal
    const counted = await recording.countTokens(chat('Count me').prompt, signal)
    await read(recording, chat('Hello'))
    const player = await replay()
    expect(await player.countTokens(chat('Count me').prompt, signal)).toBe(counted)
    const asked = await recording.inner.countTokens(chat('Hello').prompt)
    expect(await player.countTokens(chat('Hello').prompt, signal)).toBe(asked)
    await expect(player.countTokens(chat('Bye').prompt, signal)).rejects.toThrow('not counted')
  })

  it('are found although dates, ids and folders differ', async () => {
    const ask = (date: string, uuid: string, id: string, temporary: string) =>
      chat([
        textTurn('user', `It is ${date}, run ${uuid} in ${temporary}/out`),
        {
          role: 'assistant',
          parts: [{ type: 'tool-call', id, name: 'ls', input: { path: `${temporary}/a` } }],
        },
        {
          role: 'user',
          parts: [
            {
              type: 'tool-result',
              toolCallId: id,
              parts: [{ type: 'text', text: `by ${id}` }],
              isError: false,
            },
          ],
        },
      ])
    const recording = await recordedEngine(['ok', END])
    await read(
      recording,
      ask('2026-11-30', '0b6e1c9a-0000-4000-8000-000000000001', 'toolu_01ABCDEFGHIJ23456', '/tmp/a-1'),
    )
    const player = await replay()
    const later = ask(
      '2027-01-02T03:04:05.678Z',
      'ffffffff-1111-4222-8333-444444444444',
      'call_abcdefghijkl9876',
      '/var/folders/ab/cd12/T/b_2',
    )
    expect(textOf(await read(player, later))).toBe('ok')
    expect(onlyFile()).toContain('It is <date>, run <uuid> in <tmp>/out')
    expect(onlyFile()).toContain('"id": "call-1"')
  })

  it('are found through patterns of the user', async () => {
    const normalize = [{ pattern: 'build \\d+', replacement: 'build N' }]
    await read(await recordedEngine(['ok', END], 'record', { normalize }), chat('See build 17'))
    expect(textOf(await read(await replay({ normalize }), chat('See build 18')))).toBe('ok')
    await expect(read(await replay(), chat('See build 18'))).rejects.toThrow('No recording')
  })

  it('know raw prompts and pictures, which are not stored', async () => {
    const image = { type: 'image', mediaType: 'image/png', source: { base64: 'QUJD'.repeat(100) } } as const
    const recording = await recordedEngine(['ok', END])
    await read(recording, { ...chat(''), prompt: rawPrompt('Once upon') })
    await read(recording, chat([{ role: 'user', parts: [image] }]))
    const player = await replay()
    expect(textOf(await read(player, { ...chat(''), prompt: rawPrompt('Once upon') }))).toBe('ok')
    expect(textOf(await read(player, chat([{ role: 'user', parts: [image] }])))).toBe('ok')
    for (const name of files()) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('QUJDQUJD')
  })

  it('say of a request without one which is nearest, and where that differs', async () => {
    const recording = await recordedEngine(['ok', END])
    await read(recording, chat('The capital of France?'))
    await read(recording, chat('Something else'))
    const missed = read(await replay(), chat('The capital of Spain?'))
    await expect(missed).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(missed).rejects.toThrow(
      /which has 2\. The nearest is the-capital-of-france-\w+-1\.json: turns\.0\.parts\.0\.text differs at character 16: recorded "The capital of France\?", sent "The capital of Spain\?"/,
    )
    const called = read(await replay(), chat('Something else', { modelId: 'claude-2.0' }))
    await expect(called).rejects.toThrow('model differs at character 10')
  })

  it('do not depend on sampling and maxTokens unless they should', async () => {
    const keyedBy = ['maxTokens', 'sampling']
    await read(await recordedEngine(['ok', END], 'record', { keyedBy }), chat('Hello'))
    const other = chat('Hello', { maxTokens: 5, sampling: { temperature: 0, topP: null, topK: null } })
    expect(textOf(await read(await replay(), other))).toBe('ok')
    await expect(read(await replay({ keyedBy }), other)).rejects.toThrow('maxTokens differs')
  })

  it('hold no secret, also where it is split between events', async () => {
    const key = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz'
    const recording = await recordedEngine(
      ['Use sk-a', 'nt-api03-abcdefghij', 'klmnopqrstuvwxyz, a', 'lice', END],
      'record',
      {
        redact: [{ pattern: 'alice', replacement: '<name>' }],
      },
    )
    const live = await read(recording, chat(`My key is ${key}, in /home/alice/x, Bearer abcdefghijkl.mn`))
    expect(textOf(live)).toContain(key)
    expect(onlyFile()).not.toMatch(/sk-ant|alice|abcdefgh/)
    expect(onlyFile()).toContain('My key is <api-key>, in <home>/x, Bearer <api-key>')
    const player = await replay({ redact: [{ pattern: 'alice', replacement: '<name>' }] })
    const asked = chat(`My key is ${key}, in /home/alice/x, Bearer abcdefghijkl.mn`)
    expect(textOf(await read(player, asked))).toBe('Use <api-key>, <name>')
  })

  it('keep the pace, or a share of it', async () => {
    const recording = await recordedEngine(['a', { delayMs: 60 }, 'b', END])
    await read(recording, chat('Hello'))
    const together: number[] = []
    for await (const events of (await replay({ pace: 0.1 })).generate(
      chat('Hello'),
      new AbortController().signal,
    )) {
      together.push(events.length)
    }
    expect(together.length).toBeGreaterThan(1)
    const abort = new AbortController()
    const slow = (await replay({ pace: 100 })).generate(chat('Hello'), abort.signal)
    await slow.next()
    const next = slow.next()
    abort.abort()
    await expect(next).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('refuse a file that they cannot read, by its name', async () => {
    writeFileSync(join(folder, 'broken.json'), '{')
    await expect(replay()).rejects.toThrow(/broken\.json cannot be used: it is not JSON/)
    writeFileSync(join(folder, 'broken.json'), '{"format":1,"ordinal":0}')
    await expect(replay()).rejects.toThrow(/broken\.json cannot be used: ordinal/)
  })

  it('refuse requests that are too long or too deep', async () => {
    const recording = await recordedEngine(['ok', END])
    await expect(read(recording, chat('x'.repeat(5_000_000)))).rejects.toThrow('cannot be recorded')
    let schema: object = {}
    for (let depth = 0; depth < 200; depth++) schema = { a: schema }
    const tools = [{ name: 't', description: null, inputSchema: schema as never, isStrict: false }]
    await expect(read(recording, chat('x', { tools }))).rejects.toThrow('cannot be recorded')
  })

  it('play every text as it was recorded, however it is cut', async () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 12 })
    const stops = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), { maxLength: 2 })
    let count = 0
    await fc.assert(
      fc.asyncProperty(
        pieces,
        stops,
        fc.constantFrom('text', 'conversation', 'raw'),
        async (cut, stop, kind) => {
          const name = `request number ${++count} of many`
          const asked =
            kind === 'text'
              ? text(`\n\nHuman: ${name}\n\nAssistant:`, stop)
              : kind === 'raw'
                ? { ...chat(''), prompt: rawPrompt(name), stopSequences: stop }
                : chat(name, { stopSequences: stop })
          const live = await read(await recordedEngine([...cut, END]), asked)
          const played = await read(await replay(), asked)
          expect(textOf(played)).toBe(textOf(live))
          const [end, liveEnd] = [played.at(-1), live.at(-1)]
          expect(end?.type).toBe('completion-end')
          const isTurnEnd = liveEnd?.type === 'completion-end' && liveEnd.stopSequence === HUMAN_MARKER
          if (!isTurnEnd) expect(end).toEqual(liveEnd)
          rmSync(folder, { recursive: true, force: true })
        },
      ),
      { numRuns: 40 },
    )
  })
})
