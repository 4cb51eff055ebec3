import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../src/config/resolve-config.ts'

const PAGES = new URL('../docs/engines/', import.meta.url)
const KEYS = { ANTHROPIC_API_KEY: 'k' }
const folder = mkdtempSync(join(tmpdir(), 'continuo-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(readdirSync(PAGES))('docs/engines/%s', (page) => {
  const text = readFileSync(new URL(page, PAGES), 'utf8')
  const configurations = [...text.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1] ?? '')

  it('has valid configurations', () => {
    expect(configurations).not.toEqual([])
    for (const configuration of configurations) {
      const configPath = join(folder, 'continuo.json')
      writeFileSync(configPath, configuration)
      const { engines } = resolveConfig({ configPath }, KEYS)
      expect([...engines.values()].map((engine) => engine.kind)).not.toContain('llama')
    }
  })
})
