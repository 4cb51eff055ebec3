import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { type Script, ScriptedEngine } from '../../test/scripted-engine.ts'
import { createScriptedApp } from '../../test/start-scripted-server.ts'

const FLOOD: Script = { steps: () => Array.from({ length: 1000 }, () => 'x'.repeat(50_000)) }
const SHORT: Script = { steps: [' Hi', { ends: 'end-of-generation' }] }

function appOf(script: Script) {
  const engine = new ScriptedEngine(script)
  return { engine, ...createScriptedApp(engine) }
}

function init(signal: AbortSignal, stream: boolean): RequestInit {
  const body = {
    model: 'claude-2',
    prompt: '\n\nHuman: Hi\n\nAssistant:',
    max_tokens_to_sample: 5000,
    stream,
  }
  const headers = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
  return { method: 'POST', headers, body: JSON.stringify(body), signal }
}

const URL = 'http://continuo/v1/complete'

describe('fetchFrom', () => {
  it('cancels the completion when the signal fires while the body is not read, and logs one line', async () => {
    const { app, engine, logLines } = appOf(FLOOD)
    const controller = new AbortController()
    const response = await app.fetch(URL, init(controller.signal, true))
    await engine.running.until(1)
    controller.abort(new Error('enough'))
    await vi.waitUntil(() => engine.running.value === 0 && logLines.length === 1)
    expect(logLines).toMatchObject([{ message: 'request', outcome: 'cancelled', status: 200 }])
    await expect(response.text()).rejects.toThrow('enough')
  })

  it.each([false, true])(
    'leaves no listener on a signal that outlives its request, stream %s',
    async (stream) => {
      const { app } = appOf(SHORT)
      const { signal } = new AbortController()
      const request = new Request(URL, init(signal, stream))
      await (await app.fetch(request)).text()
      expect(getEventListeners(request.signal, 'abort')).toHaveLength(0)
    },
  )
})
