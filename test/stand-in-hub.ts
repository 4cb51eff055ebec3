import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const HUB_COMMIT = 'c0ffee'.padEnd(40, '0')
const PAGE_FILES = 2

/** What a stand-in does wrong. */
export interface HubFaults {
  /** Sends this many bytes of a file, for each entry once, and then nothing until `cutHeld`. */
  holdAfterBytes?: number[]
  /** Statuses of the next responses for files, and for the API. */
  fileStatuses?: number[]
  apiStatuses?: number[]
  /** Changes a byte of every file. */
  isWrong?: boolean
  ignoresRanges?: boolean
}

/**
 * A hub that speaks Hugging Face's protocol: revisions, trees in pages, files by redirects to a server for large files that
 * takes ranges.
 */
export class StandInHub {
  readonly faults: HubFaults = {}
  /** `METHOD path range authorization` of every request to the server of files. */
  readonly fileRequests: {
    readonly path: string
    readonly range: string | null
    readonly authorization: string | null
  }[] = []
  readonly apiRequests: string[] = []
  /** The token that the hub requires; null for none. */
  token: string | null = null
  #url = ''
  #storageUrl = ''
  #held: ServerResponse[] = []
  readonly #files: ReadonlyMap<string, Buffer>
  readonly #repository: string
  readonly #hub: Server
  readonly #storage: Server

  private constructor(repository: string, files: ReadonlyMap<string, Buffer>) {
    this.#repository = repository
    this.#files = files
    this.#hub = createServer((request, response) => this.#serveHub(request, response))
    this.#storage = createServer((request, response) => this.#serveFile(request, response))
  }

  static async start(repository: string, files: Readonly<Record<string, Buffer>>): Promise<StandInHub> {
    const hub = new StandInHub(repository, new Map(Object.entries(files)))
    for (const server of [hub.#hub, hub.#storage])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    hub.#url = urlOf(hub.#hub)
    hub.#storageUrl = urlOf(hub.#storage)
    return hub
  }

  get url(): string {
    return this.#url
  }

  /** Cuts the connections of files that are held. */
  cutHeld(): void {
    for (const response of this.#held.splice(0)) response.destroy()
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#storage]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  #serveHub(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url)
    const isApi = url.pathname.startsWith('/api/')
    if (isApi) this.apiRequests.push(url.pathname)
    const status = isApi ? this.faults.apiStatuses?.shift() : undefined
    if (status !== undefined) return void end(response, status, { 'retry-after': '0' })
    if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`)
      return void end(response, 401)
    const api = `/api/models/${this.#repository}`
    if (url.pathname === `${api}/revision/main`)
      return void json(response, { id: this.#repository, sha: HUB_COMMIT })
    if (url.pathname === `${api}/tree/${HUB_COMMIT}`) return void this.#servePage(url, response)
    const resolved = `/${this.#repository}/resolve/${HUB_COMMIT}/`
    const content = this.#files.get(decodeURIComponent(url.pathname.slice(resolved.length)))
    if (!url.pathname.startsWith(resolved) || content === undefined) return void end(response, 404)
    end(response, 302, {
      location: `${this.#storageUrl}/${sha256(content)}`,
      'x-repo-commit': HUB_COMMIT,
      'x-linked-etag': `"${sha256(content)}"`,
      'x-linked-size': String(content.length),
    })
  }

  #servePage(url: URL, response: ServerResponse): void {
    const start = Number(url.searchParams.get('cursor') ?? 0)
    const all = [...this.#files].map(([path, content]) => ({
      type: 'file',
      path,
      size: content.length,
      oid: 'a'.repeat(40),
      lfs: { oid: sha256(content), size: content.length, pointerSize: 135 },
    }))
    const more: Record<string, string> =
      start + PAGE_FILES < all.length
        ? { link: `<${this.url}${url.pathname}?recursive=true&cursor=${start + PAGE_FILES}>; rel="next"` }
        : {}
    json(response, all.slice(start, start + PAGE_FILES), more)
  }

  #serveFile(request: IncomingMessage, response: ServerResponse): void {
    const { range = null, authorization = null } = request.headers
    this.fileRequests.push({ path: request.url ?? '', range, authorization })
    const status = this.faults.fileStatuses?.shift()
    if (status !== undefined) return void end(response, status, { 'retry-after': '0' })
    const content = [...this.#files.values()].find((one) => `/${sha256(one)}` === request.url)
    if (content === undefined) return void end(response, 404)
    const from = this.faults.ignoresRanges === true ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    if (from >= content.length) return void end(response, 416)
    const bytes = Buffer.from(content.subarray(from))
    if (this.faults.isWrong === true) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': bytes.length,
      etag: `"${sha256(content)}"`,
      'accept-ranges': 'bytes',
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    })
    const held = this.faults.holdAfterBytes?.shift()
    if (held === undefined) return void response.end(bytes)
    response.write(bytes.subarray(0, held))
    this.#held.push(response)
  }
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end()
}

function json(response: ServerResponse, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
