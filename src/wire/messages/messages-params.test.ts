import { describe, expect, it } from 'vitest'
import { signatures } from '../../../test/block-context.ts'
import { NO_DOCUMENT_SOURCES } from '../../../test/no-document-sources.ts'
import { refusal } from '../../../test/refusal.ts'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { ModelCatalog } from '../../models/model-catalog.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { type ApiRules, DEFAULT_API_RULES } from '../api-rules.ts'
import type { ApiVersion } from '../api-version.ts'
import { LARGEST_COUNT, MAX_MESSAGES, MAX_TOOLS } from '../body-schema.ts'
import { parseCountTokensParams, parseMessagesParams } from './messages-params.ts'

const HI = { role: 'user', content: 'Hi' }
const OK = { model: 'claude-2', max_tokens: 16, messages: [HI] }
const catalog = new ModelCatalog({ configuredModelIds: [] })
const MODEL_ID = catalog.resolve('claude-2')

interface Settings {
  readonly rules?: Partial<ApiRules>
  readonly version?: ApiVersion
  readonly betas?: readonly string[]
}

function contextOf({ rules, version = '2023-06-01', betas = [] }: Settings = {}) {
  return {
    slices: new WorkSlices(),
    version,
    betas: new Set(betas),
    rules: { ...DEFAULT_API_RULES, ...rules },
    catalog,
    signatures,
    capabilitiesOf: () => ({ tools: true, images: true, outputSchema: true, rawPrompts: true }),
    documents: NO_DOCUMENT_SOURCES,
    contextWindowOf: () => 2048,
  }
}

const parse = (change: object, settings?: Settings) =>
  parseMessagesParams({ ...OK, ...change }, contextOf(settings))

describe('parseMessagesParams', () => {
  it('has defaults for what is left out, or null', async () => {
    const nulls = { stop_sequences: null, stream: null, temperature: null, top_p: null, top_k: null }
    for (const change of [{}, { ...nulls, metadata: null, service_tier: null, system: null, tools: null }]) {
      expect(await parse(change)).toEqual({
        conversation: expect.objectContaining({ turns: [expect.objectContaining({ role: 'user' })] }),
        edits: null,
        citable: [],
        documentFileIds: [],
        skills: null,
        inferenceGeo: 'global',
        omitsThinking: false,
        allowsPriority: true,
        stream: false,
        request: {
          modelId: MODEL_ID,
          maxTokens: 16,
          stopSequences: [],
          sampling: { temperature: 1, topP: null, topK: null },
          ...NO_TOOLS_OR_THINKING,
        },
      })
    }
  })

  it('reads how to generate', async () => {
    const { request, stream } = await parse({
      stop_sequences: ['X'],
      stream: true,
      temperature: 0,
      top_p: 0.5,
      top_k: 0,
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    })
    expect(stream).toBe(true)
    expect(request).toMatchObject({
      stopSequences: ['X'],
      sampling: { temperature: 0, topP: 0.5, topK: 0 },
    })
  })

  it('reads thinking, tool_choice and edits', async () => {
    const { request, edits } = await parse({
      thinking: { type: 'enabled', budget_tokens: 1024 },
      tools: [{ name: 't', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 't', disable_parallel_tool_use: true },
      context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
    })
    expect(request).toMatchObject({
      thinkingBudgetTokens: 1024,
      toolChoice: { type: 'tool', name: 't' },
      allowsParallelToolCalls: false,
    })
    expect(edits).toEqual([{ type: 'clear-thinking', keptTurns: 1 }])
  })

  it('reduces numbers larger than any model needs', async () => {
    const { request } = await parse({ max_tokens: 1e300, top_k: 1e300 })
    expect([request.maxTokens, request.sampling.topK]).toEqual([LARGEST_COUNT, LARGEST_COUNT])
  })

  it.each<[object, string]>([
    [{ model: '' }, 'model: String should have at least 1 character'],
    [{ messages: 'Hi' }, 'messages: Input should be a valid list'],
    [{ messages: Array(MAX_MESSAGES + 1) }, `messages: List should have at most ${MAX_MESSAGES} items`],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ max_tokens: -1 }, 'max_tokens: Input should be greater than or equal to 0'],
    [{ max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer, got a number with a fractional part'],
    [{ system: 7 }, 'system: Input should be a valid string or list'],
    [{ tools: {} }, 'tools: Input should be a valid list'],
    [{ tools: Array(MAX_TOOLS + 1) }, `tools: List should have at most ${MAX_TOOLS} items`],
    [{ output_format: 'json' }, 'output_format: Input should be a valid dictionary'],
    [{ output_format: { type: 'json_schema' } }, 'output_format.schema: Field required'],
    [{ output_config: 7 }, 'output_config: Input should be a valid dictionary'],
    [
      { output_config: { effort: 'none' } },
      "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
    ],
    [{ mcp_servers: {} }, 'mcp_servers: Input should be a valid list'],
    [{ cache_control: { type: 'x' } }, "cache_control.type: Input should be 'ephemeral'"],
    [{ stop_sequences: 'X' }, 'stop_sequences: Input should be a valid list'],
    [{ stop_sequences: ['X', ' \n'] }, 'stop_sequences: each stop sequence must contain non-whitespace'],
    [{ stop_sequences: [''] }, 'stop_sequences: each stop sequence must be non-empty'],
    [{ stream: 1 }, 'stream: Input should be a valid boolean'],
    [{ temperature: 1.01 }, 'temperature: range: 0..1'],
    [{ top_p: -0.01 }, 'top_p: range: 0..1'],
    [{ top_k: -2 }, 'top_k: Input should be greater than or equal to 0'],
    [{ metadata: { user: 'u' } }, 'metadata.user: Extra inputs are not permitted'],
    [{ service_tier: 'flex' }, "service_tier: Input should be 'auto' or 'standard_only'"],
    [{ prompt: 'Hi' }, 'prompt: Extra inputs are not permitted'],
    [{ context_management: { edits: 7 } }, 'context_management.edits: Input should be a valid list'],
  ])('refuses %.80j', async (change, message) => {
    await expect(parse(change)).rejects.toThrow(refusal(message))
  })

  it('refuses an unknown model', async () => {
    await expect(parse({ model: 'x' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'model: x',
    })
  })

  it.each([
    'container',
    'inference_geo',
    'user_profile_id',
    'speed',
    'fallbacks',
    'compaction',
    'diagnostics',
  ])('ignores %s where nothing depends on it', async (field) => {
    const change = { [field]: field === 'container' ? null : 'x' }
    await expect(parse(change)).resolves.toBeDefined()
  })

  it('refuses personal data only under the rule checkUserId', async () => {
    const change = { metadata: { user_id: 'ada@example.org' } }
    await expect(parse(change)).resolves.toBeDefined()
    await expect(parse(change, { rules: { checkUserId: true } })).rejects.toThrow(
      refusal('metadata.user_id: user_id appears to contain an email address'),
    )
    await expect(parse({}, { rules: { checkUserId: true } })).resolves.toBeDefined()
  })

  it('reads −1 as off, and refuses it only under the rule strictRequests', async () => {
    const { request } = await parse({ top_p: -1, top_k: -1 })
    expect(request.sampling).toMatchObject({ topP: null, topK: null })
    const rules = { strictRequests: true }
    await expect(parse({ top_p: -1 }, { rules })).rejects.toThrow(refusal('top_p: range: 0..1'))
    await expect(parse({ top_k: -1 }, { rules })).rejects.toThrow(
      refusal('top_k: Input should be greater than or equal to 0'),
    )
  })

  it('refuses more tokens than the context window only under the rule refuseExcessTokens', async () => {
    const rules = { refuseExcessTokens: true }
    await expect(parse({ max_tokens: 2049 })).resolves.toBeDefined()
    await expect(parse({ max_tokens: 2048 }, { rules })).resolves.toBeDefined()
    await expect(parse({ max_tokens: 2049 }, { rules })).rejects.toThrow(
      refusal(
        `max_tokens: 2049 > 2048, which is the maximum allowed number of output tokens for ${MODEL_ID}`,
      ),
    )
  })

  it('checks thinking only under the rule checkThinking, and its budget with the interleaving beta not at all', async () => {
    const change = { thinking: { type: 'enabled', budget_tokens: 1024 } }
    const rules = { checkThinking: true }
    await expect(parse(change)).resolves.toBeDefined()
    await expect(parse(change, { rules })).rejects.toThrow(
      refusal('`max_tokens` must be greater than `thinking.budget_tokens`.'),
    )
    const betas = ['interleaved-thinking-2025-05-14']
    await expect(parse(change, { rules, betas })).resolves.toBeDefined()
  })

  it.each(['temperature', 'top_p', 'top_k'])(
    'refuses %s in version 2026-10-21 under the rule strictVersions',
    async (field) => {
      const change = { [field]: 1 }
      const strict = { rules: { strictVersions: true } }
      await expect(parse(change, { ...strict, version: '2026-10-21' })).rejects.toThrow(
        refusal(`${field}: Extra inputs are not permitted`),
      )
      await expect(parse(change, strict)).resolves.toBeDefined()
      await expect(parse(change, { version: '2026-10-21' })).resolves.toBeDefined()
    },
  )
})

it('a container is refused where messages cannot use skills', async () => {
  await expect(parse({ container: 'c' })).rejects.toThrow(
    refusal('container: Code execution containers and Skills cannot be run on this server.'),
  )
})

describe('parseCountTokensParams', () => {
  const count = (change: object) =>
    parseCountTokensParams({ model: 'claude-2', messages: [HI], ...change }, contextOf())

  it('reads model, conversation and edits', async () => {
    const edits = [{ type: 'clear_tool_uses_20250919' }]
    expect(await count({ system: 'S', context_management: { edits } })).toEqual({
      modelId: MODEL_ID,
      conversation: expect.objectContaining({ system: [{ block: 'S', cacheTtl: null }] }),
      edits: [expect.objectContaining({ type: 'clear-tool-uses' })],
    })
    expect((await count({})).edits).toBeNull()
  })

  it.each(['max_tokens', 'stream', 'temperature', 'stop_sequences', 'metadata'])(
    'refuses %s, which counts nothing',
    async (field) => {
      await expect(count({ [field]: 1 })).rejects.toThrow(refusal(`${field}: Extra inputs are not permitted`))
    },
  )
})
