import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { type CannedResponse, startCannedServer } from '../../test/canned-server.ts'
import { FilesCallError } from './files-call-error.ts'
import { FilesServer, type Upload } from './files-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-files-server-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'a.txt')
writeFileSync(path, 'Hello')
const FILE = {
  id: 'file_1',
  filename: 'a.txt',
  mime_type: 'text/plain',
  size_bytes: 5,
  created_at: '2026-01-01',
}

async function start(...responses: readonly CannedResponse[]) {
  const server = await startCannedServer(...responses)
  return { ...server, files: new FilesServer(`${server.url}/`, 'key') }
}

async function bodyOf(change: Partial<Upload>): Promise<string> {
  const { files, requests } = await start({ body: FILE })
  const upload = { path, name: 'a.txt', size: 5, ...change }
  expect(await files.upload(upload)).toMatchObject({ id: 'file_1', sizeBytes: 5, expiresAt: null })
  const [{ headers = {}, body = '' } = {}] = requests
  expect(headers['content-length']).toBe(String(body.length))
  return body
}

describe('FilesServer', () => {
  it('lists the files of every page', async () => {
    const { files, requests } = await start(
      { body: { data: [FILE], next_page: 'a/b' } },
      { body: { data: [{ ...FILE, id: 'file_2' }], next_page: null } },
    )
    const listed: object[] = []
    for await (const file of files.list()) listed.push(file)
    expect(listed).toMatchObject([{ id: 'file_1' }, { id: 'file_2' }])
    expect(requests.map(({ line }) => line)).toEqual([
      'GET /v1/files?limit=1000',
      'GET /v1/files?limit=1000&page=a%2Fb',
    ])
    expect(requests[0]?.headers).toMatchObject({ 'x-api-key': 'key', 'anthropic-version': '2023-06-01' })
  })

  it('uploads a file as a form', async () => {
    const body = await bodyOf({})
    expect(body).toContain(
      'name="file"; filename="a.txt"\r\ncontent-type: application/octet-stream\r\n\r\nHello\r\n--',
    )
    expect(body).not.toContain('expires_in_seconds')
  })

  it.each<[Partial<Upload>, string]>([
    [{ type: 'text/html' }, '\r\ncontent-type: text/html\r\n'],
    [{ expiresInSeconds: 60 }, 'name="expires_in_seconds"\r\n\r\n60\r\n--'],
    [{ name: 'a"\\b\r\nc: d' }, 'filename="a\\"\\\\b  c: d"\r\n'],
  ])('uploads with %j', async (change, part) => {
    expect(await bodyOf(change)).toContain(part)
  })

  it.each([
    ['get', 'GET'],
    ['delete', 'DELETE'],
  ] as const)('can %s a file, whatever its id', async (method, verb) => {
    const { files, requests } = await start({ body: FILE })
    await files[method]('../a b')
    expect(requests[0]?.line).toBe(`${verb} /v1/files/..%2Fa%20b`)
  })

  it('downloads the bytes of a file', async () => {
    const { files, requests } = await start({ body: 'Hello' })
    expect(await text(await files.download('file_1'))).toBe('Hello')
    expect(requests[0]?.line).toBe('GET /v1/files/file_1/content')
  })

  it.each<[CannedResponse, string]>([
    [
      { status: 404, body: { error: { message: 'File not found' } } },
      'refused it with status 404: File not found',
    ],
    [{ status: 502, body: '<html>' }, 'refused it with status 502: <html>'],
    [{ status: 400, body: { error: { message: 'x'.repeat(2_000) } } }, `400: ${'x'.repeat(1_000)}`],
    [null, '/v1/files, or closed the connection: start it, or set --url.'],
  ])('explains %j', async (response, message) => {
    const { files } = await start(response)
    const failing = files.get('file_1')
    await expect(failing).rejects.toBeInstanceOf(FilesCallError)
    await expect(failing).rejects.toThrow(message)
    await expect(failing).rejects.not.toThrow('x'.repeat(1_001))
  })
})
