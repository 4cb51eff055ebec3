import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WorkSlices } from '../util/work-slices.ts'
import type { ApiRequest } from './api-request.ts'
import type { FormFile } from './form-parser.ts'
import { type MultipartOptions, readMultipartBody } from './read-multipart-body.ts'
import { RequestMemory } from './request-memory.ts'

const OPTIONS: MultipartOptions = {
  fileFields: ['file'],
  maxFiles: 3,
  maxFileBytes: 200_000,
  maxTotalBytes: 300_000,
  maxFields: 2,
  maxFieldBytes: 64,
}

interface Part {
  readonly headers: string
  readonly content: Buffer
}

function formOf(parts: readonly Part[], boundary = 'b'): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

const filePart = (
  content: string | Buffer,
  more = '; filename="a.txt"\r\ncontent-type: text/plain',
): Part => ({
  headers: `Content-Disposition: form-data; name="file"${more}`,
  content: Buffer.from(content),
})
const fieldPart = (name: string, value: string): Part => ({
  headers: `Content-Disposition: form-data; name="${name}"`,
  content: Buffer.from(value),
})

/** A request whose body comes in chunks, and may break off. */
function requestOf(
  chunks: readonly Uint8Array[],
  { type = 'multipart/form-data; boundary=b', breaksOff = false, length = '' } = {},
): ApiRequest {
  const controller = new AbortController()
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: new Headers({ 'content-type': type, ...(length === '' ? {} : { 'content-length': length }) }),
    hosts: [],
    signal: controller.signal,
    cancel: () => controller.abort(),
    async readBody(take) {
      for (const chunk of chunks) await take(chunk)
      if (breaksOff) throw new Error('the connection was closed')
    },
  }
}

interface TakenFile extends Omit<FormFile, 'chunks'> {
  readonly content: string
}

async function read(request: ApiRequest, options = OPTIONS) {
  const files: TakenFile[] = []
  const context = { request, memory: new RequestMemory(2 ** 30).open(), slices: new WorkSlices() }
  const fields = await readMultipartBody(context, options, async ({ chunks, ...file }) => {
    const pieces: Uint8Array[] = []
    for await (const chunk of chunks) pieces.push(chunk)
    files.push({ ...file, content: Buffer.concat(pieces).toString('latin1') })
  }).catch((error: unknown) => {
    throw Object.assign(error as Error, { files })
  })
  return { fields: Object.fromEntries(fields), files }
}

test('files and fields come in any order, with and without a filename', async () => {
  const body = formOf([
    fieldPart('expires_in_seconds', '3600'),
    filePart('one'),
    filePart('two', '\r\ncontent-type: application/octet-stream'),
    filePart('three', ''),
    fieldPart('note', 'grün'),
  ])
  const { fields, files } = await read(requestOf([body]))
  expect(fields).toEqual({ expires_in_seconds: '3600', note: 'grün' })
  expect(files).toEqual([
    { fieldName: 'file', filename: 'a.txt', mediaType: 'text/plain', content: 'one' },
    { fieldName: 'file', filename: null, mediaType: 'application/octet-stream', content: 'two' },
    { fieldName: 'file', filename: null, mediaType: 'text/plain', content: 'three' },
  ])
})

test('folders of filenames are kept, and every way of writing a name is read', async () => {
  const names = ['; filename="a/b c.md"', '; filename=plain.md', `; filename*=utf-8''gr%C3%BCn.md`]
  const { files } = await read(requestOf([formOf(names.map((name) => filePart('x', name)))]))
  expect(files.map(({ filename }) => filename)).toEqual(['a/b c.md', 'plain.md', 'grün.md'])
})

const parts = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => filePart(Buffer.from(bytes))),
    // Content that looks like the beginning of a boundary.
    fc.constantFrom('', '\r\n', '\r\n--', '\r\n--a', '--c--', '-').map((text) => filePart(text)),
    fc.constantFrom('', 'x', '\r\n-').map((value) => fieldPart('n', value)),
  ),
  { maxLength: 3 },
)
const cuts = fc.array(fc.nat(2_000), { maxLength: 12 })

function cutAt(body: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (body.length + 1)))].sort((a, b) => a - b)
  return [0, ...sorted].map((from, index) => body.subarray(from, sorted[index] ?? body.length))
}

test('a form reads the same however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(parts, cuts, async (form, places) => {
      fc.pre(form.filter(({ headers }) => headers.includes('name="n"')).length <= OPTIONS.maxFields)
      const body = formOf(form)
      const { files, fields } = await read(requestOf(cutAt(body, places)))
      const expected = form.filter(({ headers }) => headers.includes('name="file"'))
      expect(files.map(({ content }) => content)).toEqual(
        expected.map(({ content }) => content.toString('latin1')),
      )
      const field = form.findLast(({ headers }) => headers.includes('name="n"'))
      expect(fields).toEqual(field === undefined ? {} : { n: field.content.toString() })
    }),
    { numRuns: 300 },
  )
})

test('a form that breaks off at any byte is refused, and what was taken of it is given up', async () => {
  const body = formOf([fieldPart('n', 'v'), filePart('content of the file'), filePart('other')])
  for (let length = 0; length < body.length - 3; length++) {
    const whole = read(requestOf([body.subarray(0, length)]))
    await expect(whole, `ends at ${length}`).rejects.toMatchObject({ code: 'invalid-request' })
    const broken = requestOf([body.subarray(0, length)], { breaksOff: true })
    const error: { code: string; files: TakenFile[] } = await read(broken).then(
      () => undefined,
      (thrown) => thrown,
    )
    expect(error.code, `breaks off at ${length}`).toBe('malformed-http')
    const wholeFiles = ['content of the file', 'other'].filter((content) =>
      body.subarray(0, length).includes(`${content}\r\n--b`),
    )
    const taken = error.files.map(({ content }) => content)
    expect(taken).toEqual(wholeFiles.slice(0, taken.length))
  }
})

test('no bytes make it hang or end the process', async () => {
  const fragments = [
    '--b',
    '\r\n',
    '--b--',
    '\r\n\r\n',
    'Content-Disposition: form-data; name="file"',
    ';',
    ' filename="x"',
    'Content-Type: multipart/mixed; boundary=c',
    ':',
    '\n',
    'z',
  ]
  const hostile = fc
    .array(fc.constantFrom(...fragments), { maxLength: 24 })
    .map((pieces) => Buffer.from(pieces.join('')))
  await fc.assert(
    fc.asyncProperty(hostile, cuts, async (body, places) => {
      await read(requestOf(cutAt(body, places))).catch((error: { code: string }) => {
        expect(error.code).toBe('invalid-request')
      })
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['more files than allowed', Array(4).fill(filePart('')), 'invalid-request'],
  ['more fields than allowed', Array(3).fill(fieldPart('n', '')), 'invalid-request'],
  ['many empty parts', Array(5_000).fill(fieldPart('n', '')), 'invalid-request'],
  ['a long field', [fieldPart('n', 'v'.repeat(65))], 'invalid-request'],
  ['a large file', [filePart(Buffer.alloc(200_001))], 'request-too-large'],
  ['large files together', Array(3).fill(filePart(Buffer.alloc(500_000))), 'request-too-large'],
])('%s is refused', async (_, form, code) => {
  await expect(read(requestOf([formOf(form)]))).rejects.toMatchObject({ code })
})

test('a file may be as large as allowed, and a field as long', async () => {
  const { files, fields } = await read(
    requestOf([formOf([filePart(Buffer.alloc(200_000)), fieldPart('n', 'v'.repeat(64))])]),
  )
  expect([files[0]?.content.length, fields.n?.length]).toEqual([200_000, 64])
})

test.each([
  ['application/json'],
  ['multipart/mixed; boundary=b'],
  ['multipart/form-data'],
  ['multipart/form-data; boundary='],
  ['multipart/form-data; boundary=""'],
  [`multipart/form-data; boundary=${'b'.repeat(201)}`],
])('the content type %s is refused', async (type) => {
  await expect(read(requestOf([formOf([filePart('x')])], { type }))).rejects.toMatchObject({
    code: 'invalid-request',
  })
})

test('a body that says that it is too long is refused before it is read', async () => {
  const request = {
    ...requestOf([], { length: '2000000' }),
    readBody: () => Promise.reject(new Error('the body was read')),
  }
  await expect(read(request)).rejects.toMatchObject({ code: 'request-too-large' })
})

test('no more is read while a file is not taken', async () => {
  const body = formOf([filePart(Buffer.alloc(200_000))])
  const chunks = cutAt(
    body,
    Array.from({ length: 20 }, (_, index) => index * 10_000),
  )
  let given = 0
  const request: ApiRequest = {
    ...requestOf([]),
    async readBody(take) {
      for (const chunk of chunks) {
        given += 1
        await take(chunk)
      }
    },
  }
  const context = { request, memory: new RequestMemory(2 ** 30).open(), slices: new WorkSlices() }
  let letGo = () => undefined as unknown
  const waits = new Promise((resolve) => {
    letGo = () => resolve(undefined)
  })
  const reading = readMultipartBody(context, OPTIONS, async ({ chunks: taken }) => {
    await waits
    for await (const _ of taken);
  })
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  expect(given).toBeLessThan(16)
  letGo()
  await reading
  expect(given).toBe(chunks.length)
})

test('what taking a file throws ends the reading', async () => {
  const context = {
    request: requestOf([formOf([filePart(Buffer.alloc(150_000)), filePart('two')])]),
    memory: new RequestMemory(2 ** 30).open(),
    slices: new WorkSlices(),
  }
  let taken = 0
  const reading = readMultipartBody(context, OPTIONS, async () => {
    taken += 1
    throw new Error('the disk is full')
  })
  await expect(reading).rejects.toThrow('the disk is full')
  expect(taken).toBe(1)
})

test('a file that is left is dropped', async () => {
  const context = {
    request: requestOf([formOf([filePart(Buffer.alloc(150_000)), fieldPart('n', 'v')])]),
    memory: new RequestMemory(2 ** 30).open(),
    slices: new WorkSlices(),
  }
  const fields = await readMultipartBody(context, OPTIONS, async () => undefined)
  expect([...fields]).toEqual([['n', 'v']])
})
