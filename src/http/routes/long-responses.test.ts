import { describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../../../test/scripted-engine.ts'
import { createScriptedApp } from '../../../test/start-scripted-server.ts'

const MEGABYTE = 'a'.repeat(1024 * 1024)
const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }

describe('completionRoute', () => {
  it.each([
    [15, false, 200],
    [17, false, 500],
    [17, true, 200],
  ])('responds to %d MB of text, streamed: %s, with status %d', async (megabytes, stream, status) => {
    const steps = [...Array(megabytes).fill(MEGABYTE), { ends: 'end-of-generation' as const }]
    const engine = new ScriptedEngine({ steps })
    const { app } = createScriptedApp(engine)
    const body = {
      model: 'claude-2',
      max_tokens: 1_000_000_000,
      stream,
      messages: [{ role: 'user', content: 'Hi' }],
    }
    const response = await app.fetch('http://continuo/v1/messages', {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(status === 200 ? MEGABYTE : 'Stream it')
    expect(engine.running.value).toBe(0)
  })
})
