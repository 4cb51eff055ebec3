import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder } from './databases.ts'
import { DECLARED_KEY, StateServer } from './state-server.ts'

const MEBIBYTE = 1024 * 1024
/** A file may have 500 MB; fewer are enough to see whether memory grows with them. */
const UPLOAD_BYTES = Number(process.env.CONTINUO_TEST_UPLOAD_BYTES ?? 192 * MEBIBYTE)
/** V8 collects buffers when 64 MiB of them have come. */
const MAX_GROWTH_BYTES = 144 * MEBIBYTE
const BOUNDARY = 'a-boundary-of-the-test'
const HEADERS = { 'x-api-key': DECLARED_KEY, 'anthropic-version': '2023-06-01' }

/** The body of an upload, made while it is sent. */
async function* uploadBody(
  bytes: number,
  afterChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`)
  const chunk = Buffer.alloc(64 * 1024)
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    chunk.writeUInt32LE(sent / chunk.length)
    const part = Uint8Array.from(chunk.subarray(0, Math.min(chunk.length, bytes - sent)))
    yield part
    afterChunk(part)
  }
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
}

function upload(
  url: string,
  bytes: number,
  afterChunk: (chunk: Uint8Array) => void = () => undefined,
): Promise<Response> {
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: ReadableStream.from(uploadBody(bytes, afterChunk)),
    duplex: 'half',
  }
  return fetch(`${url}/v1/files`, init)
}

async function startServer(settings: object = {}) {
  const place = await newFolder()
  const server = await StateServer.start({
    place,
    stateFolder: place,
    upstreamUrl: 'http://127.0.0.1:9',
    settings: { files: { allowDownloads: true }, ...settings },
  })
  return { server, folder: join(place, 'files') }
}

test.skipIf(process.platform !== 'linux')(
  'an upload and a download take no memory of their size',
  async () => {
    const { server } = await startServer()
    const residentBytes = () => {
      const status = readFileSync(`/proc/${server.process.child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
    }
    // Loads what uploads need.
    expect((await upload(server.url, MEBIBYTE)).status).toBe(200)
    const before = residentBytes()
    let most = before
    const watch = () => {
      most = Math.max(most, residentBytes())
    }
    const sent = createHash('sha256')
    const response = await upload(server.url, UPLOAD_BYTES, (chunk) => {
      sent.update(chunk)
      watch()
    })
    const { id, size_bytes: sizeBytes } = (await response.json()) as { id: string; size_bytes: number }
    expect([response.status, sizeBytes]).toEqual([200, UPLOAD_BYTES])
    watch()
    const content = await fetch(`${server.url}/v1/files/${id}/content`, { headers: HEADERS })
    const hash = createHash('sha256')
    for await (const chunk of content.body ?? []) {
      hash.update(chunk)
      watch()
    }
    expect(hash.digest('hex')).toBe(sent.digest('hex'))
    expect(most - before).toBeLessThan(MAX_GROWTH_BYTES)
  },
)

test('a server that is killed in the middle of an upload lists nothing of it, and goes on', async () => {
  const { server, folder } = await startServer()
  await upload(server.url, MEBIBYTE)
  let chunks = 0
  const killed = upload(server.url, 32 * MEBIBYTE, () => {
    chunks += 1
    if (chunks === 64) server.process.child.kill('SIGKILL')
  })
  await expect(killed).rejects.toThrow()
  await server.process.exited
  const again = await StateServer.start({
    place: join(folder, '..'),
    stateFolder: join(folder, '..'),
    upstreamUrl: 'http://127.0.0.1:9',
  })
  const list = await fetch(`${again.url}/v1/files`, { headers: HEADERS })
  expect(((await list.json()) as { data: object[] }).data).toMatchObject([{ size_bytes: MEBIBYTE }])
  expect((await upload(again.url, MEBIBYTE)).status).toBe(200)
  const blobs = readdirSync(folder, { recursive: true }).filter((name) => /[0-9a-f]{64}$/.test(String(name)))
  expect(blobs).toHaveLength(1)
})
