import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LlamaEngine } from '../src/engines/llama/llama-engine.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { llamaSettings } from './llama-settings.ts'
import { createScriptedApp } from './start-scripted-server.ts'

const TURNS = 10
const PATIENCE_MS = 120_000
const TEMPLATE =
  "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</{{ m['role'] }}>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
const folder = mkdtempSync(join(tmpdir(), 'continuo-turns-'))
let engine: LlamaEngine

beforeAll(async () => {
  const model = join(folder, 'random.gguf')
  writeRandomGguf(model, { contextTokens: 16_384, chatTemplate: TEMPLATE })
  engine = await LlamaEngine.open({
    settings: llamaSettings({
      model,
      threads: 1,
      maxSequences: 2,
      kvCache: 'per-sequence',
      flashAttention: false,
    }),
  })
}, PATIENCE_MS)
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

/** The system text of Claude Code: its first block changes with each request. */
function systemOf(turn: number) {
  return [
    {
      type: 'text',
      text: `x-anthropic-billing-header: cc_version=2.1.37.${turn}; cc_entrypoint=cli; cch=${turn}f${turn};`,
    },
    { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } },
    { type: 'text', text: 'Be short and use tools. '.repeat(150), cache_control: { type: 'ephemeral' } },
  ]
}

it(
  'ten turns of Claude Code evaluate what is new alone',
  async () => {
    const { app, usageRecords } = createScriptedApp(engine, { apiKeys: ['key'] })
    const messages: object[] = []
    for (let turn = 1; turn <= TURNS; turn++) {
      const reminder = { type: 'text', text: '<system-reminder>Nothing to do.</system-reminder>' }
      messages.push({
        role: 'user',
        content: [reminder, { type: 'text', text: `Step ${turn} of the task.` }],
      })
      const response = await app.fetch('http://continuo/v1/messages', {
        method: 'POST',
        headers: { 'x-api-key': 'key', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({
          model: 'claude-2.1',
          max_tokens: 8,
          temperature: 0,
          system: systemOf(turn),
          messages,
        }),
      })
      expect(response.status).toBe(200)
      messages.push({ role: 'assistant', content: `Done with step ${turn}.` })
    }
    const prompts = usageRecords.map(({ promptTokens }) => promptTokens ?? 0)
    const reused = usageRecords.map(({ reusedPromptTokens }) => reusedPromptTokens ?? 0)
    expect(prompts).toHaveLength(TURNS)
    expect(reused[0]).toBe(0)
    // All that a turn sent is sent again with the next one.
    const sentBefore = prompts.slice(0, -1).reduce((sum, tokens) => sum + tokens, 0)
    const reusedAfter = reused.slice(1).reduce((sum, tokens) => sum + tokens, 0)
    expect(reusedAfter / sentBefore).toBeGreaterThan(0.99)
  },
  PATIENCE_MS,
)
