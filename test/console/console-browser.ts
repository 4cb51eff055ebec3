import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../client/test/find-browser.ts'
import { ContinuoProcess } from '../run-continuo.ts'

/** A browser on this machine; undefined where there is none. */
export const BROWSER = findBrowser()
if (BROWSER === undefined) console.warn('Skipped: no Chromium in the PATH and none at CHROMIUM_PATH.')

export const DEMO_MODEL = join(import.meta.dirname, '..', '..', 'models', 'continuo-demo.gguf')

/** A busy machine takes long to load a page. */
const PATIENCE_MS = 15_000

/** A server with a state of its own, and a browser before it. */
export interface ConsoleBrowser {
  readonly url: string
  /** Of its own; removed at the end. */
  readonly folder: string
  /** What the server has printed. */
  readonly output: () => string
  /** What pages wrote into the browser's console as errors. */
  readonly errors: string[]
  /** A page of a new session. */
  open(path: string, options?: Parameters<Browser['newContext']>[0]): Promise<Page>
  close(): Promise<void>
}

interface ConsoleBrowserOptions {
  readonly flags?: readonly string[]
  /** By default an empty folder. */
  readonly state?: string
  /** Whether its completions are recorded. */
  readonly isRecorded?: boolean
}

/** Starts the program as a user does, and a browser. */
export async function openConsoleBrowser({
  flags = [],
  state,
  isRecorded = false,
}: ConsoleBrowserOptions = {}): Promise<ConsoleBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-console-'))
  // With PostgreSQL, the journal and the files are there.
  const environment = { XDG_DATA_HOME: folder }
  const allFlags = [...(isRecorded ? recordedBy(folder) : []), ...flags]
  const server = new ContinuoProcess(
    ['serve', '--port', '0', '--state', state ?? folder, ...allFlags],
    environment,
  )
  const [, url = ''] = await server.waitForOutput(/listens on (http\S+)/, 60_000)
  const browser = await chromium.launch({ executablePath: BROWSER ?? '', args: ['--no-sandbox'] })
  const errors: string[] = []
  return {
    ...{ url, folder },
    output: () => server.stdout + server.stderr,
    errors,
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await newPage(context, errors)
      await page.goto(`${url}/console${path}`)
      await page.locator('h1').waitFor()
      return page
    },
    async close() {
      await browser.close()
      server.child.kill()
      await server.exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Writes a configuration in which the model of this package is recorded. */
function recordedBy(folder: string): readonly string[] {
  const path = join(folder, 'continuo.json')
  const recording = { folder: join(folder, 'recordings'), mode: 'record-missing' }
  writeFileSync(path, JSON.stringify({ engines: { default: { model: DEMO_MODEL, recording } } }))
  return ['--config', path]
}

async function newPage(context: BrowserContext, errors: string[]): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
  return page
}
