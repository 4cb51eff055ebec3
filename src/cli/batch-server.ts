import { setTimeout as delay } from 'node:timers/promises'
import { type BatchProgress, REMAINING_HEADER, readBatchProgress } from '../wire/batches/batch-progress.ts'
import { BatchRunError } from './batch-run-error.ts'

/** How often a call that does not come through is tried, and how long is waited between. */
const MAX_TRIES = 10
const RETRY_MS = 2_000

/** A server with the Message Batches API. */
export class BatchServer {
  readonly #url: string
  readonly #apiKey: string
  readonly #retryMs: number

  constructor(url: string, apiKey: string, retryMs = RETRY_MS) {
    this.#url = `${url.replace(/\/+$/, '')}/v1/messages/batches`
    this.#apiKey = apiKey
    this.#retryMs = retryMs
  }

  /** Sends a batch, as it is read. Returns its id. */
  async create(body: AsyncIterable<string>): Promise<string> {
    const stream = ReadableStream.from(encoded(body))
    const response = await this.#fetch('', { method: 'POST', body: stream, duplex: 'half' })
    if (!response.ok) throw await refusalOf(response)
    return ((await response.json()) as { id: string }).id
  }

  async read(id: string): Promise<BatchProgress> {
    const response = await this.#get(`/${id}`)
    return readBatchProgress(await response.json(), response.headers.get(REMAINING_HEADER))
  }

  /** The results, as they come. */
  async results(id: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#get(`/${id}/results`)
    if (body === null) throw new BatchRunError('The server sent no results.')
    return body
  }

  /** Tries again what does not come through: the server may be restarting. */
  async #get(path: string): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const response = await this.#fetch(path, {}).catch((error: unknown) => {
        if (tries < MAX_TRIES) return null
        throw error
      })
      if (response?.ok) return response
      const isPassing = response === null || response.status === 429 || response.status >= 500
      if (response !== null && (!isPassing || tries >= MAX_TRIES)) throw await refusalOf(response)
      await delay(this.#retryMs)
    }
  }

  async #fetch(path: string, init: RequestInit & { readonly duplex?: 'half' }): Promise<Response> {
    const headers = {
      'x-api-key': this.#apiKey,
      'anthropic-version': '2023-06-01',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    try {
      return await fetch(`${this.#url}${path}`, { ...init, headers })
    } catch (cause) {
      throw new BatchRunError(
        `The server cannot be reached at ${this.#url}: start it, or set --url. Run the same command again to continue.`,
        { cause },
      )
    }
  }
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const text of texts) yield encoder.encode(text)
}

async function refusalOf(response: Response): Promise<BatchRunError> {
  const text = await response.text()
  let message = text
  try {
    message = (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    // Something between has sent it.
  }
  return new BatchRunError(`The server refused it with status ${response.status}: ${message.slice(0, 1_000)}`)
}
