import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinedText, readEvents } from '../../test/conformance/read-events.ts'
import { ScriptedEngine, type ScriptStep } from '../../test/scripted-engine.ts'
import { createScriptedApp } from '../../test/start-scripted-server.ts'
import { CompletionError } from '../completion/completion-error.ts'

const BODY = {
  model: 'claude-2',
  prompt: '\n\nHuman: Hi\n\nAssistant:',
  max_tokens_to_sample: 1_000_000,
  stream: true,
}

function appOf(steps: readonly ScriptStep[], pingIntervalMs = 10_000) {
  const engine = new ScriptedEngine({ steps })
  return { engine, ...createScriptedApp(engine, { pingIntervalMs }) }
}

function request(version = '2023-06-01', body: object = {}, signal?: AbortSignal): Request {
  return new Request('http://continuo/v1/complete', {
    method: 'POST',
    headers: { 'x-api-key': 'K', 'anthropic-version': version },
    body: JSON.stringify({ ...BODY, ...body }),
    signal: signal ?? null,
  })
}

async function streamOf(steps: readonly ScriptStep[], version?: string, body?: object): Promise<string> {
  const { app } = appOf(steps)
  return (await app.fetch(request(version, body))).text()
}

/** Text with all that is hard: pairs, separators, joiners, control characters, pieces of stop sequences. */
const hardText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n\nHu', '\n\n', '😀', '日本', '\u2028', '\u0085', 'é', '"\\', '\r\n'),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''))

/** A text with the pieces that some cuts, none of them through a character, make of it; with and without waits. */
const cutText = fc.tuple(hardText, fc.infiniteStream(fc.nat({ max: 9 }))).map(([text, lengths]) => {
  const characters = [...text]
  const steps: ScriptStep[] = []
  for (const length of lengths) {
    if (characters.length === 0) break
    steps.push(length === 9 ? { delayMs: 0 } : characters.splice(0, length).join(''))
  }
  return { text, steps }
})

const END: ScriptStep = { ends: 'max-tokens' }

describe('CompletionStreamBody', () => {
  it('streams the same text in ASCII however the engine cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(cutText, async ({ text, steps }) => {
        const body = await streamOf([...steps, END])
        expect(body).toMatch(/^[\r\n\x20-\x7e]*$/)
        // The built-in stop sequence may be in there; what follows it is cut off.
        expect(joinedText(readEvents(body))).toBe(text.split('\n\nHuman:')[0])
      }),
      { numRuns: 100 },
    )
  })

  it('streams the same last text in the first version however the engine cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(cutText, async ({ text, steps }) => {
        const body = await streamOf([...steps, END], '2023-01-01')
        expect(body).toMatch(/^[\n\x20-\x7e]*$/)
        const data = readEvents(body).filter(({ name }) => name === null)
        expect(data.at(-1)?.data).toBe('[DONE]')
        expect(JSON.parse(data.at(-2)?.data ?? '').completion).toBe(text.split('\n\nHuman:')[0])
      }),
      { numRuns: 50 },
    )
  })

  it('reports a failure after all text that precedes it', async () => {
    const failure: ScriptStep = { throws: new CompletionError('engine-failed', 'The model stopped') }
    await fc.assert(
      fc.asyncProperty(cutText, async ({ text, steps }) => {
        const events = readEvents(await streamOf([...steps, failure], '2023-06-01'))
        const last = events.at(-1)
        expect(last?.name).toBe('error')
        expect(JSON.parse(last?.data ?? '')).toMatchObject({ error: { type: 'api_error' } })
        expect(text.startsWith(joinedText(events))).toBe(true)
        // What is missing is only what may still have become the built-in stop sequence.
        expect('\n\nHuman:'.startsWith(text.slice(joinedText(events).length))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('sends deltas that are ready together in one chunk', async () => {
    const { app } = appOf([' a', ' b', { delayMs: 20 }, ' c', ' d', END])
    const response = await app.fetch(request())
    const pieces: string[] = []
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) pieces.push(piece)
    const texts = pieces.map((piece) => joinedText(readEvents(piece)))
    expect(texts).toEqual(['', ' a b', ' c d'])
  })

  it('sends the first ping before the first text', async () => {
    const { app, engine } = appOf([{ hangs: true }])
    const response = await app.fetch(request())
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('event: ping\r\ndata: {"type": "ping"}\r\n\r\n')
    await reader?.cancel()
    expect(engine.running.value).toBe(0)
  })

  it('sends pings between events that the wire does not show', async () => {
    let pings = 0
    const generate: ScriptedEngine['generate'] = async function* () {
      yield [{ type: 'completion-start', promptTokens: 1 }]
      while (pings < 4) {
        await new Promise((resolve) => setImmediate(resolve))
        yield [{ type: 'text-delta', text: '', completionTokens: 1 }]
      }
      yield [{ type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }]
    }
    const { app } = createScriptedApp(Object.assign(new ScriptedEngine({ steps: [] }), { generate }), {
      pingIntervalMs: 5,
    })
    const { body } = await app.fetch(request())
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? [])
      pings += readEvents(chunk).filter(({ name }) => name === 'ping').length
    expect(pings).toBeGreaterThanOrEqual(4)
  })

  it('cancels the completion when its reader cancels, and logs one line', async () => {
    const { app, engine, logLines, usageRecords } = appOf([' Half', { hangs: true }])
    const response = await app.fetch(request())
    await response.body?.cancel()
    expect(engine.running.value).toBe(0)
    expect(logLines).toMatchObject([{ message: 'request', outcome: 'cancelled', stream: true, status: 200 }])
    expect(usageRecords).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('fails with the reason of the signal', async () => {
    const { app, engine } = appOf([' Half', { hangs: true }])
    const controller = new AbortController()
    const response = await app.fetch(request(undefined, {}, controller.signal))
    const text = response.text()
    text.catch(() => undefined)
    controller.abort(new Error('enough'))
    await expect(text).rejects.toThrow('enough')
    expect(engine.running.value).toBe(0)
  })

  it('reports a server error when the model stops without an end', async () => {
    const { app, logLines } = appOf([' Half'])
    const events = readEvents(await (await app.fetch(request())).text())
    expect(events.at(-1)?.name).toBe('error')
    expect(logLines).toMatchObject([{ message: 'request failed' }, { outcome: 'engine-failed' }])
  })

  it('reports nothing of an unexpected error', async () => {
    const events = readEvents(await streamOf([' Half', { throws: new TypeError('secret') }]))
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
      error: { type: 'api_error', message: 'Internal server error' },
    })
  })

  it('ends a failed stream of the first version with a line that clients do not take for data', async () => {
    const failure: ScriptStep = { throws: new CompletionError('overloaded', 'Overloaded') }
    const body = await streamOf([' Half', failure], '2023-01-01')
    const last = readEvents(body).at(-1)
    expect(last?.name).toBe(null)
    expect(() => JSON.parse(last?.data ?? '')).toThrow()
    expect(last?.data).toContain('"type":"overloaded_error"')
    expect(body).not.toContain('[DONE]')
  })
})
