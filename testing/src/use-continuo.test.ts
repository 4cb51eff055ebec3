import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestContinuo } from './open-test-continuo.ts'
import { useContinuo } from './use-continuo.ts'

const recordings = new URL('../../examples/testing/test/recordings/', import.meta.url)
const QUESTION = 'Do I need an umbrella in Köln?'
const WEATHER = {
  name: 'weather',
  description: 'The weather in a city.',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
}
const ASKED: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: QUESTION }],
  tools: [WEATHER],
}

describe('useContinuo', () => {
  const continuo = useContinuo({ beforeAll, afterAll, afterEach }, { recordings })
  const client = new Anthropic({ apiKey: 'any', fetch: continuo.fetch, maxRetries: 0 })

  it('plays recordings without a port, and notes what was sent', async () => {
    const message = await client.messages.create(ASKED)
    expect(message.content).toMatchObject([
      { text: 'Let me look.' },
      { name: 'weather', input: { city: 'Köln' } },
    ])
    expect(continuo.requests).toMatchObject([
      { method: 'POST', path: '/v1/messages', headers: { 'x-api-key': 'any' }, body: { max_tokens: 100 } },
    ])
    continuo.assertSent({ tools: [{ name: 'weather' }] })
    expect(() => continuo.assertSent({ tools: [{ name: 'other' }] })).toThrow(/other/)
  })

  it('has forgotten the requests of the test before', () => {
    expect(continuo.requests).toEqual([])
    expect(() => continuo.assertSent({})).toThrow()
  })

  it('lets the next request fail, and only that', async () => {
    continuo.faults.next('rate-limited', { retryAfterSeconds: 5 })
    const error = await client.messages.create(ASKED).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect(error.headers.get('retry-after')).toBe('5')
    await client.messages.create(ASKED)
    continuo.faults.add('failed')
    await expect(client.messages.create(ASKED)).rejects.toThrow(Anthropic.InternalServerError)
  })

  it('has forgotten the faults of the test before', async () => {
    await client.messages.create(ASKED)
  })

  it('listens for programs that take an address', async () => {
    const baseURL = await continuo.listen()
    expect(await continuo.listen()).toBe(baseURL)
    continuo.faults.next('reset')
    const remote = new Anthropic({ apiKey: 'any', baseURL, maxRetries: 0 })
    await expect(remote.messages.create(ASKED)).rejects.toThrow(Anthropic.APIConnectionError)
    await remote.messages.create(ASKED)
    expect(continuo.requests).toMatchObject([
      { path: '/v1/messages', body: { tools: [{ name: 'weather' }] } },
    ])
  })

  it('refuses what was not recorded', async () => {
    const unknown = client.messages.create({ ...ASKED, messages: [{ role: 'user', content: 'Do I?' }] })
    await expect(unknown).rejects.toThrow(/nearest is do-i-need-an-umbrella/)
  })
})

describe('openTestContinuo', () => {
  it('takes a folder as a path, a URL, or the text of a URL; one that is not there is empty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-testing-'))
    for (const place of [folder, pathToFileURL(folder), pathToFileURL(folder).href]) {
      const continuo = await openTestContinuo({ recordings: place, mode: 'replay' })
      const client = new Anthropic({ apiKey: 'any', fetch: continuo.fetch, maxRetries: 0 })
      await expect(client.messages.create(ASKED)).rejects.toThrow(/which has 0/)
      await continuo.close()
    }
    expect(readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
