import { describe, expect, it } from 'vitest'
import { accumulate } from './conformance/accumulate-message.ts'
import { readEvents } from './conformance/read-events.ts'
import { ScriptedEngine, type ScriptStep } from './scripted-engine.ts'
import { createScriptedApp } from './start-scripted-server.ts'

const HELLO = { model: 'claude-opus-5-5', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }
const THINKING: ScriptStep = { yields: { type: 'thinking-delta', text: 'Hm', completionTokens: 3 } }
const ENDING: ScriptStep = { ends: 'end-of-generation' }

/** The same message, sent whole and streamed. */
async function messagesOf(steps: readonly ScriptStep[], body: object, version = '2026-10-21') {
  const engine = new ScriptedEngine({ steps })
  const { app } = createScriptedApp(engine)
  const send = async (stream: boolean) => {
    const response = await app.fetch('http://continuo/v1/messages', {
      method: 'POST',
      headers: { authorization: 'Bearer K', 'anthropic-version': version },
      body: JSON.stringify({ ...HELLO, ...body, stream }),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(text)
    if (!stream) return JSON.parse(text)
    const events = readEvents(text).flatMap(({ name, data }) => (name === 'ping' ? [] : [JSON.parse(data)]))
    return { ...accumulate(events), end: events.at(-2) }
  }
  return { whole: await send(false), streamed: await send(true), requests: engine.requests }
}

describe('a message of version 2026-10-21', () => {
  it('has the fields that newer clients expect; one of an older version does not', async () => {
    const { whole, streamed } = await messagesOf([THINKING, 'Hi', ENDING], {
      thinking: { type: 'adaptive' },
      inference_geo: 'us',
    })
    const fields = { container: null, diagnostics: null, stop_details: null }
    const details = { output_tokens_details: { thinking_tokens: 3 }, server_tool_use: null }
    expect(whole).toMatchObject({ ...fields, usage: { inference_geo: 'us', speed: 'standard', ...details } })
    expect(streamed.end).toMatchObject({ delta: { container: null, stop_details: null }, usage: details })
    const older = await messagesOf([THINKING, 'Hi', ENDING], {}, '2023-06-01')
    expect(Object.keys(older.whole)).not.toContain('stop_details')
    expect(Object.keys(older.whole.usage)).not.toContain('speed')
  })

  it('names a full context window', async () => {
    const { whole, streamed } = await messagesOf(['Hi', { ends: 'context-window' }], {})
    expect(whole.stop_reason).toBe('model_context_window_exceeded')
    expect(streamed.end.delta.stop_reason).toBe('model_context_window_exceeded')
    const older = await messagesOf(['Hi', { ends: 'context-window' }], {}, '2023-06-01')
    expect(older.whole.stop_reason).toBe('max_tokens')
  })
})

describe('the newest fields of a message', () => {
  it('limit thinking by the effort, and leave its text out', async () => {
    const { whole, streamed, requests } = await messagesOf([THINKING, 'Hi', ENDING], {
      thinking: {
        type: 'adaptive',
        display: 'omitted',
        block_binding: { prefix_mismatch_behavior: 'error' },
      },
      output_config: { effort: 'medium' },
    })
    for (const { content } of [whole, streamed]) {
      expect(content).toMatchObject([
        { type: 'thinking', thinking: '' },
        { type: 'text', text: 'Hi' },
      ])
    }
    expect(requests.map(({ thinkingBudgetTokens }) => thinkingBudgetTokens)).toEqual([8_192, 8_192])
    const back = { role: 'assistant', content: whole.content }
    const next = await messagesOf([ENDING], { messages: [...HELLO.messages, back, ...HELLO.messages] })
    expect(next.requests[0]?.prompt.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  })

  it('offer the tools of a toolset, whose calls name it', async () => {
    const call: ScriptStep[] = [
      { yields: { type: 'tool-call-start', id: 'c', name: 'left_click', completionTokens: 1 } },
      { yields: { type: 'tool-input-delta', json: '{"coordinate":[1,2]}', completionTokens: 1 } },
      { ends: 'tool-call' },
    ]
    const tools = [{ type: 'computer_toolset_20260801' }]
    const { whole, streamed, requests } = await messagesOf(call, { tools })
    const used = { name: 'left_click', toolset_name: 'computer', input: { coordinate: [1, 2] } }
    expect(whole.content).toMatchObject([used])
    expect(streamed.content).toMatchObject([used])
    expect(requests[0]?.prompt.tools).toHaveLength(17)
  })

  it('refuse a compressed body with its code', async () => {
    const { app } = createScriptedApp(new ScriptedEngine({ steps: [] }))
    const response = await app.fetch('http://continuo/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': 'K', 'anthropic-version': '2026-10-21', 'content-encoding': 'gzip' },
      body: 'x',
    })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        error: {
          message: expect.stringContaining('"gzip"'),
          details: { error_code: 'request_body_encoding_unsupported' },
        },
      },
    ])
  })
})
