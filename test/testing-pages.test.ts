import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'
import { FAULT_NAMES, FAULTS, placeOf } from '../src/faults/fault.ts'
import { MAX_FAULTS } from '../src/faults/fault-list.ts'
import { MAX_RECORDED_UNITS } from '../src/recordings/map-texts.ts'
import { parseFault } from '../src/wire/faults/fault-params.ts'

const read = (path: string) => readFileSync(new URL(`../docs/${path}`, import.meta.url), 'utf8')
const FAULTS_PAGE = read('faults.md')

describe.each(['recordings.md', 'faults.md', 'testing.md'])('docs/%s', (page) => {
  it('has examples that are valid', () => {
    const examples = [...read(page).matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json))
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(CONFIG_SCHEMA.safeParse(example).error?.issues).toBeUndefined()
  })
})

describe('docs/faults.md', () => {
  it('has a row for each fault, in the order of the code, and its options', () => {
    const rows = [...FAULTS_PAGE.matchAll(/^\| `([a-z-]+)` .*$/gm)].filter(([, name = '']) => name in FAULTS)
    const named = rows.map(([, name]) => name)
    expect(named.toSorted()).toEqual(FAULT_NAMES.toSorted())
    const places = named.map((name) => placeOf({ fault: name as (typeof FAULT_NAMES)[number] }))
    expect(places).toEqual(places.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)))
    for (const [row, name = ''] of rows) {
      const options = FAULTS[name as keyof typeof FAULTS].options.filter(
        (option) => !IN_PROSE.includes(option),
      )
      for (const option of options) expect(row).toContain(`\`${option}\``)
    }
  })

  it('has a request that is valid, and the number of faults', () => {
    const [, body = ''] = /-d '(\{.*?\})'/.exec(FAULTS_PAGE) ?? []
    expect(parseFault(JSON.parse(body))).toMatchObject({ fault: 'rate-limited' })
    expect(FAULTS_PAGE).toContain(`at most ${MAX_FAULTS}.`)
  })
})

const ORDER = ['before', 'bytes', 'tokens']
/** `message` and `error` stand beside the tables. */
const IN_PROSE = ['message', 'error']

it('docs/recordings.md has the bounds of the code', () => {
  expect(read('recordings.md')).toContain(`at most ${MAX_RECORDED_UNITS / 1024 / 1024} Mi characters`)
})
