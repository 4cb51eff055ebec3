import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ScriptedEngine } from './scripted-engine.ts'
import { startScriptedServer } from './start-scripted-server.ts'

const PAGE = readFileSync(new URL('../docs/moving-to-messages.md', import.meta.url), 'utf8')

/** The bodies on the page, with their paths. */
const BODIES = [...PAGE.matchAll(/To `POST (\S+)`:\n\n```json\n(.*?)```/gs)].map(
  ([, path = '', body = '']) => ({
    path,
    body,
  }),
)

test('both forms of each request on the page give a model the same prompt', async () => {
  expect(BODIES.map(({ path }) => path)).toEqual([
    '/v1/complete',
    '/v1/messages',
    '/v1/complete',
    '/v1/messages',
  ])
  const engine = new ScriptedEngine({ steps: ['Ok', { ends: 'end-of-generation' }] })
  const server = await startScriptedServer(engine)
  try {
    for (const { path, body } of BODIES) {
      const headers = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
      const response = await fetch(server.url + path, { method: 'POST', headers, body })
      expect(response.status, await response.text()).toBe(200)
    }
  } finally {
    server.closeNow()
  }
  const asked = engine.requests.map(({ modelId, maxTokens, prompt }) => {
    const { text, systemText, turns, prefill } = prompt
    return { modelId, maxTokens, text, systemText, turns, prefill }
  })
  expect(asked[1]).toEqual({ ...asked[0], text: asked[1]?.text })
  expect(asked[3]).toEqual({ ...asked[2], text: asked[3]?.text })
  expect(asked[1]?.text.trim()).toBe(asked[0]?.text.trim())
})
