import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { useContinuo } from 'continuo-testing'
import { askAssistant } from '../src/weather-assistant.ts'

const continuo = useContinuo(
  { beforeAll: before, afterAll: after, afterEach },
  {
    recordings: new URL('./recordings/', import.meta.url),
    config: new URL('./continuo.json', import.meta.url),
  },
)
const client = new Anthropic({ apiKey: 'any', fetch: continuo.fetch })
const QUESTION = 'Do I need an umbrella in Köln?'
const ask = () => askAssistant(client, QUESTION, async (city) => `${city}: rain all day`)

test('answers with what the tool found: a recorded conversation', async () => {
  assert.equal(await ask(), 'Yes, take one: it will rain in Köln all day.')
  assert.equal(continuo.requests.length, 2)
  continuo.assertSent({ model: 'claude-haiku-4-5', tools: [{ name: 'weather' }] })
})

test('tries again when the API is overloaded', async () => {
  continuo.faults.next('overloaded', { retryAfterSeconds: 0 })
  assert.match(await ask(), /^Yes/)
  assert.equal(continuo.requests.length, 3)
})

test('does not show half a reply when the stream breaks off', async () => {
  continuo.faults.next('cut', { afterEvents: 4 })
  assert.match(await ask(), /cannot be reached/)
})

test('does not look a city up that is no text', async () => {
  continuo.faults.next('tool-input-against-schema')
  await ask()
  const [, second] = continuo.requests
  assert.match(JSON.stringify(second?.body.messages), /The city must be a text/)
})
