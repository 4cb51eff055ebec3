import { describe, expect, it } from 'vitest'
import { CompletionError } from '../src/completion/completion-error.ts'
import { openLimits } from '../src/limits/open-limits.ts'
import { LIMITS_SCHEMA } from '../src/limits/settings.ts'
import { eventLoopTurns } from './event-loop-turns.ts'
import { type Script, ScriptedEngine } from './scripted-engine.ts'
import { createScriptedApp, TEST_ORGANIZATION_ID } from './start-scripted-server.ts'

const SHORT: Script = {
  steps: [' Hi', ' you', { ends: 'end-of-generation' }],
}
const HANGING: Script = { steps: [' Hi', { hangs: true }] }

/** A server whose limits count in memory, and its client. */
function serve(settings: object, script: Script = SHORT, costNanoDollars = 0) {
  const refusals: string[] = []
  const limits = openLimits({
    settings: LIMITS_SCHEMA.parse(settings),
    organizationId: TEST_ORGANIZATION_ID,
    resolveModel: (id) => id,
    hasModel: () => true,
    declaredKeys: [],
    shared: null,
    observer: {
      onRefusal: (measure, scope) => void refusals.push(`${measure} of ${scope}`),
      onLease: () => undefined,
    },
  })
  const { app, usageRecords } = createScriptedApp(new ScriptedEngine(script), {
    apiKeys: ['K', 'L'],
    admit: limits.admission.admit,
    costOf: () => costNanoDollars,
  })
  const post = (path: string, body: object, headers: Record<string, string>, signal?: AbortSignal) =>
    app.fetch(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    })
  const message = (change: { body?: object; key?: string; signal?: AbortSignal } = {}) =>
    post(
      '/v1/messages',
      { model: 'claude-2.1', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }], ...change.body },
      { 'x-api-key': change.key ?? 'K', 'anthropic-version': '2023-06-01' },
      change.signal,
    )
  return { message, post, refusals, usageRecords }
}

const limitHeadersOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => /ratelimit|priority|retry/.test(name)))

describe('a limit of requests', () => {
  it('shows what is left, and refuses what exceeds it until the time in the header', async () => {
    const { message, refusals } = serve({ organization: { requestsPerMinute: 2 } })
    const first = await message()
    expect(first.status).toBe(200)
    expect(limitHeadersOf(first)).toEqual({
      'anthropic-ratelimit-requests-limit': '2',
      'anthropic-ratelimit-requests-remaining': '1',
      'anthropic-ratelimit-requests-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect(Date.parse(first.headers.get('anthropic-ratelimit-requests-reset') ?? '')).toBeGreaterThan(
      Date.now() + 28_000,
    )
    expect(
      (await message({ body: { stream: true } })).headers.get('anthropic-ratelimit-requests-remaining'),
    ).toBe('0')
    const refused = await message()
    expect(refused.status).toBe(429)
    expect(limitHeadersOf(refused)).toMatchObject({
      'anthropic-ratelimit-requests-remaining': '0',
      'retry-after': '30',
      'x-should-retry': 'true',
    })
    expect(await refused.json()).toEqual({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: `This request would exceed your organization's rate limit of 2 requests per minute (org: ${TEST_ORGANIZATION_ID}, model: claude-2.1). Please try again later; the response headers show the current usage.`,
      },
      request_id: expect.any(String),
    })
    expect(refusals).toEqual(['requests of organization'])
  })

  it('is each key its own', async () => {
    const { message } = serve({ eachKey: { requestsPerMinute: 1 } })
    expect((await message()).status).toBe(200)
    expect((await message()).status).toBe(429)
    expect((await message({ key: 'L' })).status).toBe(200)
  })

  it('is shown by the rule that has least left', async () => {
    const { message } = serve({
      organization: { requestsPerMinute: 100 },
      eachWorkspace: { requestsPerMinute: 10, models: { 'claude-2.1': { requestsPerMinute: 5 } } },
    })
    expect(limitHeadersOf(await message())).toMatchObject({
      'anthropic-ratelimit-requests-limit': '5',
      'anthropic-ratelimit-requests-remaining': '4',
    })
    expect(limitHeadersOf(await message({ body: { model: 'claude-2.0' } }))).toMatchObject({
      'anthropic-ratelimit-requests-limit': '10',
      'anthropic-ratelimit-requests-remaining': '8',
    })
  })

  it('charges nothing to other limits for a request that it refuses', async () => {
    const { message } = serve({
      organization: { requestsPerMinute: 3 },
      eachKey: { requestsPerMinute: 1 },
    })
    await message()
    for (let n = 0; n < 20; n++) expect((await message()).status).toBe(429)
    const other = await message({ key: 'L' })
    expect(other.status).toBe(200)
    expect(await message()).toMatchObject({ status: 429 })
  })

  it('counts a request for several completions as one, which is admitted as a whole or not at all', async () => {
    const { post, usageRecords } = serve({ organization: { requestsPerMinute: 2, concurrentRequests: 1 } })
    const complete = () =>
      post(
        '/v1/completions',
        { model: 'claude-2.1', max_tokens: 9, n: 3, prompt: ['Hello', 'Good morning'] },
        { authorization: 'Bearer K' },
      )
    for (const remaining of ['1', '0']) {
      const response = await complete()
      expect(response.status).toBe(200)
      expect(response.headers.get('x-ratelimit-remaining-requests')).toBe(remaining)
      const { choices, usage } = (await response.json()) as { choices: unknown[]; usage: object }
      expect(choices).toHaveLength(6)
      const { promptTokens, completionTokens } = usageRecords.at(-1) ?? {}
      expect(usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: completionTokens })
    }
    expect((await complete()).status).toBe(429)
    expect(usageRecords).toHaveLength(2)
  })

  it('has the names of OpenAI for its clients', async () => {
    const { post } = serve({ organization: { requestsPerMinute: 60, tokensPerMinute: 50_000 } })
    const body = { model: 'claude-2.1', messages: [{ role: 'user', content: 'Hello' }] }
    const response = await post('/v1/chat/completions', body, { authorization: 'Bearer K' })
    expect(limitHeadersOf(response)).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': expect.stringMatching(/^(1s|9\d\dms|0\.\d+s)$/),
      'x-ratelimit-limit-tokens': '50000',
      'x-ratelimit-remaining-tokens': '50000',
      'x-ratelimit-reset-tokens': expect.stringMatching(/ms$/),
    })
  })

  it('has no headers where it does not exist', async () => {
    expect(limitHeadersOf(await serve({}).message())).toEqual({})
  })
})

describe('a limit of tokens', () => {
  it('counts what was generated, whatever max_tokens was', async () => {
    const { message } = serve({ organization: { outputTokensPerMinute: 10 } })
    const remaining = async () =>
      (await message({ body: { max_tokens: 1_000 } })).headers.get(
        'anthropic-ratelimit-output-tokens-remaining',
      )
    expect([await remaining(), await remaining(), await remaining()]).toEqual(['8', '6', '4'])
  })

  it('corrects its estimate by what the engine counted', async () => {
    const { message } = serve({ organization: { inputTokensPerMinute: 100 } })
    const text = 'x'.repeat(160)
    const response = await message({ body: { messages: [{ role: 'user', content: text }] } })
    const remaining = Number(response.headers.get('anthropic-ratelimit-input-tokens-remaining'))
    // The scripted engine counts a token for every eight characters of the prompt.
    expect(remaining).toBeGreaterThan(100 - 40)
    expect(response.headers.get('anthropic-ratelimit-tokens-limit')).toBe('100')
  })

  it('does not count what is read from the cache', async () => {
    const { message } = serve({ organization: { inputTokensPerMinute: 1_000 } })
    const system = [{ type: 'text', text: 'x'.repeat(800), cache_control: { type: 'ephemeral' } }]
    const left = async () => {
      const response = await message({ body: { system } })
      return Number(response.headers.get('anthropic-ratelimit-input-tokens-remaining'))
    }
    const [first, second, third] = [await left(), await left(), await left()]
    // The scripted engine counts a token for every eight characters.
    expect(1_000 - first).toBeGreaterThanOrEqual(100)
    expect(first - second).toBeLessThan(15)
    expect(second - third).toBeLessThan(15)
  })

  it('gives back what a request did not use that ended before it began', async () => {
    const { message } = serve(
      { organization: { inputTokensPerMinute: 100 } },
      {
        beforeStart: [{ throws: new CompletionError('overloaded', 'Overloaded') }],
        steps: [],
      },
    )
    const body = { messages: [{ role: 'user', content: 'x'.repeat(160) }] }
    for (let n = 0; n < 10; n++) expect((await message({ body })).status).toBe(529)
  })

  it('refuses what it could never admit, and reports that another try does not help', async () => {
    const { message } = serve({ organization: { inputTokensPerMinute: 10 } })
    const response = await message({ body: { messages: [{ role: 'user', content: 'x'.repeat(160) }] } })
    expect(response.status).toBe(429)
    expect(limitHeadersOf(response)).toMatchObject({ 'x-should-retry': 'false' })
    expect(response.headers.get('retry-after')).toBeNull()
  })
})

describe('a limit of concurrency', () => {
  it('ends with the request, however that ends', async () => {
    const { message, refusals } = serve({ organization: { concurrentRequests: 1 } }, HANGING)
    for (let n = 0; n < 3; n++) {
      const client = new AbortController()
      const running = await message({ body: { stream: true }, signal: client.signal })
      expect(running.status).toBe(200)
      const refused = await message()
      expect(refused.status).toBe(429)
      expect(refused.headers.get('retry-after')).toBe('1')
      client.abort()
      await running.text().catch(() => undefined)
      await eventLoopTurns()
    }
    expect(refusals).toHaveLength(3)
  })
})

describe('a limit of money', () => {
  it('refuses requests once it is spent, and asks clients not to try again', async () => {
    const { message, refusals } = serve({ eachKey: { usdPerMonth: 0.002 } }, SHORT, 1_000_001)
    expect((await message()).status).toBe(200)
    expect((await message()).status).toBe(200)
    const refused = await message()
    expect(refused.status).toBe(429)
    expect(limitHeadersOf(refused)).toEqual({ 'x-should-retry': 'false' })
    expect(await refused.json()).toMatchObject({
      error: {
        type: 'rate_limit_error',
        message: expect.stringMatching(
          /^You have reached your specified API usage limits for this API key\. You will regain access on \d{4}-\d\d-01 at 00:00 UTC\.$/,
        ),
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    })
    expect((await message({ key: 'L' })).status).toBe(200)
    expect(refusals).toEqual(['spend of key'])
  })
})

describe('priority', () => {
  const settings = {
    organization: { requestsPerMinute: 10, inputTokensPerMinute: 100_000, outputTokensPerMinute: 1_000 },
    priority: { workspaces: ['Default'], share: 0.2 },
  }

  it('is shown in usage, in rows and in headers', async () => {
    const { message, usageRecords } = serve(settings)
    const response = await message()
    expect(await response.json()).toMatchObject({ usage: { service_tier: 'priority' } })
    expect(limitHeadersOf(response)).toMatchObject({
      'anthropic-priority-input-tokens-limit': '20000',
      'anthropic-priority-input-tokens-remaining': '20000',
      'anthropic-priority-output-tokens-limit': '200',
    })
    expect(usageRecords).toMatchObject([{ serviceTier: 'priority' }])
  })

  it('keeps its share of the limits from requests without it', async () => {
    const { message } = serve(settings)
    const standard = () => message({ body: { service_tier: 'standard_only' } })
    for (let n = 0; n < 8; n++)
      expect(await (await standard()).json()).toMatchObject({ usage: { service_tier: 'standard' } })
    expect((await standard()).status).toBe(429)
    expect((await message()).status).toBe(200)
    expect((await message()).status).toBe(200)
    expect((await message()).status).toBe(429)
  })
})
