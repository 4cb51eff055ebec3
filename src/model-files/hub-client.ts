import { EngineLoadError } from '../completion/engine-load-error.ts'
import { connectionProblem, PassingFailure, refusalError } from './download-error.ts'
import type { HubSettings } from './hub-settings.ts'
import { type RetrySettings, retryDownloads } from './retry-downloads.ts'

/** A page of a listing has a thousand files. */
const MAX_PAGES = 50
const RESPONSE_MS = 30_000

/** A file of a repository. */
export interface HubFile {
  readonly path: string
  readonly sizeBytes: number
  /** The name of its content: of a large file its SHA-256. */
  readonly oid: string
  readonly sha256: string | null
}

/** The files of a repository at one commit. */
export interface HubListing {
  readonly commit: string
  readonly files: readonly HubFile[]
}

/** A file as the hub's API describes it. */
interface TreeEntry {
  readonly type?: string
  readonly path?: string
  readonly size?: number
  readonly oid?: string
  readonly lfs?: { readonly oid?: string; readonly size?: number }
}

/**
 * Lists a repository of Hugging Face.
 *
 * @throws EngineLoadError when it is not there, needs a token, or cannot be reached
 */
export async function listRepository(
  repository: string,
  settings: HubSettings,
  retries: RetrySettings,
): Promise<HubListing> {
  const api = `${settings.endpoint}/api/models/${repository}`
  const get = (url: string) =>
    retryDownloads(`hf:${repository}`, retries, () => getJson(url, repository, settings, retries.signal))
  const { body } = await get(`${api}/revision/main`)
  const commit = String((body as { sha?: unknown }).sha ?? '')
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new EngineLoadError(`${settings.endpoint} (HF_ENDPOINT) is not a hub of Hugging Face.`)
  const files: HubFile[] = []
  let next: string | null = `${api}/tree/${commit}?recursive=true`
  for (let page = 0; next !== null && page < MAX_PAGES; page++) {
    const listed: { body: unknown; next: string | null } = await get(next)
    for (const entry of listed.body as readonly TreeEntry[]) files.push(...fileOf(entry))
    next = listed.next
  }
  return { commit, files }
}

/** The headers of a request to the hub. */
export function hubHeaders({ token }: HubSettings): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

async function getJson(url: string, repository: string, settings: HubSettings, signal: AbortSignal) {
  const { endpoint } = settings
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_MS)])
    const response = await fetch(url, { headers: hubHeaders(settings), signal: within })
    if (!response.ok) {
      await response.body?.cancel()
      throw refusalError(response, `hf:${repository}`, `${endpoint}/${repository}`)
    }
    return { body: (await response.json()) as unknown, next: nextPage(response) }
  } catch (error) {
    if (signal.aborted || !isConnectionProblem(error)) throw error
    throw new PassingFailure(`no connection to ${new URL(endpoint).host} (${connectionProblem(error)})`)
  }
}

function isConnectionProblem(error: unknown): boolean {
  return error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException
}

/** Only of the same server: a token goes nowhere else. */
function nextPage(response: Response): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  if (next === undefined) return null
  const url = new URL(next, response.url)
  return url.origin === new URL(response.url).origin ? url.href : null
}

/** A path that leads out of a folder is none of a model. */
function fileOf({ type, path, size, oid, lfs }: TreeEntry): HubFile[] {
  if (type !== 'file' || path === undefined || !isPlainPath(path)) return []
  const sha256 = lfs?.oid ?? null
  const name = sha256 ?? oid ?? ''
  if (!/^[0-9a-f]{40,64}$/.test(name)) return []
  return [{ path, sizeBytes: lfs?.size ?? size ?? 0, oid: name, sha256 }]
}

function isPlainPath(path: string): boolean {
  return (
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0:]/.test(path)
  )
}
