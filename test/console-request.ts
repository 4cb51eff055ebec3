import type { ApiRequest } from '../src/http/api-request.ts'
import type { App } from '../src/http/app.ts'

/** What a browser's page sends. */
export interface ConsoleRequest {
  readonly method?: string
  readonly path: string
  readonly body?: object | string
  readonly hosts?: readonly string[]
  readonly remoteAddress?: string | null
  readonly isSecure?: boolean
  /** Besides those of a page of this server; null leaves a header out. */
  readonly headers?: Readonly<Record<string, string | null>>
}

export interface ConsoleResponse {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
  readonly body: any
  readonly headers: Readonly<Record<string, string>>
}

const HOST = 'localhost:8642'

/** Sends what a browser on this machine sends for a page of this server, or what `asked` says instead. */
export async function sendFromConsole(
  app: Pick<App, 'handle'>,
  asked: ConsoleRequest,
): Promise<ConsoleResponse> {
  const { status, headers, body } = await app.handle(apiRequestOf(asked))
  const text = body === null || typeof body === 'string' ? (body ?? '') : await textOf(body)
  const isJson = headers['content-type']?.startsWith('application/json')
  return { status, headers, body: isJson ? JSON.parse(text) : text }
}

async function textOf(body: NonNullable<Exclude<Awaited<ReturnType<App['handle']>>['body'], string>>) {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  let text = body.preamble
  for (;;) {
    const { data, isLast } = await body.next()
    text += typeof data === 'string' ? data : Buffer.from(data).toString()
    if (isLast) return text
  }
}

function apiRequestOf({
  method,
  path,
  body,
  hosts = [HOST],
  headers = {},
  ...rest
}: ConsoleRequest): ApiRequest {
  const cancelling = new AbortController()
  const [target = '', query = ''] = path.split('?', 2)
  const isSafe = (method ?? (body === undefined ? 'GET' : 'POST')) === 'GET'
  const sent = new Map<string, string>()
  const all = {
    'sec-fetch-site': 'same-origin',
    'anthropic-version': '2023-06-01',
    ...(isSafe ? {} : { origin: `http://${hosts[0]}`, 'content-type': 'application/json' }),
    ...headers,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) sent.set(name, value)
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path: target,
    query,
    hosts,
    headers: { get: (name) => sent.get(name) ?? null, has: (name) => sent.has(name) },
    remoteAddress: '127.0.0.1',
    ...rest,
    signal: cancelling.signal,
    cancel: () => cancelling.abort(),
    async readBody(take) {
      if (body !== undefined) await take(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
    },
  }
}
