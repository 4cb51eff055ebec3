import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { readConfigFile } from './read-config-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-config-file-'))
const path = join(folder, 'continuo.json')
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string) {
  writeFileSync(path, text)
  return readConfigFile(path)
}

describe('readConfigFile', () => {
  it('fills in the defaults', () => {
    expect(read('{"port": 7, "engines": {"a": {"threads": 2}}}')).toMatchObject({
      port: 7,
      host: '127.0.0.1',
      rules: { literalNewlineMarkers: true },
      engines: { a: { threads: 2, minP: 0.05, maxSequences: 'auto' } },
    })
  })

  it('reads a file with a byte order mark', () => {
    expect(read('\ufeff{"port": 7}').port).toBe(7)
  })

  it.each([
    ['{"port": 70000}', /is wrong: port must be at most 65535\.$/],
    ['{', /is not JSON/],
    ['{\n  "apiKeys": [sk-secret, "other"] }', /is not JSON: unexpected character: line 2 column 15$/],
  ])('refuses %j in one line that shows no value', (text, message) => {
    expect(() => read(text)).toThrow(ConfigError)
    expect(() => read(text)).toThrow(message)
    expect(() => read(text)).not.toThrow(/secret|\n/)
  })

  it('names a file that cannot be read', () => {
    expect(() => readConfigFile(join(folder, 'none.json'))).toThrow(/none\.json cannot be read/)
    expect(() => readConfigFile(folder)).toThrow(/cannot be read/)
  })
})
