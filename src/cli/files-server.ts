import { createReadStream, type Stats } from 'node:fs'
import { readFileBody, readFileListBody, type ShownFile } from '../wire/files/read-file-body.ts'
import { FilesCallError } from './files-call-error.ts'

/** What is uploaded. */
export interface Upload {
  readonly path: string
  readonly name: string
  readonly size: Stats['size']
  /** By default the server goes by the name. */
  readonly type?: string | undefined
  readonly expiresInSeconds?: number | undefined
}

const BOUNDARY = 'continuo-files-9b1f6c1e7a404fd2'
const MAX_SHOWN_UNITS = 1_000

/** A server with the Files API. */
export class FilesServer {
  readonly #url: string
  readonly #apiKey: string

  constructor(url: string, apiKey: string) {
    this.#url = `${url.replace(/\/+$/, '')}/v1/files`
    this.#apiKey = apiKey
  }

  /** The JSON of all files, the newest first. */
  async *list(): AsyncGenerator<object> {
    for (let page: string | null = ''; page !== null; ) {
      const query = page === '' ? '' : `&page=${encodeURIComponent(page)}`
      const { files, nextPage } = readFileListBody(await this.#json(`?limit=1000${query}`, {}))
      yield* files
      page = nextPage
    }
  }

  /** The JSON of a file. */
  async get(id: string): Promise<object> {
    return (await this.#json(`/${encodeURIComponent(id)}`, {})) as object
  }

  async delete(id: string): Promise<void> {
    await this.#json(`/${encodeURIComponent(id)}`, { method: 'DELETE' })
  }

  /** Sends a file as it is read. */
  async upload(upload: Upload): Promise<ShownFile> {
    const before = Buffer.from(formStart(upload))
    const after = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
    async function* body(): AsyncGenerator<Uint8Array> {
      yield before
      yield* createReadStream(upload.path) as AsyncIterable<Uint8Array>
      yield after
    }
    const json = await this.#json('', {
      method: 'POST',
      body: ReadableStream.from(body()),
      duplex: 'half',
      headers: {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'content-length': String(before.length + upload.size + after.length),
      },
    })
    return readFileBody(json)
  }

  /** The bytes of a file, as they come. */
  async download(id: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#fetch(`/${encodeURIComponent(id)}/content`, {})
    if (body === null) throw new FilesCallError('The server sent nothing.')
    return body
  }

  async #json(path: string, init: RequestInit & { readonly duplex?: 'half' }): Promise<unknown> {
    return (await this.#fetch(path, init)).json()
  }

  async #fetch(path: string, init: RequestInit & { readonly duplex?: 'half' }): Promise<Response> {
    const headers = { 'x-api-key': this.#apiKey, 'anthropic-version': '2023-06-01', ...init.headers }
    let response: Response
    try {
      response = await fetch(`${this.#url}${path}`, { ...init, headers })
    } catch (cause) {
      throw new FilesCallError(
        `The server cannot be reached at ${this.#url}, or closed the connection: start it, or set --url.`,
        { cause },
      )
    }
    if (response.ok) return response
    const text = await response.text()
    throw new FilesCallError(
      `The server refused it with status ${response.status}: ${messageOf(text).slice(0, MAX_SHOWN_UNITS)}`,
    )
  }
}

/** What comes before the bytes: the field, and the headers of the file. */
function formStart({ name, type, expiresInSeconds }: Upload): string {
  const field =
    expiresInSeconds === undefined
      ? ''
      : `--${BOUNDARY}\r\ncontent-disposition: form-data; name="expires_in_seconds"\r\n\r\n${expiresInSeconds}\r\n`
  const quoted = name.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ')
  return `${field}--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${quoted}"\r\ncontent-type: ${type ?? 'application/octet-stream'}\r\n\r\n`
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    // Something between has sent it.
    return text
  }
}
