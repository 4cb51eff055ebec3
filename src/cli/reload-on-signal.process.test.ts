import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ContinuoProcess } from '../../test/run-continuo.ts'

const PATIENCE_MS = 120_000

it.skipIf(process.platform === 'win32')(
  'SIGHUP replaces the keys, and names what needs a restart',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-reload-'))
    const path = join(folder, 'continuo.json')
    const configure = (settings: object) =>
      writeFileSync(path, JSON.stringify({ state: 'memory', logLevel: 'silent', ...settings }))
    configure({ apiKeys: ['old-key'] })
    const server = new ContinuoProcess(['serve', '--port', '0', '--config', path], { CONTINUO_STATE: '' })
    server.child.stdin?.end()
    try {
      const [, url = ''] = await server.waitForOutput(/listens on (\S+)/)
      const statusWith = async (key: string) =>
        (
          await fetch(`${url}/v1/models`, {
            headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
          })
        ).status
      expect(await statusWith('old-key')).toBe(200)
      configure({ apiKeys: ['new-key'], drainMs: 1 })
      server.child.kill('SIGHUP')
      await server.waitForOutput(
        /reloaded keys, log level and certificates; a restart is needed for drainMs\n/,
      )
      expect([await statusWith('old-key'), await statusWith('new-key')]).toEqual([401, 200])
      writeFileSync(path, '{')
      server.child.kill('SIGHUP')
      await server.waitForOutput(/nothing was reloaded: The configuration file/)
      expect(await statusWith('new-key')).toBe(200)
      configure({})
      server.child.kill('SIGHUP')
      await server.waitForOutput(/a restart is needed for access/)
      expect([await statusWith('new-key'), await statusWith('any')]).toEqual([200, 401])
    } finally {
      server.child.kill('SIGKILL')
      await server.exited
      rmSync(folder, { recursive: true })
    }
  },
  PATIENCE_MS,
)
