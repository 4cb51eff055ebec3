import { afterEach, describe, expect, test, vi } from 'vitest'
import { completionOf } from '../test/completion-events.ts'
import { AI_PROMPT, Continuo, type ContinuoOptions, HUMAN_PROMPT } from './continuo.ts'
import { readEnvironment } from './read-environment.ts'

const params = { model: 'claude-2.1', prompt: 'x', max_tokens_to_sample: 1 }
const NAMES = ['CONTINUO_API_KEY', 'CONTINUO_BASE_URL', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL']

function setEnvironment(values: Readonly<Record<string, string>>): void {
  for (const name of NAMES) vi.stubEnv(name, values[name])
}

/** Where a client would send its request, and with which headers. */
async function sentBy(options: ContinuoOptions): Promise<{ url: string; headers: Headers }> {
  let sent = { url: '', headers: new Headers() }
  const fetch = async (url: string, init: RequestInit) => {
    sent = { url, headers: new Headers(init.headers) }
    return Response.json(completionOf(''))
  }
  await new Continuo({ ...options, fetch }).completions.create(params)
  return sent
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe('where the server is', () => {
  test.each<[string, ContinuoOptions, Record<string, string>, string]>([
    ['the default', {}, {}, 'http://127.0.0.1:8642'],
    ['the option', { baseURL: 'http://a' }, { CONTINUO_BASE_URL: 'http://b' }, 'http://a'],
    ['our variable', {}, { CONTINUO_BASE_URL: 'http://b', ANTHROPIC_BASE_URL: 'http://c' }, 'http://b'],
    ['the other variable', {}, { CONTINUO_BASE_URL: ' ', ANTHROPIC_BASE_URL: 'http://c' }, 'http://c'],
    ['slashes at the end', { baseURL: 'https://a/path//' }, {}, 'https://a/path'],
  ])('%s', async (_, options, environment, baseURL) => {
    setEnvironment(environment)
    const { url } = await sentBy({ apiKey: 'any', ...options })
    expect(url).toBe(`${baseURL}/v1/complete`)
    expect(new Continuo({ apiKey: 'any', ...options }).baseURL).toBe(baseURL)
  })

  test.each(['', 'localhost', '127.0.0.1:8642', 'ftp://a', 'file:///etc', 'http://a/?b=c', 'http://a/#b'])(
    '%j is no base URL',
    (baseURL) => {
      expect(() => new Continuo({ apiKey: 'any', baseURL })).toThrow('baseURL')
    },
  )
})

test('a base URL with a password is refused without showing it', () => {
  const create = () => new Continuo({ apiKey: 'any', baseURL: 'http://user:secret@a' })
  expect(create).toThrow('no password')
  expect(create).not.toThrow('secret')
})

describe('the API key', () => {
  test.each<[string, ContinuoOptions, Record<string, string>, string]>([
    ['the option', { apiKey: 'a' }, { CONTINUO_API_KEY: 'b' }, 'a'],
    ['our variable', {}, { CONTINUO_API_KEY: 'b', ANTHROPIC_API_KEY: 'c' }, 'b'],
    ['the other variable', {}, { ANTHROPIC_API_KEY: 'c\n' }, 'c'],
  ])('%s', async (_, options, environment, apiKey) => {
    setEnvironment(environment)
    expect((await sentBy(options)).headers.get('x-api-key')).toBe(apiKey)
  })

  test('none is refused at once', () => {
    setEnvironment({})
    expect(() => new Continuo()).toThrow('There is no API key')
    expect(() => new Continuo({ apiKey: '' })).toThrow('There is no API key')
  })

  test('is not shown when a client is printed', () => {
    expect(JSON.stringify(new Continuo({ apiKey: 'secret' }))).not.toContain('secret')
  })

  test('there is no environment without a process', () => {
    vi.stubGlobal('process', undefined)
    expect(readEnvironment('HOME', 'PATH')).toBeUndefined()
  })
})

describe('in a browser', () => {
  test('the constructor refuses, unless an option allows it', async () => {
    vi.stubGlobal('window', {})
    vi.stubGlobal('document', {})
    expect(() => new Continuo({ apiKey: 'any' })).toThrow('dangerouslyAllowBrowser')
    const { headers } = await sentBy({ apiKey: 'any', dangerouslyAllowBrowser: true })
    expect(headers.get('anthropic-dangerous-direct-browser-access')).toBe('true')
  })

  test('fetch is called as a function, not as a method', async () => {
    let calledOn: unknown = 'nothing yet'
    vi.stubGlobal('fetch', async function (this: unknown) {
      calledOn = this
      return Response.json(completionOf(''))
    })
    await new Continuo({ apiKey: 'any' }).completions.create(params)
    expect(calledOn).toBeUndefined()
  })
})

test('the markers hold real newlines', () => {
  expect(HUMAN_PROMPT).toBe('\n\nHuman:')
  expect(AI_PROMPT).toBe('\n\nAssistant:')
  expect([HUMAN_PROMPT.charCodeAt(0), AI_PROMPT.charCodeAt(0)]).toEqual([10, 10])
})

test('the errors are found under the class, each below its base', () => {
  expect(Continuo.OverloadedError.prototype).toBeInstanceOf(Continuo.InternalServerError)
  expect(Continuo.APIConnectionTimeoutError.prototype).toBeInstanceOf(Continuo.APIConnectionError)
  for (const base of [Continuo.APIConnectionError, Continuo.APIUserAbortError, Continuo.RateLimitError]) {
    expect(base.prototype).toBeInstanceOf(Continuo.APIError)
  }
  expect(Continuo.APIError.prototype).toBeInstanceOf(Continuo.ContinuoError)
})
