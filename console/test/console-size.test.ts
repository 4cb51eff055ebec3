import { gunzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { expect, it } from 'vitest'

const MAX_GZIPPED_BYTES = 120_000

it('is small, and has no code in its page', async () => {
  const result = await build({
    configFile: 'console/vite.config.ts',
    logLevel: 'silent',
    build: { write: false },
  })
  const { output } = result as Rolldown.RolldownOutput
  const gzipped = output.filter(({ fileName }) => fileName.endsWith('.gz'))
  expect(gzipped.length).toBeGreaterThan(5)
  const sizes = gzipped.map((file) => (file.type === 'asset' ? Buffer.byteLength(file.source) : 0))
  expect(sizes.every((size) => size > 0)).toBe(true)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_GZIPPED_BYTES)

  const bytesOf = (name: string) => {
    const file = output.find(({ fileName }) => fileName === name)
    return Buffer.from(file?.type === 'chunk' ? file.code : (file?.source ?? ''))
  }
  for (const { fileName } of gzipped) {
    expect(gunzipSync(bytesOf(fileName)).equals(bytesOf(fileName.slice(0, -3))), fileName).toBe(true)
  }

  const index = output.find(({ fileName }) => fileName === 'index.html')
  const html = index?.type === 'asset' ? index.source.toString() : ''
  expect(html).toMatch(/<script type="module"[^>]* src="\/console\/assets\/[^"]+\.js"><\/script>/)
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)| on\w+=| style=/)
})
