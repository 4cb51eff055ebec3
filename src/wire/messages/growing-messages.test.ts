import { describe, expect, it } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { type GrowingField, longText, many, manyKeys, manyWrong } from '../../../test/growing-values.ts'
import { NO_DOCUMENT_SOURCES } from '../../../test/no-document-sources.ts'
import { CacheLedger } from '../../conversation/cache-ledger.ts'
import { planCaching } from '../../conversation/cache-plan.ts'
import { promptOf } from '../../conversation/cacheable-conversation.ts'
import { editContext } from '../../conversation/edit-context.ts'
import { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import { ModelCatalog } from '../../models/model-catalog.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { parseMessagesParams } from './messages-params.ts'

// Every field that a caller can fill, filled with more and more: what it costs grows as it does.

type Body = Readonly<Record<string, unknown>>

const capabilities = { tools: true, images: true, outputSchema: true, rawPrompts: true }
const catalog = new ModelCatalog({ configuredModelIds: [] })
const rules = {
  literalNewlineMarkers: true,
  refuseMessagesModels: false,
  checkUserId: true,
  strictRequests: false,
  refuseExcessTokens: false,
  refuseServerBlocks: false,
  ignoreServerTools: true,
  ignoreStrictTools: false,
  allowImageUrls: true,
  checkThinking: false,
  strictVersions: false,
}
const signatures = new ThinkingSignatures('a secret')
const costs = () => ({ slices: new WorkSlices(), holdMembers: () => undefined })
const stops = (size: number) => many(Math.min(size, 8_191), (index) => `stop ${index}`)
const HI = { role: 'user', content: 'Hi' }
const IMAGE = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
const userContent = (...content: unknown[]) => ({ messages: [{ role: 'user', content: content.flat() }] })
const TOOL = { name: 'a', input_schema: { type: 'object' } }
const call = (index: number) => ({ type: 'tool_use', id: `c${index}`, name: 'a', input: { b: index } })
const result = (index: number) => ({ type: 'tool_result', tool_use_id: `c${index}`, content: 'b' })
const words = (size: number) => many(size, () => ({ type: 'text', text: 'a' }))
const editing = (edit: object) => ({
  messages: [HI],
  context_management: { edits: [{ type: 'clear_tool_uses_20250919', ...edit }] },
})
/** A call in each turn of the assistant's, and its result in the user turn after it. */
const calling = (size: number) => ({
  tools: [TOOL],
  messages: [
    HI,
    ...many(size, (index) => [
      { role: 'assistant', content: [call(index)] },
      { role: 'user', content: [result(index)] },
    ]).flat(),
  ],
})

describe('/v1/messages', () => {
  const fields: readonly GrowingField[] = [
    [
      'messages',
      1_000,
      (size) => ({ messages: many(size, (i) => ({ ...HI, role: i % 2 ? 'assistant' : 'user' })) }),
    ],
    ['messages of one speaker', 2_000, (size) => ({ messages: many(size, () => HI) })],
    [
      'system messages',
      2_000,
      (size) => ({ messages: many(size, (i) => (i === 0 ? HI : { role: 'system', content: 'a' })) }),
    ],
    ['leading system texts', 2_000, (size) => ({ messages: [{ role: 'system', content: words(size) }, HI] })],
    ['wrong messages', 20_000, (size) => ({ messages: manyWrong(size) })],
    ['texts', 2_000, (size) => userContent(words(size))],
    ['a text', 500_000, (size) => userContent({ type: 'text', text: longText(size) })],
    ['wrong blocks', 100_000, (size) => userContent(manyWrong(size))],
    ['an unknown type', 20_000, (size) => userContent({ type: manyKeys(size) })],
    [
      'blocks of the API’s own tools',
      5_000,
      (size) => userContent(many(size, () => ({ type: 'server_tool_use' }))),
    ],
    ['pictures', 1_000, (size) => userContent(many(size, () => ({ type: 'image', source: IMAGE })))],
    [
      'a picture',
      200_000,
      (size) => userContent({ type: 'image', source: { ...IMAGE, data: 'AAAA'.repeat(size) } }),
    ],
    [
      'a picture of blanks',
      500_000,
      (size) => userContent({ type: 'image', source: { ...IMAGE, data: ' '.repeat(size) } }),
    ],
    [
      'an address',
      500_000,
      (size) => userContent({ type: 'image', source: { type: 'url', url: `http://${'a'.repeat(size)} ` } }),
    ],
    [
      'a document in pieces',
      2_000,
      (size) => userContent({ type: 'document', source: { type: 'content', content: words(size) } }),
    ],
    [
      'pictures in a document',
      1_000,
      (size) =>
        userContent({
          type: 'document',
          source: { type: 'content', content: many(size, () => ({ type: 'image', source: IMAGE })) },
        }),
    ],
    [
      'a search result in pieces',
      2_000,
      (size) => userContent({ type: 'search_result', source: 'a', title: 'b', content: words(size) }),
    ],
    ['calls and results', 500, calling],
    [
      'calls in one turn',
      1_000,
      (size) => ({
        tools: [TOOL],
        messages: [
          HI,
          { role: 'assistant', content: many(size, call) },
          { role: 'user', content: many(size, result) },
        ],
      }),
    ],
    [
      'calls without results',
      1_000,
      (size) => ({ tools: [TOOL], messages: [HI, { role: 'assistant', content: many(size, call) }, HI] }),
    ],
    [
      'results of calls that were not',
      5_000,
      (size) => ({ tools: [TOOL], ...userContent(many(size, result)) }),
    ],
    [
      'one id for all calls',
      5_000,
      (size) => ({
        tools: [TOOL],
        messages: [HI, { role: 'assistant', content: many(size, () => call(1)) }],
      }),
    ],
    [
      'parts of a result',
      2_000,
      (size) => ({
        tools: [TOOL],
        messages: [
          HI,
          { role: 'assistant', content: [call(1)] },
          { role: 'user', content: [{ ...result(1), content: words(size) }] },
        ],
      }),
    ],
    [
      'an id',
      500_000,
      (size) => ({ tools: [TOOL], ...userContent({ ...result(1), tool_use_id: 'a'.repeat(size) }) }),
    ],
    [
      'an input',
      10_000,
      (size) => ({
        tools: [TOOL],
        messages: [
          HI,
          { role: 'assistant', content: [{ ...call(1), input: manyKeys(size) }] },
          { role: 'user', content: [result(1)] },
        ],
      }),
    ],
    [
      'thinking blocks',
      1_000,
      (size) => ({
        messages: [
          HI,
          {
            role: 'assistant',
            content: many(size, () => ({ type: 'thinking', thinking: 'a', signature: 'Q250bg==' })),
          },
          HI,
        ],
      }),
    ],
    [
      'a thinking block',
      500_000,
      (size) => ({
        messages: [
          HI,
          {
            role: 'assistant',
            content: [{ type: 'thinking', thinking: longText(size), signature: 'Q250bg==' }],
          },
          HI,
        ],
      }),
    ],
    [
      'a signature',
      500_000,
      (size) => ({
        messages: [
          HI,
          {
            role: 'assistant',
            content: [{ type: 'thinking', thinking: 'a', signature: 'Q250'.repeat(size) }],
          },
          HI,
        ],
      }),
    ],
    [
      'a prefill',
      500_000,
      (size) => ({ messages: [HI, { role: 'assistant', content: `a${' '.repeat(size)}` }] }),
    ],
    ['system texts', 2_000, (size) => ({ messages: [HI], system: words(size) })],
    ['wrong system texts', 100_000, (size) => ({ messages: [HI], system: manyWrong(size) })],
    [
      'tools',
      1_000,
      (size) => ({
        messages: [HI],
        tools: many(Math.min(size, 10_000), (index) => ({ ...TOOL, name: `t${index}` })),
      }),
    ],
    ['wrong tools', 100_000, (size) => ({ messages: [HI], tools: manyWrong(size) })],
    [
      'the schema of a tool',
      20_000,
      (size) => ({
        messages: [HI],
        tools: [{ ...TOOL, input_schema: { type: 'object', properties: manyKeys(size) } }],
      }),
    ],
    ['a choice of tools', 20_000, (size) => ({ messages: [HI], tools: [TOOL], tool_choice: manyKeys(size) })],
    [
      'a name of a tool',
      500_000,
      (size) => ({ messages: [HI], tools: [{ ...TOOL, name: 'a'.repeat(size) }] }),
    ],
    [
      'thinking',
      20_000,
      (size) => ({ messages: [HI], thinking: { type: 'enabled', budget_tokens: 1024, ...manyKeys(size) } }),
    ],
    [
      'an output schema',
      20_000,
      (size) => ({
        messages: [HI],
        output_config: { format: { type: 'json_schema', schema: manyKeys(size) } },
      }),
    ],
    [
      'kept tools',
      2_000,
      (size) => editing({ exclude_tools: many(Math.min(size, 10_000), (index) => `t${index}`) }),
    ],
    ['wrong kept tools', 50_000, (size) => editing({ exclude_tools: manyWrong(size) })],
    ['wrong cleared inputs', 50_000, (size) => editing({ clear_tool_inputs: manyWrong(size) })],
    ['unknown edits', 20_000, (size) => editing(manyKeys(size))],
    [
      'too many edits',
      100_000,
      (size) => ({ messages: [HI], context_management: { edits: manyWrong(size) } }),
    ],
    [
      'breakpoints',
      1_000,
      (size) =>
        userContent(many(size, () => ({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }))),
    ],
    ['servers of tools', 100_000, (size) => ({ messages: [HI], mcp_servers: manyWrong(size) })],
    ['stop sequences', 2_000, (size) => ({ messages: [HI], stop_sequences: stops(size) })],
    ['unknown fields', 10_000, (size) => ({ messages: [HI], ...manyKeys(size) })],
  ]
  const read = (body: Body) =>
    parseMessagesParams(body, {
      ...costs(),
      version: '2023-06-01',
      betas: new Set<string>(),
      rules,
      catalog,
      signatures,
      capabilitiesOf: () => capabilities,
      documents: NO_DOCUMENT_SOURCES,
      contextWindowOf: () => Number.POSITIVE_INFINITY,
    })
  const make = (body: GrowingField[2]) => (size: number) => ({
    model: 'claude-2.1',
    max_tokens: 1,
    ...body(size),
  })

  it.each(fields)('takes time in proportion to %s', async (_, size, body) => {
    const run = async (made: Body) => promptOf((await read(made)).conversation)
    await expectLinearCost({ make: make(body), run }, size)
  })

  it('takes time in proportion to what planCaching digests', async () => {
    const body = (size: number) => ({
      ...calling(size),
      system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
      cache_control: { type: 'ephemeral' },
    })
    const run = async (made: Body) => {
      const { conversation, request } = await read(made)
      await planCaching(conversation, request, {
        ...costs(),
        ledger: new CacheLedger(() => 0),
        scope: null,
        minTokens: 1,
        countTokens: async () => 5,
      })
    }
    await expectLinearCost({ make: make(body), run }, 500)
  })

  it('takes time in proportion to what editContext clears', async () => {
    const body = (size: number) => ({
      ...calling(size),
      context_management: {
        edits: [
          {
            type: 'clear_tool_uses_20250919',
            trigger: { type: 'tool_uses', value: 1 },
            clear_tool_inputs: true,
          },
        ],
      },
    })
    const run = async (made: Body) => {
      const { conversation, edits } = await read(made)
      expect(await editContext(conversation, edits ?? [], async () => 5)).toHaveProperty('appliedEdits.0')
    }
    await expectLinearCost({ make: make(body), run }, 500)
  })
})
