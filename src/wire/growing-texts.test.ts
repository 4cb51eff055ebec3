import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { type GrowingField, longText, many, manyKeys, manyWrong } from '../../test/growing-values.ts'
import { ModelCatalog } from '../models/model-catalog.ts'
import { parseCompleteParams } from './complete/complete-params.ts'
import { parseTextCompletionParams } from './openai/text-completion-params.ts'

// Every field that a caller can fill, filled with more and more: what it costs grows as it does.

type Body = Readonly<Record<string, unknown>>

const capabilities = { tools: true, images: true, outputSchema: true, rawPrompts: true }
const rules = {
  literalNewlineMarkers: true,
  refuseMessagesModels: false,
  checkUserId: true,
  strictRequests: true,
}
const catalog = new ModelCatalog({ configuredModelIds: [] })
const stops = (size: number) => many(Math.min(size, 8_191), (index) => `stop ${index}`)

describe('/v1/complete', () => {
  const turns = (size: number) => '\n\nHuman: a\n\nAssistant: b'.repeat(size)
  const fields: readonly GrowingField[] = [
    ['turns', 10_000, (size) => ({ prompt: `${turns(size)}\n\nHuman: c\n\nAssistant:` })],
    ['turns of one speaker', 10_000, (size) => ({ prompt: `${'\n\nHuman: a'.repeat(size)}\n\nAssistant:` })],
    ['too many turns', 30_000, (size) => ({ prompt: `${turns(size)}\n\nHuman: c\n\nAssistant:` })],
    ['markers spelt out', 20_000, (size) => ({ prompt: turns(size).replaceAll('\n', '\\n') })],
    ['line ends', 200_000, (size) => ({ prompt: `\n\nHuman: a${longText(size)}\n\nAssistant:` })],
    ['blanks in front', 500_000, (size) => ({ prompt: `${' \n'.repeat(size)}Human: a\n\nAssistant:` })],
    ['blanks at the end', 500_000, (size) => ({ prompt: `\n\nHuman: a\n\nAssistant:${' \n'.repeat(size)}` })],
    ['half markers', 200_000, (size) => ({ prompt: '\n\nHuman\n\nAssistant'.repeat(size) })],
    ['stop sequences', 2_000, (size) => ({ prompt: 'a', stop_sequences: stops(size) })],
    ['wrong stop sequences', 2_000, (size) => ({ prompt: 'a', stop_sequences: manyWrong(size) })],
    ['too many stop sequences', 20_000, (size) => ({ prompt: 'a', stop_sequences: manyWrong(size) })],
    ['unknown fields', 10_000, (size) => ({ prompt: 'a', ...manyKeys(size) })],
    ['unknown metadata', 10_000, (size) => ({ prompt: 'a', metadata: manyKeys(size) })],
    ['wrong tags', 10_000, (size) => ({ prompt: 'a', tags: manyKeys(size) })],
    ['a model', 500_000, (size) => ({ prompt: 'a', model: '😀'.repeat(size) })],
    ['a user', 500_000, (size) => ({ prompt: 'a', metadata: { user_id: '😀'.repeat(size) } })],
  ]
  it.each(fields)('takes time in proportion to %s', async (_, size, body) => {
    const make = (of: number) => ({ model: 'claude-2.1', max_tokens_to_sample: 1, ...body(of) })
    const run = (made: Body) => parseCompleteParams(made, { version: '2023-01-01', rules, catalog })
    await expectLinearCost({ make, run }, size)
  })
})

describe('/v1/completions', () => {
  const fields: readonly GrowingField[] = [
    ['a prompt', 500_000, (size) => ({ prompt: longText(size) })],
    ['prompts', 100_000, (size) => ({ prompt: manyWrong(size) })],
    ['stop sequences', 2_000, (size) => ({ prompt: 'a', stop: stops(size) })],
    ['a suffix', 500_000, (size) => ({ prompt: 'a', suffix: longText(size) })],
    ['unknown fields', 20_000, (size) => ({ prompt: 'a', ...manyKeys(size) })],
  ]
  it.each(fields)('takes time in proportion to %s', async (_, size, body) => {
    const make = (of: number) => ({ model: 'm', ...body(of) })
    const context = { resolveModel: (id: string) => id, capabilitiesOf: () => capabilities }
    await expectLinearCost({ make, run: (made: Body) => parseTextCompletionParams(made, context) }, size)
  })
})
