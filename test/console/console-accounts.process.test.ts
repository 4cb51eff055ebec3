import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases } from '../databases.ts'
import { BROWSER, type ConsoleBrowser, openConsoleBrowser } from './console-browser.ts'

const PASSWORD = 'correct horse battery staple'
const ADMIN = { email: 'ada@example.com', name: 'Ada' }
const MEMBER = { email: 'bob@example.com', name: 'Bob' }

/** The pages that the navigation names. */
const pagesOf = (page: Page) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()

async function logIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
}

/** What the page's session may read, as the server sees it. */
const statusOf = (page: Page, path: string) =>
  page.evaluate(
    `fetch(${JSON.stringify(path)}, { headers: { 'anthropic-version': '2023-06-01' } }).then(({ status }) => status)`,
  )

/** Where keys are asked for, the console asks for a login. */
async function seeLogin(console: ConsoleBrowser): Promise<void> {
  const page = await console.open('/')
  await page.getByText('Open the set-up link').waitFor()
  expect(await statusOf(page, '/continuo/api_keys')).toBe(401)
}

/** The first admin comes by the set-up link. Returns the link of one whom they invite. */
async function setUpAndInvite(console: ConsoleBrowser): Promise<string> {
  const code = /\/set-up#(\S+)/.exec(console.output())?.[1] ?? ''
  const page = await console.open(`/set-up#${code}`)
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Name', { exact: true }).fill(ADMIN.name)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  await page.goto(`${console.url}/console/members`)
  await page.getByRole('button', { name: 'Invite' }).first().click()
  await page.getByRole('dialog').getByLabel('Email').fill(MEMBER.email)
  await page.getByRole('dialog').getByRole('button', { name: 'Make a link' }).click()
  const link = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
  expect(link).toContain(`${console.url}/console/`)
  return link
}

/** A member sees what their role may see, and is served no more. */
async function acceptInvite(console: ConsoleBrowser, link: string): Promise<void> {
  const page = await console.open(link.slice(`${console.url}/console`.length))
  await page.getByLabel('Name', { exact: true }).fill(MEMBER.name)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  expect(await pagesOf(page)).toEqual(['Workbench', 'Models', 'Organization'])
  expect(await statusOf(page, '/v1/models')).toBe(200)
  for (const path of ['/continuo/api_keys', '/continuo/requests', '/v1/organizations/users', '/metrics']) {
    expect([path, [401, 403].includes((await statusOf(page, path)) as number)]).toEqual([path, true])
  }
}

async function logInAndOut(console: ConsoleBrowser): Promise<void> {
  const page = await console.open('/')
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Password').fill('wrong password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').first().waitFor()
  await logIn(page, ADMIN.email)
  expect((await pagesOf(page)).length).toBeGreaterThan(10)
  await page.getByLabel('Your account').click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Password').waitFor()
  expect(await statusOf(page, '/continuo/api_keys')).toBe(401)
}

describeOnDatabases('accounts of the console', ({ newPlace }) => {
  it.skipIf(BROWSER === undefined)(
    'are set up by a link, invited by links, and hold to their roles',
    async () => {
      const console = await openConsoleBrowser({ flags: ['--access', 'keys'], state: await newPlace() })
      onTestFinished(() => console.close())
      await seeLogin(console)
      await acceptInvite(console, await setUpAndInvite(console))
      await logInAndOut(console)
    },
    120_000,
  )
})
