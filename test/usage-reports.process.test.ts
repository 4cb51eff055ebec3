import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { ContinuoProcess } from './run-continuo.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-usage-'))
const model = join(folder, 'random.gguf')
const state = join(folder, 'state')
const config = join(folder, 'continuo.json')
const HEADERS = { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
const MESSAGES = [{ role: 'user', content: 'Hi' }]

beforeAll(() => {
  writeRandomGguf(model, { contextTokens: 2048 })
  const prices = { '*': { input: 3, output: 15 }, 'claude-2': { input: 8, output: 24 } }
  writeFileSync(config, JSON.stringify({ prices, state, apiKeys: ['the-key'], adminKeys: ['the-admin-key'] }))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Every way to a completion: its path, and a body. */
const REQUESTS: readonly (readonly [string, object])[] = [
  ['/v1/complete', { model: 'claude-2', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 5 }],
  ['/v1/messages', { model: 'claude-opus-4-6', messages: MESSAGES, max_tokens: 6 }],
  ['/v1/chat/completions', { model: 'claude-opus-4-6', messages: MESSAGES, max_tokens: 7 }],
  ['/v1/completions', { model: 'claude-opus-4-6', prompt: 'Hi', max_tokens: 8 }],
  ['/v1/responses', { model: 'claude-opus-4-6', input: 'Hi', max_output_tokens: 16 }],
]

/** A busy machine is slow, not wrong. */
const TIMEOUT = { timeout: 60_000 }

describe('the usage of a server', () => {
  it('is the same in every report, whichever API was used, streamed or not', TIMEOUT, async () => {
    const quick = ['--model', model, '--threads', '1', '--seed', '1', '--port', '0', '--config', config]
    const server = new ContinuoProcess(['serve', ...quick], { CONTINUO_STATE: '' })
    try {
      const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/)
      for (const [path, body] of REQUESTS) {
        for (const stream of [false, true]) {
          const response = await post(`${url}${path}`, { ...body, stream })
          expect(response.status, await response.text()).toBe(200)
        }
      }
      // A refusal to a known key is counted by the command, and by no report.
      expect((await post(`${url}/v1/messages`, { model: 'claude-opus-4-6' })).status).toBe(400)

      const start = new Date(Date.now() - 3_600_000).toISOString()
      const get = (path: string) => getJson(`${url}/v1/organizations/${path}&starting_at=${start}`)
      const read = () => get('usage_report/messages?group_by[]=model&bucket_width=1h')
      await expect
        .poll(async () => outputOf((await read()).data), { timeout: 30_000, interval: 1_000 })
        .toBe(2 * (5 + 6 + 7 + 8 + 16))
      const end = new Date(Date.now() + 3_600_000).toISOString()
      const analytics = await get(`analytics/usage?time_bucket_width=1d&ending_at=${end}`)
      expect(sum<AnalyticsRow>(analytics.data, (row) => row.usage.requests)).toBe(10)
      expect(sum<AnalyticsRow>(analytics.data, (row) => row.usage.output_tokens)).toBe(84)

      const results = resultsOf((await get('cost_report?group_by[]=description')).data)
      const output = results.filter(({ token_type }) => token_type === 'output_tokens')
      // Cents: 10 tokens at $24 and 74 at $15 a million.
      expect(output.map(({ model: id, amount }) => [id, amount]).sort()).toEqual([
        ['claude-2.0', '0.024'],
        ['claude-opus-4-6', '0.111'],
      ])
      const command = new ContinuoProcess(['usage', '--config', config, '--by', 'key', '--json'], {
        CONTINUO_STATE: '',
      })
      expect(await command.exitCode()).toBe(0)
      const [row] = JSON.parse(command.stdout)
      expect(row).toMatchObject({ requests: 10, errors: 1, outputTokens: 84 })
      expect(row.apiKeyId).toMatch(/^apikey_/)
      const cents = (await get('cost_report?group_by[]=api_key_id')).data.flatMap(
        ({ results: costs }: { results: { amount: string }[] }) => costs.map(({ amount }) => amount),
      )
      expect(Number(row.costUsd) * 100).toBeCloseTo(sum(cents, Number), 9)
    } finally {
      server.child.kill('SIGKILL')
    }
  })
})

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { ...HEADERS, authorization: 'Bearer the-key' },
    body: JSON.stringify(body),
  })
}

// biome-ignore lint/suspicious/noExplicitAny: reports have several shapes
async function getJson(url: string): Promise<any> {
  const response = await fetch(url, { headers: { ...HEADERS, 'x-api-key': 'the-admin-key' } })
  expect(response.status).toBe(200)
  return await response.json()
}

interface AnalyticsRow {
  readonly usage: { readonly requests: number; readonly output_tokens: number }
}

interface Result {
  readonly output_tokens: number
  readonly token_type: string
  readonly model: string
  readonly amount: string
}

function resultsOf(buckets: readonly { readonly results: readonly Result[] }[]): Result[] {
  return buckets.flatMap(({ results }) => results)
}

function outputOf(buckets: readonly { readonly results: readonly Result[] }[]): number {
  return sum(resultsOf(buckets), (result) => result.output_tokens)
}

function sum<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((total, item) => total + figure(item), 0)
}
