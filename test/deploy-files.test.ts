import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { serveCommand } from '../src/cli/serve-command.ts'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'

const FILES = ['Dockerfile', ...readdirSync('deploy').map((name) => `deploy/${name}`)]
/** Those that are no flags' own. */
const OTHER_VARIABLES = [
  ...readFileSync('docs/configuration.md', 'utf8').matchAll(/^\| `(CONTINUO_\w+)`/gm),
].map(([, name]) => name)
const KNOWN = [...serveCommand().options.map(({ envVar }) => envVar), ...OTHER_VARIABLES]

describe.each(FILES)('%s', (path) => {
  const text = readFileSync(path, 'utf8')

  it('sets only variables that the program reads', () => {
    const named = [...text.matchAll(/\bCONTINUO_\w+/g)].map(([name]) => name)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !KNOWN.includes(name))).toEqual([])
  })

  it('lets a server finish its requests before it is killed', () => {
    const seconds = [...text.matchAll(/^ *(?:stop_grace_period: |TimeoutStopSec=)(\d+)/gm)].map(([, time]) =>
      Number(time),
    )
    if (path !== 'Dockerfile') expect(seconds.length).toBeGreaterThan(0)
    for (const time of seconds) expect(time * 1000).toBeGreaterThan(CONFIG_SCHEMA.parse({}).drainMs)
  })
})

describe('Dockerfile', () => {
  const copied = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(
    ([, words = '']) => words.split(' ').slice(0, -1),
  )

  it('copies files that there are, and that the context has', () => {
    const context = readFileSync('.dockerignore', 'utf8').split('\n')
    expect(copied.length).toBeGreaterThan(5)
    for (const path of copied) {
      expect(existsSync(path), path).toBe(true)
      expect(context).toContain(`!${path}`)
    }
  })
})
