/**
 * The least that a proxy in Node can do: it passes every request and every response on unchanged. No proxy that reads them
 * can be faster. `argv[2]` is its port, `argv[3]` that of its upstream.
 */

import { Agent, createServer, request } from 'node:http'

const port = Number(process.argv[2])
const upstreamPort = Number(process.argv[3])
const agent = new Agent({ keepAlive: true, maxSockets: 4096 })

const server = createServer((incoming, outgoing) => {
  if (incoming.method === 'GET') {
    outgoing.end()
    return
  }
  const { method, url: path, headers } = incoming
  const options = { agent, host: '127.0.0.1', port: upstreamPort, method, path, headers }
  const forwarded = request(options, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(outgoing)
  })
  forwarded.on('error', () => outgoing.destroy())
  outgoing.on('close', () => forwarded.destroy())
  incoming.pipe(forwarded)
})
server.listen({ port, host: '127.0.0.1', backlog: 2048 })
