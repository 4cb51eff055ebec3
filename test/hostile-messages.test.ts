import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { ScriptedEngine } from './scripted-engine.ts'
import { startScriptedServer } from './start-scripted-server.ts'

const engine = new ScriptedEngine({ steps: ['Hi', { ends: 'end-of-generation' }] })
const server = await startScriptedServer(engine)
afterAll(() => server.closeNow())

const HI = { role: 'user', content: 'Hi' }
const OK = { model: 'claude-2', messages: [HI], max_tokens: 16 }

interface ApiResponse {
  readonly usage?: Readonly<Record<string, number>>
  readonly error?: { readonly message: string }
  readonly input_tokens?: number
}

async function post(path: string, body: object): Promise<{ status: number; json: ApiResponse }> {
  const headers = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
  const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = JSON.parse(await response.text())
  if (response.status !== 200) {
    expect([json.type, json.request_id]).toEqual(['error', response.headers.get('request-id')])
    expect(json.error.message).not.toBe('Internal server error')
  }
  return { status: response.status, json }
}

const mark = fc.constantFrom(null, null, { type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' })
const words = fc.constantFrom('a', 'what is it?', 'Rain, rain, go away. '.repeat(2))
const textBlock = fc.record({ type: fc.constant('text'), text: words, cache_control: mark })
const documentBlock = fc.record({
  type: fc.constant('document'),
  title: fc.constantFrom(null, 'A title'),
  source: fc.record({ type: fc.constant('text'), media_type: fc.constant('text/plain'), data: words }),
  cache_control: mark,
})
const thinkingBlock = fc.record({
  type: fc.constant('thinking'),
  thinking: words,
  signature: fc.constant('x'),
})
const message = fc.oneof(
  fc.record({
    role: fc.constant('user'),
    content: fc.oneof(words, fc.array(fc.oneof(textBlock, documentBlock), { minLength: 1, maxLength: 3 })),
  }),
  fc.record({
    role: fc.constant('assistant'),
    content: fc.oneof(words, fc.array(fc.oneof(textBlock, thinkingBlock), { minLength: 1, maxLength: 3 })),
  }),
)
const tool = fc.record({
  name: fc.constantFrom('look', 'rest'),
  input_schema: fc.constant({ type: 'object' }),
  cache_control: mark,
})
/** Mostly valid bodies; some have too many breakpoints, too many tokens, or end in white space. */
const prompt = fc.record(
  {
    model: fc.constant('claude-opus-4-5'),
    messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    system: fc.oneof(words, fc.array(textBlock, { maxLength: 2 })),
    tools: fc.array(tool, { maxLength: 1 }),
    thinking: fc.constant({ type: 'adaptive' }),
    cache_control: mark,
    context_management: fc.constant({ edits: [{ type: 'clear_tool_uses_20250919' }] }),
  },
  { requiredKeys: ['model', 'messages'] },
)

test('a count equals the charged tokens of the message, whatever is cached', async () => {
  let respondedCount = 0
  await fc.assert(
    fc.asyncProperty(prompt, async (body) => {
      const count = await post('/v1/messages/count_tokens', body)
      for (let round = 0; round < 2; round++) {
        const { status, json } = await post('/v1/messages', { ...body, max_tokens: 1 })
        if (status !== 200) return
        respondedCount += 1
        const { usage = {} } = json
        const names = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'] as const
        expect(names.reduce((sum, name) => sum + (usage[name] ?? Number.NaN), 0)).toBe(
          count.json.input_tokens,
        )
      }
    }),
    { numRuns: 60 },
  )
  expect(respondedCount).toBeGreaterThan(30)
})

test('random values in every field', async () => {
  const fields = [
    ...['model', 'messages', 'max_tokens', 'system', 'tools', 'tool_choice', 'thinking', 'stop_sequences'],
    ...['temperature', 'top_p', 'top_k', 'metadata', 'service_tier', 'output_format', 'output_config'],
    ...['context_management', 'container', 'mcp_servers', 'cache_control', 'stream'],
  ]
  const change = fc.dictionary(
    fc.oneof(fc.constantFrom(...fields), fc.string()),
    fc.jsonValue({ maxDepth: 3 }),
    { minKeys: 1, maxKeys: 3 },
  )
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const { status } = await post('/v1/messages', { ...OK, ...changed, stream: false })
      expect([200, 400, 404]).toContain(status)
    }),
    { numRuns: 100 },
  )
})

test('random values in every field of every block', async () => {
  const types = ['text', 'image', 'document', 'search_result', 'tool_use', 'tool_result', 'thinking', 'x']
  const names = [
    'text',
    'source',
    'content',
    'id',
    'name',
    'input',
    'tool_use_id',
    'thinking',
    'signature',
    'title',
  ]
  const block = fc
    .tuple(
      fc.constantFrom(...types),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
    )
    .map(([type, rest]) => ({ ...rest, type }))
  const role = fc.constantFrom('user', 'assistant')
  const messages = fc.array(fc.record({ role, content: fc.array(block, { maxLength: 3 }) }), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(messages, async (changed) => {
      const { status } = await post('/v1/messages', { ...OK, messages: changed })
      expect([200, 400]).toContain(status)
    }),
    { numRuns: 150 },
  )
})

test('the most messages, of one role and of two', async () => {
  const many = (roles: readonly string[]) =>
    Array.from({ length: 100_000 }, (_, index) => ({ role: roles[index % roles.length], content: 'x' }))
  for (const roles of [['user'], ['user', 'assistant']]) {
    const { status, json } = await post('/v1/messages', { ...OK, messages: many(roles) })
    expect([status, json.error]).toMatchObject([
      400,
      { message: expect.stringMatching(/^prompt is too long/) },
    ])
  }
  const { json } = await post('/v1/messages', { ...OK, messages: [...many(['user']), HI] })
  expect(json.error).toMatchObject({ message: 'messages: List should have at most 100000 items' })
})

test('a list of only numbers', async () => {
  const numbers = Array.from({ length: 300_000 }, () => 0)
  for (const change of [
    { messages: [{ role: 'user', content: numbers }] },
    { system: numbers },
    { tools: numbers },
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: numbers }] }] },
    { context_management: { edits: numbers } },
  ]) {
    expect((await post('/v1/messages', { ...OK, ...change })).status).toBe(400)
  }
})

test('no request is left running, and none failed in the server', () => {
  expect(engine.running.value).toBe(0)
  expect(server.logLines.filter(({ message }) => message !== 'request')).toEqual([])
})
