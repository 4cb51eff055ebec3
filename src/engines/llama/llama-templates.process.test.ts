import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type RandomGgufOptions, writeRandomGguf } from '../../../test/gguf/random-gguf.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import { TEXT_ONLY } from '../../completion/prompt.ts'
import type { Tool } from '../../completion/tool.ts'
import { textTurn } from '../../completion/turn.ts'
import { LlamaEngine } from './llama-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-templates-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PLAIN = '{% for m in messages %}[{{ m.content }}]{% endfor %}'
const TOOL: Tool = { name: 'act', description: 'x', inputSchema: { type: 'object' }, isStrict: false }

async function withModel(
  options: RandomGgufOptions,
  use: (engine: LlamaEngine) => Promise<void>,
): Promise<void> {
  const model = join(folder, 'model.gguf')
  writeRandomGguf(model, options)
  const measured = { threads: 1, kvCache: 'per-sequence', flashAttention: false } as const
  const engine = await LlamaEngine.open({ settings: llamaSettings({ model, ...measured }) })
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

function tokensOf(engine: LlamaEngine, tools: readonly Tool[]): Promise<number> {
  const prompt = conversationPrompt({
    systemText: '',
    turns: [textTurn('user', 'q')],
    prefill: '',
    ...TEXT_ONLY,
    tools,
  })
  return engine.countTokens(prompt, new AbortController().signal)
}

describe('LlamaEngine', () => {
  it('renders conversations with tools by the template tool_use of the model file', async () => {
    const toolUse = `{% for t in tools or [] %}${'x'.repeat(200)}{{ t.function.name }}{% endfor %}${PLAIN}`
    const metadata = [['tokenizer.chat_template.tool_use', { text: toolUse }]] as const
    await withModel({ chatTemplate: PLAIN, metadata }, async (engine) => {
      const tokens = await tokensOf(engine, [])
      expect(tokens).toBeLessThan(20)
      expect(await tokensOf(engine, [TOOL])).toBeGreaterThan(tokens + 200)
    })
  })

  it('takes an empty template for none', async () => {
    await withModel({ metadata: [['tokenizer.chat_template', { text: ' \n' }]] }, async (engine) => {
      expect(engine.format).toBe('raw')
    })
  })

  it('names an architecture that llama.cpp does not know', async () => {
    const options = { metadata: [['general.architecture', { text: 'unheard-of' }]] } as const
    await expect(withModel(options, async () => undefined)).rejects.toMatchObject({
      name: 'EngineLoadError',
      message: expect.stringMatching(
        /its architecture, unheard-of, is newer than this release of llama\.cpp/,
      ),
    })
  })
})
