import { describe, expect, it } from 'vitest'
import { PAGES, shownPages } from './pages.ts'

const pathsOf = (pages: readonly { readonly path: string }[]) => pages.map(({ path }) => path)

describe('shownPages', () => {
  const features = PAGES.flatMap((page) => page.features)
  const actions = PAGES.map(({ action }) => action)

  it('shows every page whose part of the server is there', () => {
    expect(pathsOf(shownPages({ actions, features }))).toEqual(pathsOf(PAGES))
    expect(shownPages({ actions, features: [] }).every((page) => page.features.length === 0)).toBe(true)
  })

  it('shows only what one may do, and nothing before a login', () => {
    const shown = pathsOf(shownPages({ actions: ['use:models'], features }))
    expect(shown).toContain('/models')
    expect(shown).not.toContain('/api_keys')
    expect(shownPages({ actions: [], features })).toEqual([])
  })
})

it('gives every page an address of its own', () => {
  expect(new Set(pathsOf(PAGES)).size).toBe(PAGES.length)
})
