import { expect } from 'vitest'

/** What sends requests: a server on a port, or one in this process. */
export type SendRequest = (path: string, init: RequestInit) => Promise<Response>

/** A message batch as its client reads it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
export type BatchJson = any

/** A client of the Message Batches API. */
export class BatchClient {
  readonly #send: SendRequest
  readonly #key: string

  constructor(send: SendRequest, key: string) {
    this.#send = send
    this.#key = key
  }

  /** Sends a request and reads its JSON. */
  async call(method: string, path: string, body?: string | object): Promise<BatchJson> {
    const response = await this.fetch(method, path, body)
    return { status: response.status, ...((await response.json()) as object) }
  }

  fetch(method: string, path: string, body?: string | object): Promise<Response> {
    const headers = { 'x-api-key': this.#key, 'anthropic-version': '2023-06-01' }
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    return this.#send(path.startsWith('/continuo/') ? path : `/v1/messages/batches${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(text === undefined ? {} : { body: text }),
    })
  }

  /** Waits until a batch has ended. */
  async ended(id: string, timeoutMs = 30_000): Promise<BatchJson> {
    const read = async () => {
      const batch = await this.call('GET', `/${id}`)
      return batch.processing_status === 'ended' ? batch : null
    }
    await expect.poll(read, { timeout: timeoutMs, interval: 50 }).not.toBe(null)
    return read()
  }

  /** The results of a batch by `custom_id`. */
  async results(id: string): Promise<Map<string, BatchJson>> {
    const response = await this.fetch('GET', `/${id}/results`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-jsonl'])
    const lines = (await response.text()).split('\n')
    expect(lines.pop()).toBe('')
    const results = lines.map((line) => JSON.parse(line) as { custom_id: string; result: unknown })
    const byId = new Map(results.map(({ custom_id: id, result }) => [id, result]))
    expect(byId.size).toBe(lines.length)
    return byId
  }
}

/** A request of a batch that succeeds. */
export function goodRequest(customId: string, params: object = {}): object {
  const messages = [{ role: 'user', content: 'Count.' }]
  return { custom_id: customId, params: { model: 'claude-2.1', max_tokens: 16, messages, ...params } }
}
