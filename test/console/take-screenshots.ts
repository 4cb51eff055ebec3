/** `npm run screenshots`: takes the pictures of docs/console/ from a server with keys, prices and requests of its own. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { BROWSER, openConsoleBrowser } from './console-browser.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'console')
const MODEL = 'continuo-demo'
const KEYS = ['laptop', 'evaluation', 'website']
const QUESTIONS = ['What is 17 + 25?', 'What is the capital of France?', 'Count to ten.', 'What can you do?']
const ROUNDS = 12
/** Enough for the charts of the dashboard, which are read every two seconds. */
const WATCHED_MS = 15_000

if (BROWSER === undefined) throw new Error('Install Chromium, or set CHROMIUM_PATH.')
mkdirSync(FOLDER, { recursive: true })
const { url, open, close } = await openConsoleBrowser({ isRecorded: true })

/** Sends what the console itself would send. */
async function send(path: string, body: object, key?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      ...(key === undefined ? { origin: url, 'sec-fetch-site': 'same-origin' } : { 'x-api-key': key }),
    },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}

async function askAll(keys: readonly string[], round: number): Promise<void> {
  const asks = keys.slice(0, 1 + (round % keys.length)).map((key, index) => {
    const content = QUESTIONS[(round + index) % QUESTIONS.length]
    const body = { model: MODEL, max_tokens: 48, messages: [{ role: 'user', content }] }
    return send('/v1/messages', body, key)
  })
  await Promise.all(asks)
}

async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
}

async function takeWorkbench(): Promise<void> {
  const page = await open('/workbench')
  await page.getByRole('radio', { name: 'Both' }).check()
  await page.getByLabel('Model', { exact: true }).selectOption(MODEL)
  await page.getByRole('textbox', { name: 'User' }).fill('What is {{A}} + {{B}}?')
  const text = '\n\nHuman: What is {{A}} + {{B}}?\n\nAssistant:'
  await page.getByRole('textbox', { name: 'Prompt of Text Completions' }).fill(text)
  await page.getByRole('textbox', { name: 'A of row 1' }).fill('17')
  await page.getByRole('textbox', { name: 'B of row 1' }).fill('25')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  for (const output of await page.getByRole('region', { name: `Output of ${MODEL}` }).all()) {
    await output.getByText('First token').waitFor()
  }
  await take(page, 'workbench')
}

async function takeDashboard(keys: readonly string[]): Promise<void> {
  const page = await open('/dashboard')
  const untilMs = Date.now() + WATCHED_MS
  for (let round = 0; Date.now() < untilMs; round++) {
    await askAll(keys, round)
    await page.waitForTimeout(300)
  }
  await page.screenshot({ path: join(FOLDER, 'dashboard.png') })
}

await send('/continuo/prices', { model: MODEL, input: 0.5, output: 2 })
const keys: string[] = []
for (const name of KEYS) keys.push(String((await send('/continuo/api_keys', { name })).secret))
for (let round = 0; round < ROUNDS; round++) await askAll(keys, round)
await send('/v1/messages', { model: 'unknown-model', max_tokens: 8, messages: [] }, keys[0])
await takeWorkbench()
await takeDashboard(keys)
await take(await open('/usage?by=api_key_id'), 'usage')
await take(await open('/logs'), 'logs')
await take(await open('/api_keys'), 'api-keys')
await take(await open('/models'), 'models')
await take(await open('/recordings'), 'recordings')
await close()
