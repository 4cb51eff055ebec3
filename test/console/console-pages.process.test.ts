import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER, type ConsoleBrowser, openConsoleBrowser } from './console-browser.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const NARROW = { width: 360, height: 740 }
const WIDE = { width: 2560, height: 1400 }

/** What axe says of a page, in short. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page itself may run no code but its own.
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** Whether the page scrolls sideways: its tables may, it must not. */
function isTooWide(page: Page): Promise<boolean> {
  // As text: the tests know no names of browsers.
  return page.evaluate('document.documentElement.scrollWidth > innerWidth')
}

/** Waits until nothing is being loaded. */
async function loaded(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' })
}

describe.skipIf(BROWSER === undefined)('every page of the console', () => {
  let console: ConsoleBrowser
  beforeAll(async () => {
    console = await openConsoleBrowser({ isRecorded: true })
  })
  afterAll(() => console?.close())

  it.each(['light', 'dark'] as const)(
    'is found in the navigation, accessible and as wide as the screen, in %s',
    async (colorScheme) => {
      const page = await console.open('/', { colorScheme })
      const links = page.locator('nav a[href^="/console/"]')
      await links.first().waitFor()
      const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
      expect(paths.length).toBeGreaterThan(10)
      const findings: string[] = []
      for (const path of paths) {
        await page.goto(console.url + path)
        await page.locator('h1').waitFor()
        await loaded(page)
        findings.push(...(await violationsOf(page)).map((violation) => `${path}: ${violation}`))
        await page.evaluate('for (const one of document.querySelectorAll("main details")) one.open = true')
        for (const size of [NARROW, WIDE]) {
          await page.setViewportSize(size)
          if (await isTooWide(page)) findings.push(`${path}: scrolls sideways at ${size.width} px`)
        }
        await page.setViewportSize({ width: 1280, height: 900 })
      }
      expect(findings).toEqual([])
      expect(console.errors).toEqual([])
    },
    240_000,
  )
})
