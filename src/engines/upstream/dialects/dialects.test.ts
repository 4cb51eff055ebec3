import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { readSourceFiles } from '../../../../scripts/source-files.ts'
import { CLAUDE_SERVERS } from './claude-messages/claude-servers.ts'
import { DIALECTS } from './dialects.ts'
import { OPENAI_SERVERS } from './openai/openai-servers.ts'

const HERE = 'src/engines/upstream/dialects/'
const FILES = ['capabilities.ts', 'request.ts', 'response.ts', 'settings.ts']
const MINIMAL = { baseUrls: ['http://upstream'], model: 'm' }
const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory())

/** Folders that know upstreams. */
const FOLDERS = ['src/engines/upstream', 'src/config', 'src/compose', 'src/cli']

/** Source files that name one of these as a string. */
function filesNaming(names: readonly string[]): string[] {
  const pattern = new RegExp(`'(?:${names.join('|')})'`)
  return readSourceFiles('.', FOLDERS)
    .filter(({ path }) => !path.endsWith('.test.ts') && pattern.test(readFileSync(path, 'utf8')))
    .map(({ path }) => path)
}

describe('DIALECTS', () => {
  it('holds every folder that is a whole dialect', () => {
    const whole = folders
      .map(({ name }) => name)
      .filter((name) => FILES.every((file) => readdirSync(HERE + name).includes(file)))
    expect(whole.toSorted()).toEqual(Object.keys(DIALECTS).toSorted())
  })

  it.each(Object.entries(DIALECTS))('%s has a section that needs only address and model', (kind, dialect) => {
    const settings = dialect.settingsSchema.parse({ ...MINIMAL, kind })
    expect(settings).toMatchObject({ ...MINIMAL, kind, server: expect.any(String), maxRetries: 2 })
    expect(() => dialect.settingsSchema.parse({ ...MINIMAL, kind: 'none' })).toThrow(z.ZodError)
  })

  it.each(Object.entries(DIALECTS))('%s describes every setting', (_, dialect) => {
    for (const [name, field] of Object.entries(dialect.settingsSchema.shape)) {
      const description = (field as z.ZodType).description ?? z.toJSONSchema(field as z.ZodType).description
      expect(description, name).toMatch(/\.$/)
    }
  })

  it('is the only place outside its folders that names a kind', () => {
    const naming = filesNaming(Object.keys(DIALECTS)).filter(
      (path) => !Object.keys(DIALECTS).some((kind) => path.startsWith(`${HERE}${kind}/`)),
    )
    // The schema of the configuration adds settings to each kind by name.
    expect(naming).toEqual(['src/config/config-schema.ts', `${HERE}dialects.ts`])
  })
})

describe('the tables of servers', () => {
  it('are the only places that name a server', () => {
    const names = [...Object.keys(OPENAI_SERVERS), ...Object.keys(CLAUDE_SERVERS)].filter(
      (name) => name !== 'other' && name !== 'claude',
    )
    const tables = [`${HERE}claude-messages/claude-servers.ts`, `${HERE}openai/openai-servers.ts`]
    // Programs that are servers keep models on a machine, too.
    const others = filesNaming(names).filter((path) => !/^src\/(model-files|cli)\//.test(path))
    expect(others.toSorted()).toEqual(tables)
  })
})
