import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const DOCS = new URL('../docs/', import.meta.url)
const pages = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md') && name !== 'log.md')
  .map((name) => ({ name, text: readFileSync(new URL(name, DOCS), 'utf8') }))
  .filter(({ text }) => /(?:^|`)continuo [a-z]/m.test(text))

it.each(pages)('$name says how to run `continuo` from a checkout', ({ text }) => {
  expect(text.replaceAll('\n', ' ').split('`continuo` stands for `npm run continuo --`')).toHaveLength(2)
})
