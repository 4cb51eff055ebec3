// The page docs/testing.md under Jest, with the recordings of examples/testing.

import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { useContinuo } from 'continuo-testing'

const continuo = useContinuo(
  { beforeAll, afterAll, afterEach },
  { recordings: new URL('./testing/test/recordings/', import.meta.url) },
)
const client = new Anthropic({ apiKey: 'any', fetch: continuo.fetch })
const ASKED = {
  model: 'claude-haiku-4-5',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'Do I need an umbrella in Köln?' }],
  tools: [
    {
      name: 'weather',
      description: 'The weather in a city.',
      input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
}

test('plays a recording after a fault', async () => {
  continuo.faults.next('overloaded', { retryAfterSeconds: 0 })
  const { content } = await client.messages.create(ASKED)
  expect(content[1]).toMatchObject({ name: 'weather', input: { city: 'Köln' } })
  expect(continuo.requests).toHaveLength(2)
})

test('has forgotten the requests of the test before, and streams', async () => {
  expect(continuo.requests).toEqual([])
  const { stop_reason } = await client.messages.stream(ASKED).finalMessage()
  expect(stop_reason).toBe('tool_use')
  continuo.assertSent({ stream: true, tools: [{ name: 'weather' }] })
})

test('serves programs that take an address', async () => {
  const remote = new Anthropic({ apiKey: 'any', baseURL: await continuo.listen() })
  expect((await remote.messages.create(ASKED)).stop_reason).toBe('tool_use')
})
