import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeRandomGguf } from '../gguf/random-gguf.ts'
import { ContinuoProcess } from '../run-continuo.ts'

/** Raise these with care: every hundred modules delay each start by some 25 ms. */
const MAX_SERVER_MODULES = 1_280
const MAX_ENGINE_MODULES = 110
/** What a plain start never uses. */
const UNUSED = /node_modules\/(undici|pg|yaml|unpdf|@opentelemetry|@huggingface\/hub)\//

const HOOK = pathToFileURL(join(import.meta.dirname, 'record-modules.mjs')).href
const folder = mkdtempSync(join(tmpdir(), 'continuo-modules-'))
const model = join(folder, 'random.gguf')

beforeAll(() => writeRandomGguf(model, { contextTokens: 512 }))
afterAll(() => rmSync(folder, { recursive: true }))

/** What the processes of a program had loaded when it was ready, by the name of their main file. */
function recorded(place: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    readdirSync(place).map((name) => [
      name.replace(/-\d+$/, ''),
      [...new Set(readFileSync(join(place, name), 'utf8').trim().split('\n'))],
    ]),
  )
}

it('loads no more modules than it needs until it is ready', async () => {
  const place = mkdtempSync(join(folder, 'recorded-'))
  const words = ['serve', '--port', '0', '--model', model, '--threads', '1', '--seed', '1']
  const server = new ContinuoProcess(words, { RECORDED_MODULES: place, NODE_OPTIONS: `--import=${HOOK}` })
  try {
    await server.waitForOutput(/Continuo listens on/)
    const modules = recorded(place)
    const [ofServer = [], ofEngine = []] = ['main', 'engine-process'].map((name) => modules.get(name))
    expect([...modules.keys()].toSorted()).toEqual(['engine-process', 'main'])
    expect(ofServer.filter((url) => UNUSED.test(url))).toEqual([])
    // Both must be seen to load something at all.
    expect(ofServer.some((url) => url.endsWith('/src/open-continuo.ts'))).toBe(true)
    expect(ofEngine.some((url) => url.endsWith('/process/engine-loop.ts'))).toBe(true)
    expect(ofServer.length).toBeLessThanOrEqual(MAX_SERVER_MODULES)
    expect(ofEngine.length).toBeLessThanOrEqual(MAX_ENGINE_MODULES)
  } finally {
    server.child.kill('SIGKILL')
    await server.exited
  }
})
