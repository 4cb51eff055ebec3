import { expect, test } from 'vitest'
import { newFolder } from './databases.ts'
import { S3Service } from './s3-service.ts'
import { DECLARED_KEY, StateServer } from './state-server.ts'

const HEADERS = { 'x-api-key': DECLARED_KEY, 'anthropic-version': '2023-06-01' }
/** Two parts and more. */
const BYTES = Buffer.alloc(12_000_000, 'bucket ')

test('a server keeps files in a bucket, and one that is killed in the middle of an upload lists nothing of it', async () => {
  const service = await S3Service.start()
  const place = await newFolder()
  const start = () =>
    StateServer.start({
      place,
      stateFolder: place,
      upstreamUrl: 'http://127.0.0.1:9',
      settings: { files: { allowDownloads: true, s3: service.settings } },
    })
  const server = await start()
  const upload = (url: string) => {
    const body = new FormData()
    body.set('file', new File([BYTES], 'a.bin'))
    return fetch(`${url}/v1/files`, { method: 'POST', headers: HEADERS, body })
  }
  const { id } = (await (await upload(server.url)).json()) as { id: string }
  expect(service.names()).toHaveLength(1)
  const stored = service.names()
  // It waits for its second part, of which no response comes.
  service.fail({ operation: 'PUT part', after: 1, kind: { type: 'silence' } })
  const parts = service.operations.filter((name) => name === 'PUT part').length
  const killed = upload(server.url)
  killed.catch(() => undefined)
  const begun = () => service.operations.filter((name) => name === 'PUT part').length - parts
  await expect.poll(begun, { timeout: 30_000 }).toBe(2)
  server.process.child.kill('SIGKILL')
  await expect(killed).rejects.toThrow()
  await server.process.exited
  const again = await start()
  const list = await fetch(`${again.url}/v1/files`, { headers: HEADERS })
  expect(((await list.json()) as { data: object[] }).data).toMatchObject([{ id, size_bytes: BYTES.length }])
  const content = await fetch(`${again.url}/v1/files/${id}/content`, { headers: HEADERS })
  expect(Buffer.from(await content.arrayBuffer()).equals(BYTES)).toBe(true)
  expect((await fetch(`${again.url}/v1/files/${id}`, { method: 'DELETE', headers: HEADERS })).status).toBe(
    200,
  )
  // The parts of the upload that was killed are removed when they are a day old.
  expect(service.names().filter((name) => stored.includes(name))).toEqual([])
})
