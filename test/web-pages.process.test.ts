import { afterAll, describe, expect, it } from 'vitest'
import { serve } from '../src/http/server/serve.ts'
import { openFullContinuo } from './full-continuo.ts'
import { sendBytes } from './fuzz/send-bytes.ts'
import { COMPLETING_ROUTES } from './routes/completing-routes.ts'
import { PAGE_HEADERS, PAGE_ROUTES } from './routes/page-routes.ts'
import { PLAIN_ROUTES } from './routes/plain-routes.ts'
import { PLATFORM_ROUTES } from './routes/platform-routes.ts'

// What a web page can do to a server on its user's machine.

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** What a page sends that only looks like one of the server. */
interface Forged {
  readonly head?: readonly string[]
  readonly [header: string]: string | readonly string[] | undefined
}

const QUESTION = { text: 'Hi', modelId: 'claude-2.1', maxTokens: 8, temperature: 0 }
/** These are all that there are: `growth/growable-routes.process.test.ts` compares them with the server's. */
const EVERY_ROUTE: readonly Asked[] = [
  ...COMPLETING_ROUTES.map(({ path, headers, body }) => ({
    method: 'POST',
    path,
    headers,
    body: body(QUESTION, false),
  })),
  // The files of the console have no secrets, and everyone may load them.
  ...PLAIN_ROUTES.filter(({ path }) => path !== '/console'),
  ...PLATFORM_ROUTES.filter(({ headers }) => 'x-api-key' in headers).map(
    ({ method, path, headers, bodies: [body] }) => ({ method, path, headers, body }),
  ),
]
const OPT_IN = { 'anthropic-dangerous-direct-browser-access': 'true' }
const ORIGIN = { origin: 'http://evil.example' }

async function start(settings: object) {
  const full = await openFullContinuo(settings)
  const server = await serve(full.continuo.handle, { host: '127.0.0.1', port: 0 })
  return { ...full, ...server }
}

const servers = {
  /** The settings of `serve` without keys. */
  keyless: await start({ apiKeys: [] }),
  named: await start({ apiKeys: [], allowedHosts: ['box.lan'] }),
  withKeys: await start({}),
  openMetrics: await start({ metrics: { access: 'open' } }),
  noBrowsers: await start({ apiKeys: [], rules: { allowBrowsers: false } }),
}
afterAll(async () => {
  for (const server of Object.values(servers)) {
    server.closeNow()
    await server.close()
  }
})

/** Whether a request came to its route, which may not find what it names. */
const isResponse = (status: number) => [200, 400, 404].includes(status)

/** Sends a raw request, because no client sets `Host` freely. */
async function ask(
  server: keyof typeof servers,
  { method, path, headers, body }: Asked,
  change: {
    head?: readonly string[]
    headers?: Readonly<Record<string, string>>
    target?: string
  } = {},
) {
  const json = body === undefined ? '' : JSON.stringify(body)
  const all = {
    ...headers,
    ...change.headers,
    'content-length': Buffer.byteLength(json),
    connection: 'close',
  }
  const lines = [
    `${method} ${change.target ?? path} HTTP/1.1`,
    ...(change.head ?? ['host: localhost']),
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    '',
    json,
  ]
  const { responses } = await sendBytes(servers[server].port, {
    pieces: [Buffer.from(lines.join('\r\n'), 'latin1')],
    pauseMs: 0,
    breaksOff: false,
    patienceMs: 5_000,
  })
  const [response] = responses
  if (response === undefined) throw new Error('there was no answer')
  return response
}

describe.each(EVERY_ROUTE)('$method $path', (route) => {
  it.each([
    ['another site', ORIGIN],
    ['a sandbox or a file', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://localhost:3000' }],
    [
      'another site, which cannot read the response',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ],
    ['another name of the same site', { 'sec-fetch-site': 'same-site' }],
  ])('refuses a page of %s that did not opt in', async (_, headers) => {
    for (const server of ['keyless', 'withKeys', 'noBrowsers'] as const) {
      const response = await ask(server, route, { headers })
      expect(response.status).toBe(401)
      expect(response.headers).not.toHaveProperty('access-control-allow-origin')
    }
  })

  it('responds to a page that opted in, except on /metrics', async () => {
    const response = await ask('keyless', route, { headers: { ...ORIGIN, ...OPT_IN } })
    if (route.path === '/metrics') expect(response.status).toBe(401)
    else expect(response.status).toSatisfy(isResponse)
    expect(response.headers['access-control-allow-origin']).toBe('*')
    const refused = await ask('noBrowsers', route, { headers: { ...ORIGIN, ...OPT_IN } })
    expect(refused.status).toBe(401)
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('responds to programs, and to links that a user follows', async () => {
    expect((await ask('keyless', route)).status).toSatisfy(isResponse)
    for (const site of ['none', 'same-origin']) {
      expect((await ask('keyless', route, { headers: { 'sec-fetch-site': site } })).status).toSatisfy(
        isResponse,
      )
    }
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await ask('keyless', route, { headers })).status).toSatisfy(isResponse)
  })

  it.each([
    ['a name that resolves to this machine', ['host: evil.example:8642']],
    [
      'the same, as the proxy of a proxy',
      ['host: evil.example', 'x-forwarded-host: localhost', 'forwarded: host=localhost'],
    ],
    ['an address of another network', ['host: 192.0.2.1']],
    ['the address of all networks', ['host: 0.0.0.0:8642']],
    ['a name that begins like ours', ['host: localhost.evil.example']],
  ])('refuses %s', async (_, head) => {
    const response = await ask('keyless', route, { head, headers: OPT_IN })
    expect(response.status).toBe(403)
    // OpenAI's form has the type as its code.
    const { type, code = type } = JSON.parse(response.body).error
    expect(code).toBe('permission_error')
    expect((await ask('withKeys', route, { head, headers: { authorization: 'Bearer K' } })).status).toSatisfy(
      isResponse,
    )
  })

  it('checks the host of a target that is a whole URL, and the header too', async () => {
    const target = (host: string) => `http://${host}${route.path}`
    const status = async (host: string, header: string) =>
      (await ask('keyless', route, { target: target(host), head: [`host: ${header}`] })).status
    expect(await status('evil.example', 'localhost')).toBe(403)
    expect(await status('localhost', 'evil.example')).toBe(403)
    expect(await status('localhost:1', '127.0.0.1:2')).toSatisfy(isResponse)
  })

  it('refuses two hosts', async () => {
    const head = ['host: localhost', 'host: evil.example']
    for (const target of [route.path, `http://localhost${route.path}`]) {
      expect((await ask('withKeys', route, { head, target })).status).toBe(400)
    }
  })

  it('responds to clients without a host, which no browser is', async () => {
    expect((await ask('keyless', route, { head: [] })).status).toSatisfy(isResponse)
    expect((await ask('keyless', route, { head: ['host:'] })).status).toSatisfy(isResponse)
  })

  it('responds for allowed names', async () => {
    expect((await ask('named', route, { head: ['host: Box.LAN.:8642'] })).status).toSatisfy(isResponse)
    expect((await ask('named', route, { head: ['host: [::1]:8642'] })).status).toSatisfy(isResponse)
    expect((await ask('named', route, { head: ['host: evil.example'] })).status).toBe(403)
  })
})

/** What a page of the server may send without a key, where the server is open. */
const CONSOLE_ROUTES = EVERY_ROUTE.filter(({ headers }) => 'x-api-key' in headers).map(
  ({ headers: { 'x-api-key': _, ...headers }, ...route }) => ({ ...route, headers }),
)
const OWN_PAGE = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }

describe.each(CONSOLE_ROUTES)('$method $path without a key', (route) => {
  // It tells strangers how to log in.
  const isForStrangers = route.path === '/continuo/console'

  it('is open to a page of an open server', async () => {
    expect((await ask('keyless', route, { headers: OWN_PAGE })).status).toSatisfy(isResponse)
    const origin = 'http://[::1]:8642'
    const own = { head: ['host: [::1]:8642'], headers: { ...OWN_PAGE, origin } }
    expect((await ask('keyless', route, own)).status).toSatisfy(isResponse)
  })

  it.each([
    ['one that needs keys', 'withKeys', {}],
    ['one that is called by another name', 'named', { head: ['host: box.lan'], origin: 'http://box.lan' }],
    ['one of another port', 'keyless', { origin: 'http://localhost:8643' }],
    ['one that a proxy stands before', 'keyless', { 'x-forwarded-for': '192.0.2.1' }],
  ] as const)('is closed to a page of %s', async (_, server, { head, ...headers }: Forged) => {
    const sent = { headers: { ...OWN_PAGE, ...headers }, ...(head === undefined ? {} : { head }) }
    const { status, body } = await ask(server, route, sent)
    if (isForStrangers && status === 200) expect(JSON.parse(body)).toMatchObject({ is_signed_in: false })
    else expect(status).toBe(401)
  })

  it('is closed to programs and to links', async () => {
    for (const headers of [{}, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }]) {
      const { status, body } = await ask('keyless', route, { headers })
      if (isForStrangers) expect(JSON.parse(body)).toMatchObject({ is_signed_in: false })
      else expect(status).toBe(401)
    }
  })
})

const LOGIN_ROUTES = PAGE_ROUTES.map(([path, body]) => ({
  ...{ method: 'POST', path, body, headers: PAGE_HEADERS },
}))

describe.each(LOGIN_ROUTES)('$method $path', (route) => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', ...ORIGIN }],
    ['another site that opted in', { 'sec-fetch-site': 'cross-site', ...ORIGIN, ...OPT_IN }],
    ['another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
    ['a form', { ...OWN_PAGE, 'content-type': 'application/x-www-form-urlencoded' }],
    ['no page', { 'sec-fetch-site': 'none' }],
  ])('refuses %s', async (_, headers) => {
    for (const server of ['keyless', 'withKeys'] as const) {
      const response = await ask(server, route, { headers })
      expect(response.status).toBe(403)
      expect(response.headers).not.toHaveProperty('set-cookie')
    }
  })

  it('reads what a page of this server sends', async () => {
    expect((await ask('withKeys', route, { headers: OWN_PAGE })).status).toSatisfy(isResponse)
  })
})

it('refuses a strange host for unknown routes and preflights too', async () => {
  const head = ['host: evil.example']
  const nowhere = { method: 'GET', path: '/nowhere', headers: {} } as const
  expect((await ask('keyless', nowhere, { head })).status).toBe(403)
  const preflight = { ...nowhere, method: 'OPTIONS' as 'GET', path: '/v1/messages' }
  expect((await ask('keyless', preflight, { head })).status).toBe(403)
})

it('checks the host of open metrics where the other routes need a key', async () => {
  const asked = { method: 'GET', path: '/metrics', headers: {} } as const
  expect((await ask('openMetrics', asked)).status).toBe(200)
  expect((await ask('openMetrics', asked, { head: ['host: evil.example'] })).status).toBe(403)
  const models = { method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer K' } } as const
  expect((await ask('openMetrics', models, { head: ['host: evil.example'] })).status).toBe(200)
})

it('needs no host from a program in the same process', async () => {
  const url = 'http://evil.example/health'
  const headers = { host: 'evil.example' }
  expect((await servers.keyless.continuo.fetch(url)).status).toBe(200)
  expect((await servers.keyless.continuo.fetch(new Request(url, { headers }))).status).toBe(200)
})
