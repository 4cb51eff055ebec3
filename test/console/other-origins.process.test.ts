import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER, type ConsoleBrowser, openConsoleBrowser } from './console-browser.ts'

/** What a page of another site tries: with and without CORS, with and without a preflight. */
const ATTEMPTS = `(async (url) => {
  const json = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' }
  const body = JSON.stringify({ name: 'stolen' })
  const attempts = [
    [url + '/continuo/api_keys', { method: 'POST', mode: 'no-cors', body }],
    [url + '/continuo/api_keys', { method: 'POST', headers: json, body, credentials: 'include' }],
    [url + '/continuo/console', {}],
    [url + '/continuo/api_keys', { headers: { 'anthropic-version': '2023-06-01' } }],
    [url + '/v1/organizations/me', { headers: { 'anthropic-version': '2023-06-01' } }],
  ]
  const read = []
  for (const [address, options] of attempts) {
    const response = await fetch(address, options).catch(() => null)
    read.push(response === null ? 'refused' : response.type === 'opaque' ? 'opaque' : response.status)
  }
  return read
})`

describe.skipIf(BROWSER === undefined)('a page of another site', { timeout: 60_000 }, () => {
  let console: ConsoleBrowser
  const site = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>Hi</h1>'),
  )
  beforeAll(async () => {
    console = await openConsoleBrowser()
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    site.close()
    await console?.close()
  })

  it.each(['127.0.0.1', 'localhost'])('at %s reads nothing and changes nothing', async (host) => {
    const page = await console.open('/api_keys')
    await page.goto(`http://${host}:${(site.address() as AddressInfo).port}`)
    expect(await page.evaluate(`${ATTEMPTS}(${JSON.stringify(console.url)})`)).toEqual([
      ...['opaque', 'refused', 'refused', 'refused', 'refused'],
    ])
    await page.goto(`${console.url}/console/api_keys`)
    await page.getByText('No API keys here').waitFor()
  })

  it('cannot come by another name for this machine', async () => {
    const { hostname, port } = new URL(console.url)
    const status = await new Promise((resolve, reject) => {
      const options = { hostname, port, path: '/continuo/console', headers: { host: 'attacker.example' } }
      get(options, (response) => resolve(response.resume().statusCode)).on('error', reject)
    })
    expect(status).toBe(403)
  })
})
