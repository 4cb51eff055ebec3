import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { ContinuoProcess } from './run-continuo.ts'

const PATIENCE_MS = 120_000

it(
  'a folder of models is served, each loaded when it is asked for',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-folder-'))
    for (const [index, name] of ['one', 'two'].entries())
      writeRandomGguf(join(folder, `${name}.gguf`), { seed: index + 1 })
    const server = new ContinuoProcess([
      'serve',
      '--models',
      folder,
      '--port',
      '0',
      '--threads',
      '1',
      '--log-format',
      'json',
    ])
    try {
      const [, url = ''] = await server.waitForOutput(/listens on (\S+)/)
      await server.waitForOutput(/two: two\.gguf: loaded when it is asked for/)
      const complete = async (model: string) => {
        const response = await fetch(`${url}/v1/messages`, {
          method: 'POST',
          headers: {
            'x-api-key': 'any',
            'anthropic-version': '2023-06-01',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: 'Hi' }] }),
        })
        const { model: served } = (await response.json()) as { model?: string }
        return [response.status, served]
      }
      expect(server.stderr).not.toContain('the model is loaded')
      expect(await complete('two')).toEqual([200, 'two'])
      await server.waitForOutput(/"engine":"two","msg":"the model is loaded"/)
      expect(server.stderr).not.toMatch(/"engine":"one","msg":"the model is loaded"/)
      expect(await complete('one')).toEqual([200, 'one'])
      expect(await complete('claude-2.1')).toEqual([200, 'claude-2.1'])
      expect((await complete('three'))[0]).toBe(404)
    } finally {
      server.child.kill('SIGTERM')
      expect(await server.exitCode()).toBe(0)
      rmSync(folder, { recursive: true })
    }
  },
  PATIENCE_MS,
)
