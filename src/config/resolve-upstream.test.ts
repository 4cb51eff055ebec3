import { describe, expect, it } from 'vitest'
import { upstreamSettings } from '../../test/upstream-settings.ts'
import { ConfigError } from './config-error.ts'
import { resolveUpstream } from './resolve-upstream.ts'

const SECTION = upstreamSettings({ kind: 'openai-chat', baseUrls: ['http://a:8000'], model: 'm' })

describe('resolveUpstream', () => {
  it('takes the API key from the section, or from the environment variable that it names', () => {
    const keyOf = (section: object, environment = {}) =>
      resolveUpstream('far', { ...SECTION, ...section }, environment).settings.apiKey
    expect(keyOf({})).toBeUndefined()
    expect(keyOf({ apiKey: 'a' })).toBe('a')
    expect(keyOf({ apiKeyVariable: 'KEY' }, { KEY: ' k ' })).toBe('k')
    expect(keyOf({ apiKey: 'a', apiKeyVariable: 'KEY' }, { KEY: 'k' })).toBe('k')
  })

  it.each([
    [{ apiKeyVariable: 'NONE' }, /^engines\.far\.apiKeyVariable .* NONE, which is not set\.$/],
    [{ apiKeyVariable: 'BLANK' }, /BLANK, which is not set/],
    [{ apiKeyVariable: 'BAD' }, /^The environment variable BAD contains a character/],
    [{ apiKey: ' ' }, /^engines\.far\.apiKey is empty/],
    [{ baseUrls: ['http://u:secret@a'] }, /^engines\.far\.baseUrls .* apiKey/],
    [{ baseUrls: ['http://u@a'] }, /baseUrls/],
    [{ baseUrls: ['http://ok', 'http://a/?key=secret'] }, /baseUrls/],
    [{ baseUrls: ['http://a/#secret'] }, /baseUrls/],
  ])('refuses %j and shows no secret', (change, message) => {
    const environment = { BLANK: ' ', BAD: 'secret\u{1f511}' }
    const check = () => resolveUpstream('far', { ...SECTION, ...change }, environment)
    expect(check).toThrow(ConfigError)
    expect(check).toThrow(message)
    expect(check).not.toThrow(/secret/)
  })
})
