import { describe, expect, it } from 'vitest'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { ModelCatalog } from '../../models/model-catalog.ts'
import type { ApiVersion } from '../api-version.ts'
import { MAX_STOP_SEQUENCE_UNITS_TOTAL, MAX_STOP_SEQUENCES } from '../body-schema.ts'
import { type CompleteParamsRules, parseCompleteParams } from './complete-params.ts'

const catalog = new ModelCatalog({ configuredModelIds: [] })
const LENIENT: CompleteParamsRules = {
  literalNewlineMarkers: true,
  refuseMessagesModels: false,
  checkUserId: false,
  strictRequests: false,
}
const OK = { prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16, model: 'claude-2.1' }

interface Settings {
  readonly version?: ApiVersion
  readonly rules?: Partial<CompleteParamsRules>
}

function parse(body: object, { version = '2023-06-01', rules }: Settings = {}) {
  return parseCompleteParams(body, { version, catalog, rules: { ...LENIENT, ...rules } })
}

/** The message that a change of the good body gets. */
function refusalOf(change: object, settings?: Settings): string {
  try {
    parse({ ...OK, ...change }, settings)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('parseCompleteParams', () => {
  it('fills in the API’s defaults', () => {
    expect(parse(OK)).toEqual({
      stream: false,
      request: {
        modelId: 'claude-2.1',
        prompt: expect.objectContaining({ text: OK.prompt }),
        maxTokens: 16,
        stopSequences: ['\n\nHuman:'],
        sampling: { temperature: 1, topP: null, topK: null },
        ...NO_TOOLS_OR_THINKING,
      },
    })
  })

  it.each([
    [{ prompt: 7 }, 'prompt: Input should be a valid string'],
    [{ prompt: null }, 'prompt: Input should be a valid string'],
    [{ model: [] }, 'model: Input should be a valid string'],
    [{ model: '' }, 'model: String should have at least 1 character'],
    [{ model: 'x'.repeat(257) }, 'model: String should have at most 256 characters'],
    [{ max_tokens_to_sample: null }, 'max_tokens_to_sample: Input should be a valid integer'],
    [{ max_tokens_to_sample: true }, 'max_tokens_to_sample: Input should be a valid integer'],
    [
      { max_tokens_to_sample: 1.5 },
      'max_tokens_to_sample: Input should be a valid integer, got a number with a fractional part',
    ],
    [{ max_tokens_to_sample: -1 }, 'max_tokens_to_sample: Input should be greater than or equal to 1'],
    [
      { max_tokens_to_sample: Number.POSITIVE_INFINITY },
      'max_tokens_to_sample: Input should be a valid integer',
    ],
    [{ temperature: '1' }, 'temperature: Input should be a valid number'],
    [{ temperature: -0.01 }, 'temperature: range: 0..1'],
    [{ top_p: -0.5 }, 'top_p: range: 0..1'],
    [{ top_p: 1.01 }, 'top_p: range: 0..1'],
    [{ top_k: -2 }, 'top_k: Input should be greater than or equal to 0'],
    [{ top_k: '1' }, 'top_k: Input should be a valid integer'],
    [{ stop_sequences: 'X' }, 'stop_sequences: Input should be a valid list'],
    [{ stop_sequences: ['a', 7] }, 'stop_sequences.1: Input should be a valid string'],
    [{ stop_sequences: ['a', ''] }, 'stop_sequences: each stop sequence must be non-empty'],
    [{ metadata: 'x' }, 'metadata: Input should be a valid dictionary'],
    [{ metadata: { user_id: 7 } }, 'metadata.user_id: Input should be a valid string'],
    [{ metadata: { foo: 1 } }, 'metadata.foo: Extra inputs are not permitted'],
    [{ stream: 'true' }, 'stream: Input should be a valid boolean'],
    [{ messages: [] }, 'messages: Extra inputs are not permitted'],
    [{ tags: {} }, 'tags: Extra inputs are not permitted'],
    [JSON.parse('{"__proto__":1}'), '__proto__: Extra inputs are not permitted'],
    [{ constructor: 1 }, 'constructor: Extra inputs are not permitted'],
  ])('refuses %j', (change, message) => {
    // A spread would set the prototype instead of the key.
    const body = Object.assign(Object.create(null), OK)
    for (const [key, value] of Object.entries(change)) {
      Object.defineProperty(body, key, { value, enumerable: true, configurable: true })
    }
    expect(() => parse({ ...body })).toThrow(expect.objectContaining({ code: 'invalid-request', message }))
  })

  it('reports errors in the order of the schema, unknown fields last', () => {
    const wrong = { foo: 1, stream: 1, temperature: 9, model: 1, max_tokens_to_sample: 0, prompt: 1 }
    const fields = ['prompt', 'max_tokens_to_sample', 'model', 'temperature', 'stream', 'foo'] as const
    const body: Record<string, unknown> = { ...wrong }
    for (const field of fields) {
      expect(() => parse(body)).toThrow(new RegExp(`^${field}: `))
      delete body[field]
      if (field in OK) body[field] = OK[field as keyof typeof OK]
    }
    expect(parse(body).stream).toBe(false)
  })

  it('checks the schema before the model, and the model before the prompt', () => {
    const wrong = { model: 'claude-foo', prompt: 'Hi' }
    expect(refusalOf({ ...wrong, foo: 1 })).toMatch(/^foo/)
    expect(refusalOf(wrong)).toBe('model: claude-foo')
    expect(refusalOf({ prompt: 'Hi' })).toMatch(/^prompt must start/)
  })

  it('counts lengths in characters', () => {
    expect(refusalOf({ metadata: { user_id: '😀'.repeat(256) } })).toBe('accepted')
    expect(refusalOf({ metadata: { user_id: '😀'.repeat(257) } })).toMatch(/at most 256/)
  })

  it('bounds the number and the length of stop sequences', () => {
    const many = (count: number) => Array.from({ length: count }, () => 'x')
    expect(refusalOf({ stop_sequences: many(MAX_STOP_SEQUENCES) })).toBe('accepted')
    expect(refusalOf({ stop_sequences: many(MAX_STOP_SEQUENCES + 1) })).toBe(
      'stop_sequences: List should have at most 8191 items',
    )
    const long = 'x'.repeat(MAX_STOP_SEQUENCE_UNITS_TOTAL)
    expect(refusalOf({ stop_sequences: [long] })).toBe('accepted')
    expect(refusalOf({ stop_sequences: [long, 'x'] })).toBe(
      'stop_sequences: stop sequences should have at most 131072 characters together',
    )
  })

  it('caps numbers at 32 bits', () => {
    const { request } = parse({ ...OK, max_tokens_to_sample: 1e300, top_k: 1e300 })
    expect([request.maxTokens, request.sampling.topK]).toEqual([2 ** 31 - 1, 2 ** 31 - 1])
  })

  it.each<ApiVersion>(['2023-01-01', '2023-06-01', '2026-10-21'])(
    'accepts −1 for "off" in version %s',
    (version) => {
      const { request } = parse({ ...OK, top_k: -1, top_p: -1 }, { version })
      expect(request.sampling).toEqual({ temperature: 1, topP: null, topK: null })
    },
  )

  it('accepts −1 only in the first version with strictRequests', () => {
    const rules = { strictRequests: true }
    expect(refusalOf({ top_p: -1 }, { rules })).toBe('top_p: range: 0..1')
    expect(refusalOf({ top_k: -1 }, { rules })).toBe('top_k: Input should be greater than or equal to 0')
    expect(refusalOf({ top_k: -1, top_p: -1 }, { rules, version: '2023-01-01' })).toBe('accepted')
  })

  it('accepts tags in the first version', () => {
    const version = '2023-01-01'
    expect(refusalOf({ tags: { a: 'b' } }, { version })).toBe('accepted')
    expect(refusalOf({ top_p: -0.5 }, { version })).toBe('top_p: range: 0..1')
    expect(refusalOf({ top_k: -2 }, { version })).toMatch(/^top_k: /)
    expect(refusalOf({ tags: { a: 1 } }, { version })).toBe('tags.a: Input should be a valid string')
    expect(refusalOf({ prompt: '\n\nAssistant:' }, { version })).toBe(
      'prompt must start with "\n\nHuman:" turn',
    )
  })

  it.each([
    ['ada@example.org', 'email address'],
    ['user ada@example.org!', 'email address'],
    ['+44 20 7946 0958', 'phone number'],
    ['(555) 123-4567', 'phone number'],
    ['555-123-4567', 'phone number'],
  ])('refuses the user_id %s with checkUserId', (user_id, what) => {
    const change = { metadata: { user_id } }
    expect(refusalOf(change, { rules: { checkUserId: true } })).toMatch(
      new RegExp(`^metadata.user_id: user_id appears to contain an? ${what}$`),
    )
    expect(refusalOf(change)).toBe('accepted')
  })

  it.each([
    '13803d75-b4b5-4c3e-b2a2-6f21399b021b',
    'user-20260101',
    '5551234567',
    'a@b',
    '',
    '2026-11-23 08:25',
  ])('accepts the user_id %j with checkUserId', (user_id) => {
    expect(refusalOf({ metadata: { user_id } }, { rules: { checkUserId: true } })).toBe('accepted')
  })

  it('refuses models of the Messages API with refuseMessagesModels', () => {
    const rules = { refuseMessagesModels: true }
    expect(refusalOf({ model: 'claude-opus-4-0' }, { rules })).toBe(
      '"claude-opus-4-0" is not supported on this API. Please use the Messages API instead.',
    )
    expect(refusalOf({ model: 'claude-instant-1' }, { rules })).toBe('accepted')
    expect(parse({ ...OK, model: 'claude-opus-4-0' }).request.modelId).toBe('claude-opus-4-20250514')
  })
})
