import { describe, expect, it } from 'vitest'
import { flatEvents } from '../../test/flat-events.ts'
import { directoryOf } from '../../test/ready-engine.ts'
import { type Script, ScriptedEngine } from '../../test/scripted-engine.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { parsePrompt } from '../completion/human-assistant-prompt.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { complete } from './complete.ts'

const REQUEST: CompletionRequest = {
  modelId: 'm',
  prompt: parsePrompt('\n\nHuman: Hi\n\nAssistant:', {
    literalNewlineMarkers: false,
    startErrorFormat: 'long',
  }),
  maxTokens: 10,
  stopSequences: ['\n\nHuman:'],
  sampling: { temperature: 1, topP: null, topK: null },
  ...NO_TOOLS_OR_THINKING,
}

function run(script: Script, signal = new AbortController().signal) {
  const records: UsageRecord[] = []
  let nowMs = 0
  const events = flatEvents(
    complete(REQUEST, signal, {
      engines: directoryOf(new ScriptedEngine(script)),
      recordUsage: (record) => records.push(record),
      nowMs: () => (nowMs += 10),
    }),
  )
  return { events, records }
}

async function textOf(events: AsyncIterable<{ type: string; text?: string }>): Promise<string> {
  let text = ''
  for await (const event of events) text += event.text ?? ''
  return text
}

describe('complete', () => {
  it('records what a completion cost', async () => {
    const { events, records } = run({ steps: [' Hel', 'lo', { ends: 'end-of-generation' }] })
    expect(await textOf(events)).toBe(' Hello')
    expect(records).toMatchObject([
      { modelId: 'm', promptTokens: 3, completionTokens: 2, outcome: 'end-of-generation' },
    ])
    expect(records[0]?.timeToFirstTokenMs).toBeGreaterThan(0)
  })

  it('records the tokens up to a stop sequence', async () => {
    const { events, records } = run({ steps: ['a', '\n\nHu', 'man:', 'b', { ends: 'end-of-generation' }] })
    expect(await textOf(events)).toBe('a')
    expect(records).toMatchObject([{ completionTokens: 3, outcome: 'stop-sequence' }])
  })

  it('records a reader who leaves as cancelled', async () => {
    const { events, records } = run({ steps: ['a', { delayMs: 1 }, 'b', { ends: 'end-of-generation' }] })
    for await (const event of events) if (event.type === 'text-delta') break
    expect(records).toMatchObject([{ outcome: 'cancelled', completionTokens: 1 }])
  })

  it('records the code of an error and throws it on', async () => {
    const failure = new CompletionError('engine-failed', 'it broke')
    const { events, records } = run({ steps: ['a', { throws: failure }] })
    await expect(textOf(events)).rejects.toBe(failure)
    expect(records).toMatchObject([{ outcome: 'engine-failed', completionTokens: 1 }])
  })

  it('lets an unknown model through as the error it is, with nothing to record', async () => {
    const unknown = new CompletionError('model-not-found', 'model: m')
    const records: UsageRecord[] = []
    const events = flatEvents(
      complete(REQUEST, new AbortController().signal, {
        engines: {
          engineFor() {
            throw unknown
          },
        },
        recordUsage: (record) => records.push(record),
        nowMs: () => 0,
      }),
    )
    await expect(textOf(events)).rejects.toBe(unknown)
    expect(records).toEqual([])
  })
})
