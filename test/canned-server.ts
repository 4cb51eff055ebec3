import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as a {@link startCannedServer} received it. */
export interface CannedRequest {
  readonly line: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What a server responds with: a status, 200 unless given, headers, and a body; null breaks the connection. */
export type CannedResponse = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | object
} | null

/** Starts a server that sends these responses, one to each request, and keeps the requests. It ends with the test. */
export async function startCannedServer(...responses: readonly CannedResponse[]) {
  const requests: CannedRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const response = responses[requests.length]
    const { method, url, headers } = incoming
    requests.push({ line: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString('latin1') })
    if (!response) return void outgoing.destroy()
    const { status = 200, body } = response
    outgoing.writeHead(status, response.headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}
