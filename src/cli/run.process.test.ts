import { describe, expect, it } from 'vitest'
import { runContinuo } from '../../test/run-continuo.ts'

describe('continuo', () => {
  it('prints its help without a command', async () => {
    const { code, stdout, stderr } = await runContinuo([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: continuo/)
    for (const command of ['serve', 'complete', 'models']) expect(stdout).toContain(`\n  ${command} `)
  })
})

describe('a command that fails', () => {
  it.each([
    [
      'an unknown flag',
      ['serve', '--prot', '1'],
      2,
      /unknown option '--prot'.*\nSee continuo serve --help\.\n$/s,
    ],
    ['an unknown command', ['sevre'], 2, /unknown command 'sevre'.*\nSee continuo --help\.\n$/s],
    ['a flag without a number', ['serve', '--port', 'x'], 2, /--port.*must be a number/],
    ['an invalid port', ['serve', '--port', '70000'], 2, /port/],
    ['a public address without a key', ['serve', '--host', '0.0.0.0'], 2, /requires a key/],
    ['an empty key', ['serve', '--api-key', ''], 2, /--api-key.* is empty/],
    ['a host with a port', ['serve', '--allowed-host', 'a:80'], 2, /"a:80", which is not a host/],
    ['a missing configuration file', ['serve', '--config', 'none.json'], 2, /none\.json cannot be read/],
    [
      'a missing model file',
      ['serve', '--port', '0', '--model', 'none.gguf'],
      1,
      /There is no file .*none\.gguf/,
    ],
    ['an invalid prompt', ['complete', '--no-wrap', 'Hi'], 2, /prompt must start with/],
  ])('explains itself: %s', async (_, words, code, message) => {
    const result = await runContinuo(words)
    expect(result.code).toBe(code)
    expect(result.stderr).toMatch(message)
    expect(result.stderr).toMatch(/^continuo: /)
    expect(result.stderr).not.toMatch(/\n\s+at /)
    expect(result.stdout).toBe('')
  })
})
