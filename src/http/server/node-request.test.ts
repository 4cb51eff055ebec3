import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { NodeRequest } from './node-request.ts'

async function posted(body: string): Promise<[IncomingMessage, ServerResponse]> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  void fetch(`http://127.0.0.1:${port}`, { method: 'POST', body }).catch(() => undefined)
  return (await once(server, 'request')) as [IncomingMessage, ServerResponse]
}

it('keeps nothing of a body that was read while its response continues', async () => {
  const [incoming, outgoing] = await posted('prompt')
  const listenersBefore = incoming.eventNames()
  const chunks: Uint8Array[] = []
  await new NodeRequest(incoming, outgoing).readBody((chunk) => void chunks.push(chunk))
  expect(Buffer.concat(chunks).toString()).toBe('prompt')
  expect(incoming.eventNames()).toEqual(listenersBefore)
})
