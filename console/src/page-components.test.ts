import { expect, it } from 'vitest'
import { PAGES } from './pages.ts'

it.each(PAGES.map(({ path, load }) => [path, load] as const))('%s has a component', async (_, load) => {
  expect(await load()).toBeTypeOf('function')
})
