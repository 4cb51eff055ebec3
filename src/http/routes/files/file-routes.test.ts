import { describe, expect, it } from 'vitest'
import { BLOB_PLACES, type TestPlace } from '../../../../test/blob-places.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { callFiles, createFilesApp, formWith, openTestFiles } from '../../../../test/files-app.ts'
import type { BlobStore } from '../../../files/blob-store.ts'
import { EXPIRED_TTL_MS, maintainFiles } from '../../../files/file-duties.ts'
import { readStoredBytes } from '../../../files/stored-bytes.ts'
import { StateError } from '../../../state/state-error.ts'

/** Of a blob that is stored. */
const STEPS = ['write', 'end', 'stage', 'publish'] as const
const CREATED_AT = '2026-11-30T00:00:00.000Z'

describe.each(BLOB_PLACES)('the Files API in %s', (_, newPlace) => {
  describeOnDatabases('files', (database) => testFiles(database, newPlace))
})

function testFiles(database: TestDatabase, newPlace: () => Promise<TestPlace>): void {
  it('stores, lists, shows, gives out and deletes files', async () => {
    const { files, blobNames } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const uploaded = await callFiles(app, 'POST', '', { body: formWith('Some text.', 'notes.txt') })
    expect(uploaded).toEqual({
      status: 200,
      id: expect.stringMatching(/^file_01[\w]{22}$/),
      type: 'file',
      filename: 'notes.txt',
      mime_type: 'text/plain',
      size_bytes: 10,
      created_at: CREATED_AT,
      downloadable: true,
      expires_at: null,
    })
    const { id } = uploaded
    expect(await callFiles(app, 'GET', `/${id}`)).toEqual(uploaded)
    const { status: _, ...body } = uploaded
    const list = { status: 200, data: [body], has_more: false, first_id: id, last_id: id }
    expect(await callFiles(app, 'GET', '')).toEqual({ ...list, next_page: null })
    const { expires_at: __, ...betaBody } = body
    const beta = await callFiles(app, 'GET', '?after_id=a&before_id=b&limit=1', { beta: true })
    expect(beta).toEqual({ ...list, data: [{ ...betaBody, scope: null }] })
    const content = await app.fetch(`http://localhost/v1/files/${id}/content`, {
      headers: { 'x-api-key': 'default', 'anthropic-version': '2023-06-01', accept: 'application/binary' },
    })
    expect(await content.text()).toBe('Some text.')
    expect(Object.fromEntries(content.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      'content-disposition': `attachment; filename*=UTF-8''notes.txt`,
      'x-content-type-options': 'nosniff',
    })
    expect(await callFiles(app, 'DELETE', `/${id}`)).toEqual({ status: 200, id, type: 'file_deleted' })
    const missing = {
      status: 404,
      type: 'error',
      error: { type: 'not_found_error', message: `File \`${id}\` not found.` },
      request_id: expect.any(String),
    }
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['DELETE', ''],
    ])
      expect(await callFiles(app, method ?? '', `/${id}${path}`)).toEqual(missing)
    expect([blobNames(), await readStoredBytes(files.state.db)]).toEqual([[], 0])
  })

  it('keeps workspaces apart', async () => {
    const { files } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const { id } = await callFiles(app, 'POST', '', { body: formWith('x') })
    for (const path of [`/${id}`, `/${id}/content`])
      expect((await callFiles(app, 'GET', path, { key: 'other' })).status).toBe(404)
    expect((await callFiles(app, 'DELETE', `/${id}`, { key: 'other' })).status).toBe(404)
    for (const query of ['', `?ids[]=${id}`])
      expect((await callFiles(app, 'GET', query, { key: 'other' })).data).toEqual([])
    expect((await callFiles(app, 'GET', `/${id}`)).status).toBe(200)
  })

  it('lists pages in both shapes, and files by their ids', async () => {
    const { files, clock } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      clock.nowMs += 1_000
      ids.unshift((await callFiles(app, 'POST', '', { body: formWith(`file ${n}`) })).id)
    }
    const idsOf = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id)
    const first = await callFiles(app, 'GET', '?limit=2')
    const second = await callFiles(app, 'GET', `?limit=2&page=${first.next_page}`)
    const last = await callFiles(app, 'GET', `?limit=2&page=${second.next_page}`)
    expect([first, second, last].map(idsOf)).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)])
    expect([first.has_more, last.has_more, last.next_page]).toEqual([true, false, null])
    const beta = (query: string) => callFiles(app, 'GET', query, { beta: true })
    expect(idsOf(await beta(`?limit=2&after_id=${ids[1]}`))).toEqual(ids.slice(2, 4))
    expect(idsOf(await beta(`?limit=2&before_id=${ids[4]}`))).toEqual(ids.slice(2, 4))
    const named = await callFiles(app, 'GET', `?ids%5B%5D=${ids[3]}&ids%5B%5D=none&ids%5B%5D=${ids[0]}`)
    expect([idsOf(named), named.next_page]).toEqual([[ids[0], ids[3]], null])
    const tooMany = await callFiles(app, 'GET', `?${'ids[]=x&'.repeat(101)}`)
    expect([tooMany.status, tooMany.error.message]).toEqual([
      400,
      'ids: List should have at most 100 items after validation',
    ])
    expect((await callFiles(app, 'GET', '?page=page')).status).toBe(400)
    const lenient = createFilesApp(files, { rules: { lenientPaging: true } })
    expect(idsOf(await callFiles(lenient, 'GET', '?page=page'))).toEqual(ids)
  })

  it('keeps the same bytes once', async () => {
    const { files, blobNames } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const [one, two] = await Promise.all([
      callFiles(app, 'POST', '', { body: formWith('the same') }),
      callFiles(app, 'POST', '', { body: formWith('the same') }),
    ])
    expect(blobNames()).toHaveLength(1)
    expect(await readStoredBytes(files.state.db)).toBe(16)
    await callFiles(app, 'DELETE', `/${one.id}`)
    expect(blobNames()).toHaveLength(1)
    await callFiles(app, 'DELETE', `/${two.id}`)
    expect(blobNames()).toEqual([])
  })

  it('refuses an upload for which there is no room, and has room again after a deletion', async () => {
    const { files, blobNames } = await openTestFiles(database, { newPlace, settings: { maxTotalBytes: 10 } })
    const app = createFilesApp(files)
    const { id } = await callFiles(app, 'POST', '', { body: formWith('123456') })
    const refused = await callFiles(app, 'POST', '', { body: formWith('12345') })
    expect([refused.status, refused.error.type, refused.error.details]).toEqual([
      400,
      'invalid_request_error',
      { error_code: 'storage_quota_exceeded' },
    ])
    expect([blobNames().length, (await callFiles(app, 'GET', '')).data.length]).toEqual([1, 1])
    await callFiles(app, 'DELETE', `/${id}`)
    expect((await callFiles(app, 'POST', '', { body: formWith('12345') })).status).toBe(200)
  })

  it('ends files at their time: bytes at once, what is known of them a month later', async () => {
    const { files, clock, blobNames } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const body = formWith('short', 'a.txt', { fields: { expires_in_seconds: '3600' } })
    const { id, expires_at: expiresAt } = await callFiles(app, 'POST', '', { body })
    expect(expiresAt).toBe('2026-11-30T01:00:00.000Z')
    clock.nowMs += 3_599_999
    await maintainFiles(files)
    expect(blobNames()).toHaveLength(1)
    clock.nowMs += 1
    const expired = {
      status: 404,
      error: { type: 'not_found_error', details: { error_code: 'file_expired' } },
    }
    expect(await callFiles(app, 'GET', `/${id}/content`)).toMatchObject(expired)
    await maintainFiles(files)
    expect([blobNames(), await readStoredBytes(files.state.db)]).toEqual([[], 0])
    expect(await callFiles(app, 'GET', `/${id}/content`)).toMatchObject(expired)
    expect((await callFiles(app, 'GET', '')).data).toMatchObject([{ id }])
    clock.nowMs += EXPIRED_TTL_MS
    await maintainFiles(files)
    expect((await callFiles(app, 'GET', `/${id}`)).status).toBe(404)
  })

  it('deletes an expired file without counting its bytes again', async () => {
    const { files, clock } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    await callFiles(app, 'POST', '', { body: formWith('kept') })
    const body = formWith('short', 'a.txt', { fields: { expires_in_seconds: '3600' } })
    const { id } = await callFiles(app, 'POST', '', { body })
    clock.nowMs += 3_600_000
    await maintainFiles(files)
    expect((await callFiles(app, 'DELETE', `/${id}`)).status).toBe(200)
    expect(await readStoredBytes(files.state.db)).toBe(4)
  })

  it('leaves nothing of an upload that breaks off', async () => {
    const { files, blobNames } = await openTestFiles(database, { newPlace })
    const app = createFilesApp(files)
    const form = new Response(formWith(new Uint8Array(400_000)))
    const type = form.headers.get('content-type') ?? ''
    const bytes = new Uint8Array(await form.arrayBuffer())
    for (let tenth = 0; tenth < 10; tenth++) {
      const part = bytes.subarray(0, Math.floor((bytes.length * tenth) / 10))
      const body = new ReadableStream({
        pull(controller) {
          if (part.length > 0) controller.enqueue(part)
          controller.error(new Error('the connection was closed'))
        },
      })
      const init: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        headers: { 'x-api-key': 'default', 'anthropic-version': '2023-06-01', 'content-type': type },
        body,
        duplex: 'half',
      }
      expect((await app.fetch('http://localhost/v1/files', init)).status).toBe(400)
      expect(blobNames(), `after ${tenth} tenths`).toEqual([])
    }
    expect((await callFiles(app, 'GET', '')).data).toEqual([])
    expect(await readStoredBytes(files.state.db)).toBe(0)
  })

  it.each(STEPS)('leaves nothing where the disk is full at %s', async (step) => {
    const { files, blobNames } = await openTestFiles(database, {
      newPlace,
      wrap: (store) => failingAt(step, store),
    })
    const app = createFilesApp(files)
    const response = await callFiles(app, 'POST', '', { body: formWith('x'.repeat(1_000)) })
    expect([response.status, response.error.type]).toEqual([529, 'overloaded_error'])
    expect([blobNames(), (await callFiles(app, 'GET', '')).data]).toEqual([[], []])
    expect(await readStoredBytes(files.state.db)).toBe(0)
  })
}

/** A store whose disk is full when blobs come to a step. */
function failingAt(step: (typeof STEPS)[number], store: BlobStore): BlobStore {
  return {
    heldBytesPerBlob: store.heldBytesPerBlob,
    open: (sha256) => store.open(sha256),
    remove: (sha256) => store.remove(sha256),
    removeLeftovers: () => store.removeLeftovers(),
    close: () => store.close(),
    async create() {
      const blob = await store.create()
      const fail = () => Promise.reject(new StateError('full', 'the folder of files is full'))
      return {
        get sizeBytes() {
          return blob.sizeBytes
        },
        write: (chunk) => (step === 'write' ? fail() : blob.write(chunk)),
        end: () => (step === 'end' ? fail() : blob.end()),
        stage: () => (step === 'stage' ? fail() : blob.stage()),
        publish: () => (step === 'publish' ? fail() : blob.publish()),
        discard: () => blob.discard(),
      }
    },
  }
}

describeOnDatabases('an upload', (database) => {
  async function upload(body: FormData) {
    const { files } = await openTestFiles(database, { settings: { allowDownloads: false } })
    return callFiles(createFilesApp(files), 'POST', '', { body })
  }

  it.each([
    ['folder/sub\\c.txt', 'text/plain', 'c.txt', 'text/plain'],
    ['grün 文.pdf', '', 'grün 文.pdf', 'application/pdf'],
    ['a.csv', 'application/octet-stream', 'a.csv', 'text/csv'],
    ['a.md', 'text/plain', 'a.md', 'text/plain'],
    ['a.png', 'text/plain', 'a.png', 'image/png'],
    ['..', 'application/pdf', 'unnamed.pdf', 'application/pdf'],
    ['dir/', 'image/png', 'unnamed.png', 'image/png'],
    ['x'.repeat(255), 'a/b', 'x'.repeat(255), 'a/b'],
    ['constructor', '', 'constructor', 'application/octet-stream'],
  ])('named %j of type %j is %j of type %j', async (name, type, filename, mimeType) => {
    const response = await upload(formWith('x', name, { type }))
    expect(response).toMatchObject({ status: 200, filename, mime_type: mimeType, downloadable: false })
  })

  it.each([
    ['a character that is not allowed', formWith('x', 'a<b.txt'), 'character that is not allowed'],
    ['a name of 256 characters', formWith('x', 'x'.repeat(256)), 'at most 255 characters'],
    ['no file', new FormData(), 'file: Field required'],
    [
      'a life that is too short',
      formWith('x', 'a', { fields: { expires_in_seconds: '3599' } }),
      'expires_in_seconds: Input should be greater than or equal to 3600',
    ],
    [
      'a life that is too long',
      formWith('x', 'a', { fields: { expires_in_seconds: '7776001' } }),
      'expires_in_seconds: Input should be less than or equal to 7776000',
    ],
    [
      'a life that is no number',
      formWith('x', 'a', { fields: { expires_in_seconds: '1e4' } }),
      'expires_in_seconds: Input should be a valid integer',
    ],
  ])('with %s is refused', async (_, form, message) => {
    const response = await upload(form)
    expect([response.status, response.error.type]).toEqual([400, 'invalid_request_error'])
    expect(response.error.message).toContain(message)
  })

  it('is not given out unless the server is set so', async () => {
    const { files } = await openTestFiles(database, { settings: { allowDownloads: false } })
    const app = createFilesApp(files)
    const { id } = await callFiles(app, 'POST', '', { body: formWith('x') })
    expect(await callFiles(app, 'GET', `/${id}/content`)).toMatchObject({
      status: 400,
      error: { type: 'invalid_request_error', details: { error_code: 'file_not_downloadable' } },
    })
  })
})
