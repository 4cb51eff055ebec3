import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../app.ts'
import { RouteTable } from '../../route-table.ts'
import { consoleRoutes } from './console-routes.ts'

const INDEX = '<!doctype html><title>Console</title>'
const SCRIPT = 'export const a = 1'
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function build(): Promise<void> {
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), INDEX)
  await writeFile(join(folder, 'assets/index-abc.js'), SCRIPT)
  await writeFile(join(folder, 'assets/index-abc.js.gz'), gzipSync(SCRIPT))
  await writeFile(join(folder, 'notes.txt'), 'not for browsers')
}

function open() {
  const routes = new RouteTable()
  for (const route of consoleRoutes(folder)) routes.add(route)
  const app = createApp({
    ...{
      routes,
      allowedHosts: null,
      allowBrowsers: false,
      organizationId: 'o',
      maxRequestMemoryBytes: 1 << 20,
    },
    logger: { info: () => undefined, error: () => undefined } as never,
  })
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.fetch(`http://localhost${path}`, { method, headers })
}

describe('the console', () => {
  it('is one page for every path that is no file, under a policy without inline code', async () => {
    await build()
    const get = open()
    for (const path of ['/console', '/console/', '/console/usage', '/console/workspaces/wrkspc_1']) {
      const response = await get(path)
      expect([path, response.status, await response.text()]).toEqual([path, 200, INDEX])
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      const policy = response.headers.get('content-security-policy')
      expect(policy).toContain("default-src 'self'")
      expect(policy).not.toContain('unsafe')
    }
  })

  it('sends files for ever, compressed where the browser takes that', async () => {
    await build()
    const get = open()
    const compressed = await get('/console/assets/index-abc.js', { 'accept-encoding': 'br;q=0, gzip' })
    expect(compressed.headers.get('content-encoding')).toBe('gzip')
    expect(Buffer.from(await compressed.arrayBuffer())).toEqual(gzipSync(SCRIPT))
    expect(compressed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const coding of ['', 'identity', 'gzip;q=0']) {
      const plain = await get('/console/assets/index-abc.js', { 'accept-encoding': coding })
      expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, SCRIPT])
      expect(plain.headers.get('vary')).toBe('accept-encoding')
    }
  })

  it('gives a page its own scripts, for which browsers name the origin', async () => {
    await build()
    const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
    const response = await open()('/console/assets/index-abc.js', own)
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, null])
  })

  it('does not send what the browser has', async () => {
    await build()
    const get = open()
    const etag = (await get('/console')).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    expect((await get('/console', { 'if-none-match': `"x", W/${etag}` })).status).toBe(304)
    expect((await get('/console', { 'if-none-match': '"x"' })).status).toBe(200)
  })

  it('has no other files', async () => {
    await build()
    const get = open()
    for (const path of [
      '/console/assets/none',
      '/console/notes.txt',
      '/console/x.js',
      '/console/..%2fpackage.json',
    ]) {
      const response = await get(path)
      expect([path, response.status]).toEqual([path, 404])
    }
    expect((await get('/console', {}, 'POST')).status).toBe(405)
  })

  it('says what to run without a build, and notices one that is made then', async () => {
    const get = open()
    const response = await get('/console/usage')
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('npm run build --workspace console')
    await build()
    expect((await get('/console')).status).toBe(200)
  })
})
