import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchDocument, MAX_DOCUMENT_BYTES } from './fetch-document.ts'

const NEVER = new AbortController().signal

/** A host that responds so. */
async function startHost(respond: RequestListener): Promise<string> {
  const server = createServer(respond)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a document is fetched from a host that is allowed, by its name or with its port', async () => {
  const seen: (string | undefined)[] = []
  const host = await startHost((request, response) => {
    seen.push(request.headers.authorization)
    response.setHeader('content-type', 'Application/PDF; a=b').end('%PDF-x')
  })
  for (const hosts of [[host], ['127.0.0.1']]) {
    const { mediaType, bytes } = await fetchDocument(`http://user:word@${host}/a.pdf`, hosts, NEVER)
    expect([mediaType, Buffer.from(bytes).toString()]).toEqual(['application/pdf', '%PDF-x'])
  }
  expect(seen).toEqual([undefined, undefined])
})

test.each([
  ['no address', 'a.pdf', 'its url should be a valid URL'],
  ['another protocol', 'file:///etc/passwd', 'its url should be a valid URL'],
  ['another host', 'http://127.0.0.1:1/a.pdf', 'files.documentHosts'],
  ['a host in the name of a user', 'http://docs.example.com@127.0.0.1/a.pdf', 'files.documentHosts'],
  ['a host that is only a part', 'http://docs.example.com.evil.example/a.pdf', 'files.documentHosts'],
])('%s is refused', async (_, url, message) => {
  await expect(fetchDocument(url, ['docs.example.com'], NEVER)).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(message),
  })
})

test('no redirection is followed, and no failure is a document', async () => {
  const host = await startHost(({ url }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/a.pdf' }).end()
    else response.writeHead(404).end('none')
  })
  await expect(fetchDocument(`http://${host}/moved`, [host], NEVER)).rejects.toThrow('it cannot be fetched')
  await expect(fetchDocument(`http://${host}/none`, [host], NEVER)).rejects.toThrow('status 404')
})

test('a document that is too large is not read to its end', async () => {
  let sent = 0
  const host = await startHost((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024)
    const send = () => {
      while (!response.destroyed && sent < 4 * MAX_DOCUMENT_BYTES) {
        sent += chunk.length
        if (!response.write(chunk)) {
          response.once('drain', send)
          return
        }
      }
    }
    send()
  })
  await expect(fetchDocument(`http://${host}/`, [host], NEVER)).rejects.toThrow('larger than')
  expect(sent).toBeLessThan(4 * MAX_DOCUMENT_BYTES)
})

test('a client that disconnects ends it', async () => {
  const disconnect = new AbortController()
  const host = await startHost(() => disconnect.abort(new Error('the client disconnected')))
  const fetching = fetchDocument(`http://${host}/`, [host], disconnect.signal)
  await expect(fetching).rejects.toThrow('the client disconnected')
})
