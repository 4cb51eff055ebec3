import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { REGRESSIONS } from './regressions.ts'
import type { Replacement } from './replace-sources.ts'

const all = Object.entries(REGRESSIONS).flatMap(([name, replacements]) =>
  replacements.map((replacement: Replacement) => [name, replacement] as const),
)

it.each(all)('%s: the text that is replaced stands in its file once', (_, { file, from }) => {
  expect(readFileSync(`src${file}`, 'utf8').split(from)).toHaveLength(2)
})
