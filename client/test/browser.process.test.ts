import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completionOf, cutAt, eventText, streamText } from './completion-events.ts'
import { deferred } from './deferred.ts'
import { findBrowser } from './find-browser.ts'
import { errorBody, type ReceivedRequest, sendJson, startServer } from './start-server.ts'

const CLIENT = join(import.meta.dirname, '..')
const TEXTS = [' Hello', ', 日本', ' 👩‍👩‍👧']
const browser = findBrowser()
if (browser === undefined) console.warn('Skipped: no Chromium in the PATH and none at CHROMIUM_PATH.')

/** The folder of the compiled client, for this test alone. */
function buildClient(): string {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-client-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc')
  execFileSync(process.execPath, [compiler, '-p', join(CLIENT, 'tsconfig.build.json'), '--outDir', folder])
  return folder
}

/** The page, its script and the compiled client; what the page found comes back as a promise. */
async function startPages(dist: string): Promise<{ url: string; findings: Promise<unknown> }> {
  const { promise, resolve } = deferred()
  const { url, requests } = await startServer((response, request) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname
    if (path === '/findings') {
      response.end()
      resolve()
    } else if (path === '/') {
      response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>')
    } else {
      const file =
        path === '/page.js' ? join(CLIENT, 'test', 'browser-page.js') : join(dist, path.replace('/dist/', ''))
      response
        .setHeader('content-type', 'text/javascript')
        .end(path.endsWith('.js') ? readFileSync(file) : '')
    }
  })
  const findings = promise.then(() =>
    JSON.parse(requests.find((request) => request.url === '/findings')?.bodyText ?? ''),
  )
  return { url, findings }
}

/** An API on another origin that takes browsers in if they ask as they should. */
async function startApi() {
  const endlessClosed = deferred()
  const respond = (response: ServerResponse, request: ReceivedRequest) => {
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-expose-headers', '*')
    if (request.method === 'OPTIONS') {
      response
        .setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '')
        .end()
      return
    }
    expect(request.headers['anthropic-dangerous-direct-browser-access']).toBe('true')
    if (request.method === 'GET') {
      sendJson(response, 200, {
        data: [{ id: 'claude-2.1' }],
        has_more: false,
        first_id: null,
        last_id: null,
      })
      return
    }
    const { stream, model } = JSON.parse(request.bodyText)
    if (model === 'unknown') sendJson(response, 404, errorBody('not_found_error', 'model: unknown'))
    else if (!stream)
      sendJson(response, 200, completionOf(' Hello', 'max_tokens'), { 'request-id': 'req_01' })
    else if (model === 'endless') {
      response.on('close', endlessClosed.resolve)
      response.write(eventText('completion', completionOf(' Hi')))
    } else {
      const bytes = new TextEncoder().encode(streamText(TEXTS))
      for (const piece of cutAt(bytes, [...bytes.keys()])) response.write(piece)
      response.end()
    }
  }
  const { url } = await startServer(respond)
  return { url, endlessClosed: endlessClosed.promise }
}

test.skipIf(browser === undefined)(
  'the client runs in a browser as it is compiled',
  { timeout: 120_000 },
  async () => {
    const pages = await startPages(buildClient())
    const api = await startApi()
    const profile = mkdtempSync(join(tmpdir(), 'continuo-browser-'))
    const process = spawn(browser ?? '', [
      '--headless',
      // Only pages of this test are opened, and in a container the sandbox is often not to be had.
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `${pages.url}/?api=${encodeURIComponent(api.url)}`,
    ])
    const exited = new Promise((resolve) => process.on('exit', resolve))
    onTestFinished(async () => {
      process.kill()
      await exited
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    })
    expect(await pages.findings).toEqual({
      refusal: 'ContinuoError',
      whole: ' Hello',
      request_id: 'req_01',
      streamed: TEXTS.join(''),
      failure: 'NotFoundError 404 model: unknown',
      models: ['claude-2.1'],
    })
    await api.endlessClosed
  },
)
