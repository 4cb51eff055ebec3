import { ANONYMOUS_CALLER } from '../../../completion/caller.ts'
import type { ApiResponse } from '../../api-response.ts'
import { htmlPage } from '../../html-page.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Handler, Route, RouteAccess } from '../../route.ts'
import { CONSOLE_FOLDER, type ConsoleFile, loadConsoleFiles } from './console-files.ts'

const INDEX = 'index.html'
/** What is asked for below it is a file and nothing else. */
const FILE_PATH = /^assets\/|\.[a-z]+$/

const HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    // Pictures and downloads that the page makes itself.
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  vary: 'accept-encoding',
}
/** Files without secrets: everyone may load them. Browsers send `Origin` for a page's own scripts. */
const ACCESS: RouteAccess = {
  guard: () => ANONYMOUS_CALLER,
  allowBrowsers: false,
  clientStyleOf: () => 'claude',
}
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The console: its files from memory, and its page for every other path below `/console`, which the page itself reads. */
export function consoleRoutes(folder: string = CONSOLE_FOLDER): readonly Route[] {
  let loading: Promise<ReadonlyMap<string, ConsoleFile> | null> | null = null
  const handler: Handler = async ({ request, params }: RoutedRequest) => {
    loading ??= loadConsoleFiles(folder)
    const files = await loading
    if (files === null) {
      // It may be built while the server runs.
      loading = null
      return notBuiltPage()
    }
    const path = params.path ?? ''
    const file = files.get(path) ?? (FILE_PATH.test(path) ? undefined : files.get(INDEX))
    return file === undefined ? notFound() : fileResponse(file, request.headers)
  }
  return ['/console', '/console/', '/console/:path{.+}'].map((pattern) => ({
    ...ACCESS,
    method: 'GET',
    pattern,
    handler,
  }))
}

function fileResponse(file: ConsoleFile, requestHeaders: RoutedRequest['request']['headers']): ApiResponse {
  const { contentType, etag, isHashed, bytes, compressed } = file
  const headers = { ...HEADERS, etag, 'cache-control': isHashed ? FOR_EVER : 'no-cache' }
  if (isKnown(requestHeaders.get('if-none-match'), etag)) return { status: 304, headers, body: null }
  const coding = codingFor(requestHeaders.get('accept-encoding'), compressed)
  const encoded = coding === null ? undefined : compressed.get(coding)
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': contentType,
      ...(coding === null || encoded === undefined ? {} : { 'content-encoding': coding }),
    },
    body: encoded ?? bytes,
  }
}

/** Whether a browser has this version already. Proxies that compress make a weak tag of it. */
function isKnown(tags: string | null, etag: string): boolean {
  const known = tags?.split(',') ?? []
  return known.some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/** The first coding that the client takes. */
function codingFor(accepted: string | null, compressed: ConsoleFile['compressed']): string | null {
  const names = (accepted ?? '').split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name]
  })
  return [...compressed.keys()].find((coding) => names.includes(coding)) ?? null
}

function notFound(): ApiResponse {
  return { ...htmlPage('Not found', '<h1>Not found</h1><p><a href="/console">To the console</a></p>', 404) }
}

function notBuiltPage(): ApiResponse {
  return htmlPage(
    'The console is not built',
    `<h1>The console is not built</h1>
<p>Run this in the folder of the source, then reload this page:</p>
<pre>npm install
npm run build --workspace console</pre>
<p>Packages from npm contain it. The API works without it: <a href="/docs">its routes</a>.</p>`,
    503,
  )
}
