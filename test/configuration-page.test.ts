import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { serveCommand } from '../src/cli/serve-command.ts'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'
import {
  HELD_BYTES_PER_BODY_BYTE,
  HELD_BYTES_PER_MEMBER,
  LARGE_REQUESTS_SHARE,
  SMALL_REQUEST_BYTES,
} from '../src/http/request-memory.ts'
import { MAX_WAITING_BYTES } from '../src/util/output-lines.ts'

const read = (path: string) => readFileSync(new URL(`../docs/${path}`, import.meta.url), 'utf8')
const PAGE = read('configuration.md')
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
const MIB = 1024 * 1024

describe('docs/configuration.md', () => {
  it('has examples that are valid', () => {
    const examples = [...PAGE.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json))
    expect(examples.length).toBeGreaterThan(1)
    for (const example of examples) expect(CONFIG_SCHEMA.safeParse(example).error?.issues).toBeUndefined()
  })

  it('has the numbers of the code', () => {
    const text = PAGE.replaceAll('\n', ' ')
    expect(text).toContain(`counts ${WORDS[HELD_BYTES_PER_BODY_BYTE]} times`)
    expect(text).toContain(`member of its JSON counts ${HELD_BYTES_PER_MEMBER} bytes`)
    expect(LARGE_REQUESTS_SHARE).toBe(7 / 8)
    expect(text).toContain(
      `An eighth is reserved for requests that hold less than ${SMALL_REQUEST_BYTES / MIB} MiB`,
    )
    expect(text).toContain(`up to ${MAX_WAITING_BYTES / MIB} MiB of lines wait`)
  })
})

describe.each(['configuration.md', 'observability/README.md', 'openai.md'])('docs/%s', (page) => {
  it('names flags that exist', () => {
    const flags = serveCommand().options.map(({ long }) => long)
    const others = ['--help', '--max-old-space-size', '--otlp-traces-endpoint']
    const named = [...read(page).matchAll(/`[^`\n]*?(--[a-z-]+)/g)].map(([, flag]) => flag)
    expect([...flags, ...others]).toEqual(expect.arrayContaining(named))
  })
})
