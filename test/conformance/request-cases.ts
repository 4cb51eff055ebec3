import { expect } from 'vitest'
import {
  type ConformanceCase,
  completionOf,
  expectError,
  INVALID_REQUEST,
  refusal,
  send,
  success,
  textOf,
} from './conformance-case.ts'

/** Cases 1 to 29: the fields of a request and of a response. */
export const REQUEST_CASES: readonly ConformanceCase[] = [
  {
    number: '1',
    title: 'a completion has its keys in the order of the real API',
    check: async (server) => {
      const response = await send(server)
      expect(response.headers.get('content-type')).toBe('application/json')
      const keys = Object.keys(await completionOf(response))
      expect(keys).toEqual(['type', 'id', 'completion', 'stop_reason', 'model', 'stop', 'log_id'])
    },
  },
  {
    number: '2',
    title: 'id, log_id and type',
    check: async (server) => {
      const { id, log_id, type } = await completionOf(await send(server))
      expect(id).toMatch(/^compl_[0-9A-Za-z]{24}$/)
      expect(log_id).toBe(id)
      expect(type).toBe('completion')
    },
  },
  {
    number: '3',
    title: 'request-id and anthropic-organization-id',
    check: async (server) => {
      const { headers } = await send(server)
      expect(headers.get('request-id')).toMatch(/^req_[0-9A-Za-z]{24}$/)
      expect(headers.get('anthropic-organization-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    },
  },
  {
    number: '4',
    title: 'a natural end is the built-in stop sequence',
    check: async (server) => {
      const body = { max_tokens_to_sample: 2000 }
      const completion = await completionOf(await send(server, { body }))
      expect(completion).toMatchObject({ stop_reason: 'stop_sequence', stop: '\n\nHuman:' })
    },
  },
  {
    number: '5',
    title: 'max_tokens_to_sample ends a long completion',
    check: async (server) => {
      const completion = await completionOf(await send(server, { body: { max_tokens_to_sample: 1 } }))
      expect(completion).toMatchObject({ stop_reason: 'max_tokens', stop: null })
    },
  },
  success('6', 'a max_tokens_to_sample above every limit is capped', { body: { max_tokens_to_sample: 1e6 } }),
  refusal('7', 'max_tokens_to_sample 0', { body: { max_tokens_to_sample: 0 } }, [
    400,
    INVALID_REQUEST,
    'max_tokens_to_sample: Input should be greater than or equal to 1',
  ]),
  refusal('8', 'max_tokens_to_sample as text', { body: { max_tokens_to_sample: '5' } }, [
    400,
    INVALID_REQUEST,
    'max_tokens_to_sample: Input should be a valid integer',
  ]),
  refusal('9', 'no max_tokens_to_sample', { without: ['max_tokens_to_sample'] }, [
    400,
    INVALID_REQUEST,
    'max_tokens_to_sample: Field required',
  ]),
  refusal('10', 'only the first error is reported', { rawBody: '{"prompt":"test"}' }, [
    400,
    INVALID_REQUEST,
    'max_tokens_to_sample: Field required',
  ]),
  refusal('11', 'no model', { without: ['model'] }, [400, INVALID_REQUEST, 'model: Field required']),
  refusal('12', 'no prompt', { without: ['prompt'] }, [400, INVALID_REQUEST, 'prompt: Field required']),
  refusal('13', 'a prompt that is a list', { body: { prompt: ['x'] } }, [
    400,
    INVALID_REQUEST,
    'prompt: Input should be a valid string',
  ]),
  refusal('14', 'an empty prompt', { body: { prompt: '' } }, [
    400,
    INVALID_REQUEST,
    'prompt: String should have at least 1 character',
  ]),
  refusal('15', 'an unknown field', { body: { foo: 1 } }, [
    400,
    INVALID_REQUEST,
    'foo: Extra inputs are not permitted',
  ]),
  refusal('16', 'service_tier', { body: { service_tier: 'auto' } }, [
    400,
    INVALID_REQUEST,
    'service_tier: Extra inputs are not permitted',
  ]),
  refusal('16', 'system', { body: { system: 'x' } }, [
    400,
    INVALID_REQUEST,
    'system: Extra inputs are not permitted',
  ]),
  refusal('17', 'temperature −5', { body: { temperature: -5 } }, [
    400,
    INVALID_REQUEST,
    'temperature: range: 0..1',
  ]),
  success('18', 'temperature 1.0', { body: { temperature: 1.0 } }),
  success('18', 'temperature 0.0', { body: { temperature: 0.0 } }),
  refusal('19', 'temperature 1.1', { body: { temperature: 1.1 } }, [
    400,
    INVALID_REQUEST,
    'temperature: range: 0..1',
  ]),
  refusal('20', 'top_p 1.5', { body: { top_p: 1.5 } }, [400, INVALID_REQUEST, /^top_p: /]),
  refusal('20', 'top_k −1', { body: { top_k: -1 } }, [400, INVALID_REQUEST, /^top_k: /], {
    rules: { strictRequests: true },
  }),
  success('20', 'top_k and top_p −1 for off', { body: { top_k: -1, top_p: -1 } }),
  refusal('20', 'top_k 1.5', { body: { top_k: 1.5 } }, [400, INVALID_REQUEST, /^top_k: /]),
  success('21', 'metadata.user_id null', { body: { metadata: { user_id: null } } }),
  refusal('22', 'metadata.user_id of 257 characters', { body: { metadata: { user_id: 'x'.repeat(257) } } }, [
    400,
    INVALID_REQUEST,
    'metadata.user_id: String should have at most 256 characters',
  ]),
  refusal('23', 'an unknown field of metadata', { body: { metadata: { x: 1 } } }, [
    400,
    INVALID_REQUEST,
    'metadata.x: Extra inputs are not permitted',
  ]),
  refusal(
    '24',
    'metadata.user_id is an email address, strict',
    { body: { metadata: { user_id: 'ada@example.org' } } },
    [400, INVALID_REQUEST, 'metadata.user_id: user_id appears to contain an email address'],
    { rules: { checkUserId: true } },
  ),
  success('24', 'metadata.user_id is an email address, not strict', {
    body: { metadata: { user_id: 'ada@example.org' } },
  }),
  {
    number: '25',
    title: 'a stop sequence ends the text before itself',
    check: async (server) => {
      const whole = await textOf(await send(server))
      const stop = middleOf(whole)
      const completion = await completionOf(await send(server, { body: { stop_sequences: [stop] } }))
      expect(completion).toMatchObject({
        completion: whole.slice(0, whole.indexOf(stop)),
        stop_reason: 'stop_sequence',
        stop,
      })
    },
  },
  {
    number: '26',
    title: 'of two stop sequences the one that comes first in the text wins',
    check: async (server) => {
      const whole = await textOf(await send(server))
      const early = whole.slice(1, 3)
      const late = whole.slice(3)
      const completion = await completionOf(await send(server, { body: { stop_sequences: [late, early] } }))
      expect(completion).toMatchObject({ completion: whole.slice(0, whole.indexOf(early)), stop: early })
    },
  },
  refusal('27', 'an empty stop sequence', { body: { stop_sequences: [''] } }, [
    400,
    INVALID_REQUEST,
    'stop_sequences: each stop sequence must be non-empty',
  ]),
  success('28', 'a stop sequence of white space', { body: { stop_sequences: ['\n'] } }),
  {
    number: '29',
    title: 'a stop sequence at the very start leaves an empty completion',
    check: async (server) => {
      const whole = await textOf(await send(server))
      const stop = whole.slice(0, 2)
      const completion = await completionOf(await send(server, { body: { stop_sequences: [stop] } }))
      expect(completion).toMatchObject({ completion: '', stop_reason: 'stop_sequence', stop })
    },
  },
  {
    number: '88',
    title: 'null for optional fields',
    check: async (server) => {
      const types = {
        stop_sequences: 'list',
        temperature: 'number',
        top_p: 'number',
        top_k: 'integer',
        metadata: 'dictionary',
        stream: 'boolean',
      }
      for (const [field, type] of Object.entries(types)) {
        const response = await send(server, { body: { [field]: null } })
        await expectError(response, 400, INVALID_REQUEST, `${field}: Input should be a valid ${type}`)
      }
    },
  },
]

/** Two characters from the middle of a text; they may be of two tokens. */
function middleOf(text: string): string {
  const middle = Math.floor(text.length / 2)
  return text.slice(middle, middle + 2)
}
