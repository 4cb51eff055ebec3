import { describe, expect, it } from 'vitest'
import { checkApiKey, separatedKeys } from './check-api-key.ts'
import { ConfigError } from './config-error.ts'

describe('checkApiKey', () => {
  it.each(['k', 'sk-ant-123', 'two words', '~!'])('accepts %j', (key) => {
    expect(checkApiKey(key, 'apiKeys.0')).toBe(key)
  })

  it.each([
    ['', /^apiKeys\.0 is empty/],
    [' \t', /^apiKeys\.0 is empty/],
    [' key', /starts or ends with a space/],
    ['key ', /starts or ends with a space/],
    ['schl\u00fcssel', /contains a character/],
    ['key\u{1f511}', /contains a character/],
    ['a\nb', /contains a character/],
    ['a\u0000', /contains a character/],
    ['a\u007f', /contains a character/],
    ['key\t', /contains a character/],
  ])('refuses %j and does not show it', (key, message) => {
    const check = () => checkApiKey(key, 'apiKeys.0')
    expect(check).toThrow(ConfigError)
    expect(check).toThrow(message)
    if (key.trim() !== '') expect(check).not.toThrow(key.trim())
  })
})

describe('separatedKeys', () => {
  it.each([
    [undefined, []],
    ['a', ['a']],
    [' a ', ['a']],
    ['a, b', ['a', 'b']],
  ])('reads the keys in %j', (keys, expected) => {
    expect(separatedKeys(keys, 'KEYS')).toEqual(expected)
  })

  it.each([
    ['', /^The environment variable KEYS is empty/],
    [' ', /^The environment variable KEYS is empty/],
    ['a,,b', /^Key 2 in the environment variable KEYS is empty/],
    [', b', /^Key 1 /],
    ['a,', /^Key 2 /],
  ])('refuses the empty key in %j', (keys, message) => {
    expect(() => separatedKeys(keys, 'KEYS')).toThrow(message)
  })
})
