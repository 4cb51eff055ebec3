import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flatEvents } from '../../../test/flat-events.ts'
import { writeRandomGguf } from '../../../test/gguf/random-gguf.ts'
import { writeRecitingGguf } from '../../../test/gguf/reciting-gguf.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import type { PrintedCase } from '../../../test/speculation-process.ts'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { rawPrompt } from '../../completion/prompt.ts'
import { LlamaEngine } from './llama-engine.ts'
import type { DraftCounts } from './protocol/draft-counts.ts'
import type { LlamaEngineSettings } from './settings.ts'

const PROGRAM = fileURLToPath(new URL('../../../test/speculation-process.ts', import.meta.url))
/** Where the likeliest token leads the second by less, the arithmetic of a larger batch may prefer that one. */
const EQUALLY_LIKELY = 0.1
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

describe('completions with and without drafts', () => {
  let cases: PrintedCase[] = []
  beforeAll(() => {
    const output = execFileSync(process.execPath, [PROGRAM], {
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    cases = JSON.parse(output)
  }, 120_000)

  const isSame = ({ on, off }: PrintedCase) =>
    on.text === off.text && on.end === off.end && on.generatedTokens === off.generatedTokens

  it('are the same, where no two tokens are equally likely', () => {
    expect(cases).toHaveLength(30)
    for (const one of cases.filter(({ isSampled }) => !isSampled)) {
      if (isSame(one)) continue
      const first = one.off.tokens.findIndex(({ text }, index) => text !== one.on.tokens[index]?.text)
      expect(one.off.tokens[first]?.lead ?? 1, one.prompt).toBeLessThan(EQUALLY_LIKELY)
    }
    expect(cases.filter(isSame).length).toBeGreaterThanOrEqual(24)
  })

  it('are the same for a seed', () => {
    const sampled = cases.filter(({ isSampled }) => isSampled)
    expect(sampled.filter(isSame).length).toBeGreaterThanOrEqual(sampled.length - 2)
    expect(sampled.reduce((sum, { on }) => sum + on.acceptedTokens, 0)).toBeGreaterThan(20)
  })

  it('take fewer steps, each accepted token one', () => {
    const same = cases.filter((one) => isSame(one) && one.off.end !== 'stop-sequence')
    for (const { on, off } of same) expect(off.steps - on.steps).toBe(on.acceptedTokens)
    expect(same.reduce((sum, { on }) => sum + on.acceptedTokens, 0)).toBeGreaterThan(100)
  })

  it('end at the same stop sequence', () => {
    const stopped = cases.filter(({ off }) => off.end === 'stop-sequence')
    expect(stopped.length).toBeGreaterThanOrEqual(2)
    for (const { on, off } of stopped) expect([on.end, on.text]).toEqual([off.end, off.text])
  })
})

const PIECES = Array.from({ length: 60 }, (_, index) => `word${index} `)
const TEXT = PIECES.join('')
const NEVER = new AbortController().signal

describe('a draft model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-draft-'))
  const pathOf = (name: string) => join(folder, `${name}.gguf`)
  const recite = (name: string, layers: number, pieces = PIECES) =>
    writeRecitingGguf(pathOf(name), { cue: ':', pieces, chatTemplate: '', contextTokens: 256, layers })
  beforeAll(() => {
    recite('large', 32)
    recite('small', 1)
    recite('another', 1, PIECES.toReversed())
    writeRandomGguf(pathOf('random'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function recited(settings: Partial<LlamaEngineSettings>, requests = 1) {
    const drafts: DraftCounts[] = []
    const engine = await LlamaEngine.open({
      settings: llamaSettings({ model: pathOf('large'), maxSequences: 3, threads: 1, ...settings }),
      events: { onDrafts: (counts) => void drafts.push(...counts) },
    })
    try {
      const texts = await Promise.all(
        Array.from({ length: requests }, async () => {
          const request = {
            ...{ modelId: 'm', prompt: rawPrompt('now:'), maxTokens: 100, stopSequences: [] },
            ...{ sampling: { temperature: 0, topP: null, topK: null }, ...NO_TOOLS_OR_THINKING },
          }
          let text = ''
          for await (const event of flatEvents(engine.generate(request, NEVER)))
            if (event.type === 'text-delta') text += event.text
          return text
        }),
      )
      const isNamed = engine.details.some(({ title }) => title === 'draft model')
      return { texts, drafts, isNamed, kv: engine.model.kvCacheBytesPerToken }
    } finally {
      await engine.close()
    }
  }

  it('drafts what the model then accepts, and counts it', async () => {
    const { texts, drafts } = await recited({ draftModel: pathOf('small') })
    expect(texts).toEqual([TEXT])
    expect(new Set(drafts.map(({ source }) => source))).toEqual(new Set(['draft-model']))
    const accepted = drafts.reduce((sum, { acceptedTokens }) => sum + acceptedTokens, 0)
    const drafted = drafts.reduce((sum, { draftTokens }) => sum + draftTokens, 0)
    expect(accepted).toBeGreaterThan(0)
    expect(drafted).toBeGreaterThanOrEqual(accepted)
  }, 60_000)

  it('changes nothing for several requests at once', async () => {
    expect((await recited({ draftModel: pathOf('small') }, 3)).texts).toEqual([TEXT, TEXT, TEXT])
  }, 60_000)

  it('takes memory that is counted, and none where it is not used', async () => {
    const withDraft = await recited({ draftModel: pathOf('small') })
    const without = await recited({ draftModel: pathOf('small'), speculation: 'prompt-lookup' })
    expect(withDraft.kv).toBeGreaterThan(without.kv)
    expect([withDraft.isNamed, without.isNamed]).toEqual([true, false])
    expect(without.texts).toEqual([TEXT])
    expect(without.drafts).toEqual([])
  }, 60_000)

  it.each([
    [
      { draftModel: 'another' },
      /cannot draft for .*their vocabularies differ: token \d+ is "word0.*--draft-model/,
    ],
    [{ draftModel: 'random' }, /cannot draft for .*vocabularies differ/],
    [{ draftModel: 'missing' }, /^--draft-model: There is no file .*missing\.gguf\.$/],
    [{ draftModel: 'small', seed: 1 }, /use --seed or --draft-model, not both/],
  ])(
    'is refused with a reason: %j',
    async ({ draftModel, ...settings }, reason) => {
      await expect(recited({ ...settings, draftModel: pathOf(draftModel) })).rejects.toThrow(reason)
    },
    60_000,
  )
})
