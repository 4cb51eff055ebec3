import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER, type ConsoleBrowser, DEMO_MODEL, openConsoleBrowser } from './console-browser.ts'

const MODEL = 'continuo-demo'
/** A name that would be an element of the page, and a script, if it were taken for one. */
const HOSTILE = '<img src=x onerror="window.wasStruck = true"> & "co"'

/** Opens a dialog, fills its fields by their labels, and sends it. */
async function fill(
  page: Page,
  opener: string,
  fields: Readonly<Record<string, string>>,
  submit: string,
): Promise<void> {
  await page.getByRole('button', { name: opener }).first().click()
  const dialog = page.getByRole('dialog')
  for (const [label, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(label, { exact: true })
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  await dialog.getByRole('button', { name: submit, exact: true }).click()
}

/** Closes the dialog of a secret, once it has taken the place of the form. */
async function closeSecret(page: Page): Promise<void> {
  await page.getByRole('dialog').locator('code').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
}

/** The row of a table that holds a text. */
const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

/** Opens the menu of a row, chooses, and confirms. */
async function choose(page: Page, row: string, choice: string, confirm?: string): Promise<void> {
  await rowOf(page, row).locator('summary').click()
  await rowOf(page, row).getByRole('button', { name: choice }).click()
  if (confirm !== undefined) await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
}

/** Presses the page's button until something is there. */
async function reloadUntil(page: Page, count: () => Promise<number>): Promise<void> {
  const seen = async () => {
    await page.getByRole('button', { name: 'Reload' }).click()
    return count()
  }
  await expect.poll(seen, { timeout: 30_000, interval: 300 }).toBeGreaterThan(0)
}

function ask(url: string, key: string): Promise<Response> {
  const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
  const messages = [{ role: 'user', content: 'Hi' }]
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: MODEL, max_tokens: 8, messages }),
  })
}

describe.skipIf(BROWSER === undefined)('the console', { timeout: 60_000 }, () => {
  let console: ConsoleBrowser
  beforeAll(async () => {
    console = await openConsoleBrowser({ isRecorded: true })
  })
  afterAll(() => console?.close())

  it('makes a key, shows it once, and shows what was asked with it', async () => {
    const page = await console.open('/api_keys')
    await fill(page, 'Create key', { Name: 'laptop' }, 'Create')
    const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
    expect((await ask(console.url, secret)).status).toBe(200)
    await page.getByRole('dialog').getByText(`x-api-key: ${secret}`).waitFor()
    await closeSecret(page)
    await page.getByRole('link', { name: 'laptop' }).click()
    await page.getByRole('heading', { name: 'Logs' }).waitFor()
    // Usage is written a moment after its response.
    await reloadUntil(page, () => rowOf(page, MODEL).count())
    expect(await page.content()).not.toContain(secret)
    await page.getByRole('row').filter({ hasText: MODEL }).first().getByRole('button').click()
    await page.getByRole('dialog').getByText('First token after').waitFor()
    // A request has an address, which can be sent.
    await page.reload()
    await page.getByRole('dialog').getByText('First token after').waitFor()
  })

  it('switches a key off, renames and archives it', async () => {
    const page = await console.open('/api_keys')
    await fill(page, 'Create key', { Name: 'old' }, 'Create')
    await closeSecret(page)
    await choose(page, 'old', 'Switch off')
    await rowOf(page, 'old').getByText('inactive').waitFor()
    await choose(page, 'old', 'Rename')
    await page.getByRole('dialog').getByLabel('Name').fill('older')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename', exact: true }).click()
    await choose(page, 'older', 'Archive', 'Archive')
    await rowOf(page, 'older').getByText('archived').waitFor()
  })

  it('makes an admin key, which opens the Admin API', async () => {
    const page = await console.open('/admin_keys')
    await fill(page, 'Create admin key', { Name: 'script' }, 'Create')
    const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
    const headers = { 'x-api-key': secret, 'anthropic-version': '2023-06-01' }
    expect((await fetch(`${console.url}/v1/organizations/me`, { headers })).status).toBe(200)
  })

  it('makes, renames and archives a workspace', async () => {
    const page = await console.open('/workspaces')
    await fill(page, 'Create workspace', { Name: 'Research' }, 'Create')
    await page.getByRole('link', { name: 'Research' }).click()
    await fill(page, 'Change', { Name: 'Evaluation' }, 'Save')
    await page.getByRole('heading', { name: 'Evaluation', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Archive' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click()
    await page.getByText('archived', { exact: true }).first().waitFor()
  })

  it('sets limits of rates and of money, and takes them away', async () => {
    const page = await console.open('/limits')
    await fill(page, 'Set a rate limit', { 'At most': '500' }, 'Set')
    await rowOf(page, 'Requests a minute').getByText('500').waitFor()
    await page.getByRole('button', { name: 'Remove the limit' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No rate limits').waitFor()
    await page.getByRole('link', { name: 'Spend limits' }).click()
    await fill(page, 'Set a spend limit', { 'At most, US dollars': '12.50' }, 'Set')
    await rowOf(page, '$12.50').waitFor()
  })

  it('sets a price', async () => {
    const page = await console.open('/prices')
    const fields = {
      Model: MODEL,
      'Input, US dollars for a million tokens': '0.5',
      'Output, US dollars for a million tokens': '2',
    }
    await fill(page, 'Set a price', fields, 'Set')
    await rowOf(page, MODEL).getByText('$0.5', { exact: true }).waitFor()
    await ask(console.url, 'any')
    await page.goto(`${console.url}/console/cost?range=1h`)
    await reloadUntil(page, () => page.getByRole('heading', { name: 'Cost in US dollars' }).count())
  })

  it('makes a fault, which strikes', async () => {
    const page = await console.open('/faults')
    await fill(page, 'Make a fault', { Fault: 'overloaded', Times: '1', Test: 'none' }, 'Make')
    await rowOf(page, 'overloaded').getByText('0 of 1').waitFor()
    await page.getByRole('button', { name: 'Remove all' }).click()
    await page.getByText('Nothing fails on purpose').waitFor()
  })

  it('shows what was recorded, plays it, deletes it, and stops recording', async () => {
    const recorded = async (test: string) => {
      const headers = { 'x-api-key': 'any', 'x-continuo-test': test, 'anthropic-version': '2023-06-01' }
      const messages = [{ role: 'user', content: `Say ${HOSTILE}` }]
      const body = JSON.stringify({ model: MODEL, max_tokens: 4, messages })
      await fetch(`${console.url}/v1/messages`, {
        ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body },
      })
    }
    await recorded('one')
    await recorded('another')
    const page = await console.open('/recordings?text=say-img')
    await rowOf(page, 'say-img').getByText('1', { exact: true }).waitFor()
    await rowOf(page, 'say-img')
      .getByRole('button', { name: /^say-img/ })
      .click()
    await page.getByRole('dialog').getByText(`Say ${HOSTILE}`).first().waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Open it in the Workbench' }).click()
    const user = page.getByRole('textbox', { name: 'User' })
    await expect.poll(() => user.inputValue(), { timeout: 30_000 }).toBe(`Say ${HOSTILE}`)
    await page.goBack()
    await page.getByRole('button', { name: 'Stop recording' }).click()
    await page.getByText('does not record').waitFor()
    await page.getByRole('button', { name: 'Record default' }).click()
    await page.getByText('records what is missing').waitFor()
    await page.getByRole('button', { name: 'Delete say-img' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No recording fits these filters').waitFor()
    expect(await page.evaluate('window.wasStruck')).toBeUndefined()
  })

  it('adds a model, loads and unloads it, and says why another cannot be added', async () => {
    const page = await console.open('/models')
    const path = join(console.folder, 'another.gguf')
    await fill(page, 'Add a model', { 'Path or name': path }, 'Add')
    await page.getByRole('dialog').getByText('There is no GGUF file').waitFor()
    copyFileSync(DEMO_MODEL, path)
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
    const card = page.getByRole('listitem', { name: 'another' })
    await card.getByText('not loaded').waitFor()
    await card.getByRole('button', { name: 'Load another' }).click()
    await card.getByText('ready').waitFor({ timeout: 60_000 })
    await card.getByText('parameters').last().waitFor()
    await card.getByRole('button', { name: 'Unload another' }).click()
    await card.getByText('not loaded').waitFor()
    await fill(page, 'Add a model', { 'Path or name': path }, 'Add')
    await page.getByRole('dialog').getByText('There is already a model named another').waitFor()
  })

  it('uploads a file and deletes it', async () => {
    const page = await console.open('/files')
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Hello') }
    await page.getByLabel('Files to upload').first().setInputFiles(file)
    await rowOf(page, 'notes.txt').getByText('5 B').waitFor()
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No files yet').waitFor()
  })

  it('uploads a skill, and a version of it', async () => {
    const page = await console.open('/skills')
    const skill = (text: string) => ({
      name: 'SKILL.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from(`---\nname: greeting\ndescription: ${text}\n---\nBe kind.\n`),
    })
    await page.getByRole('button', { name: 'Upload a skill' }).first().click()
    await page.getByLabel('Or a zip archive').setInputFiles(skill('Greets people.'))
    await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('link', { name: 'greeting' }).click()
    await page.getByText('Greets people.').waitFor()
    await page.getByRole('button', { name: 'Upload a version' }).click()
    await page.getByLabel('Or a zip archive').setInputFiles(skill('Greets everybody.'))
    await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click()
    await page.getByText('Greets everybody.').waitFor()
  })

  it('shows a batch to its end', async () => {
    const headers = {
      'x-api-key': 'any',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    }
    const params = { model: MODEL, max_tokens: 4, messages: [{ role: 'user', content: 'Hi' }] }
    await fetch(`${console.url}/v1/messages/batches`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ requests: [{ custom_id: 'one', params }] }),
    })
    const page = await console.open('/batches')
    await reloadUntil(page, () => page.getByText('1 succeeded').count())
    const results = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Results of' }).click()
    expect((await results).suggestedFilename()).toMatch(/^msgbatch_\w+\.jsonl$/)
  })

  it('tries a prompt in both APIs, and gives it as code', async () => {
    const page = await console.open('/workbench')
    await page.getByRole('radio', { name: 'Both' }).check()
    await page.getByLabel('Model', { exact: true }).selectOption(MODEL)
    await page.getByRole('textbox', { name: 'User' }).fill('What is {{A}} + 25?')
    const text = '\n\nHuman: What is {{A}} + 25?\n\nAssistant:'
    await page.getByRole('textbox', { name: 'Prompt of Text Completions' }).fill(text)
    await page.getByRole('textbox', { name: 'A of row 1' }).fill('17')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    for (const output of await page.getByRole('region', { name: `Output of ${MODEL}` }).all()) {
      await output.getByText('42').first().waitFor()
      await output.getByText('First token').waitFor()
    }
    await page.getByRole('button', { name: 'Get code' }).click()
    await page.getByRole('dialog').getByText('17 + 25').first().waitFor()
  })

  it('leads from an example to a key and to its chart', async () => {
    const page = await console.open('/workbench')
    await page.getByRole('radio', { name: 'Both' }).check()
    await page.getByRole('button', { name: 'Insert an example' }).click()
    await page.getByText('19 input tokens').waitFor()
    await page.getByRole('button', { name: 'Run all 2 rows' }).click()
    await page.getByRole('row').filter({ hasText: '39' }).waitFor()
    await page.getByRole('link', { name: 'create an API key' }).click()
    await fill(page, 'Create key', { Name: 'newcomer' }, 'Create')
    const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
    expect((await ask(console.url, secret)).status).toBe(200)
    await page.getByRole('link', { name: 'chart of the last hour' }).click()
    await reloadUntil(page, () => page.getByRole('listitem').filter({ hasText: 'newcomer' }).count())
  })

  it('shows names as what they are, whatever they hold', async () => {
    const page = await console.open('/api_keys')
    await fill(page, 'Create key', { Name: HOSTILE }, 'Create')
    await closeSecret(page)
    await page.getByRole('main').getByText(HOSTILE).first().waitFor()
    await page.goto(`${console.url}/console/workspaces`)
    await fill(page, 'Create workspace', { Name: HOSTILE }, 'Create')
    await page.getByRole('main').getByText(HOSTILE).first().waitFor()
    await page.goto(`${console.url}/console/workbench`)
    await page.getByRole('textbox', { name: 'User' }).fill(`Repeat: ${HOSTILE}`)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('region', { name: 'Output of' }).getByText('First token').waitFor()
    await page.goto(`${console.url}/console/audit`)
    await page.getByRole('main').getByText(HOSTILE).first().waitFor()
    expect(await page.evaluate('window.wasStruck')).toBeUndefined()
  })

  it('writes no error into the console of the browser', () => {
    // The browser calls a refusal an error, and two models were refused.
    const refusal = /console\/models: Failed to load resource: .* status of 400/
    expect(console.errors.filter((error) => !refusal.test(error))).toEqual([])
  })
})
