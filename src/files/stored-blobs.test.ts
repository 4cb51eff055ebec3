import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BLOB_PLACES, type TestPlace } from '../../test/blob-places.ts'
import { describeOnDatabases, type TestDatabase } from '../../test/databases.ts'
import type { BlobStore } from './blob-store.ts'
import { openBlobs } from './open-blobs.ts'
import { readWholeBlob } from './read-whole-blob.ts'
import { type Blobs, keepBlob, removeUnusedBlob, sweepBlobs, UNUSED_BLOB_TTL_MS } from './stored-blobs.ts'

async function open(database: TestDatabase, newPlace: () => Promise<TestPlace>) {
  const state = await database.open()
  const place = await newPlace()
  const store = await openBlobs(state, await place.open())
  const clock = { nowMs: Date.UTC(2026, 10, 30) }
  const blobs: Blobs = { state, store, nowMs: () => clock.nowMs }
  const insert = (db: typeof state.db, id: string, sha256: string) =>
    db
      .insertInto('files')
      .values({
        ...{ id, workspaceId: 'default', filename: 'a', mimeType: 'text/plain', sizeBytes: 3, sha256 },
        ...{ isDownloadable: 0 as const, createdBy: null, createdAt: 0, expiresAt: null, deletedAt: null },
      })
      .execute()
  /** Stores a file of these bytes. */
  async function keep(id: string, text: string, via: Blobs = blobs) {
    const blob = await via.store.create()
    await blob.write(Buffer.from(text))
    const digest = await blob.end()
    await keepBlob(via, blob, digest, (transaction) => insert(transaction, id, digest.sha256))
    return digest.sha256
  }
  const remove = (id: string) => state.db.deleteFrom('files').where('id', '=', id).execute()
  return { state, place, store, clock, blobs, keep, remove, names: place.names }
}

async function textOf(store: BlobStore, sha256: string): Promise<string> {
  return (await readWholeBlob(store, sha256)).toString()
}

describe.each(BLOB_PLACES)('blobs in %s', (_, newPlace) => {
  describeOnDatabases('blobs', (database) => testBlobs(database, newPlace))
})

function testBlobs(database: TestDatabase, newPlace: () => Promise<TestPlace>): void {
  it('are stored once for all rows that need them, and removed with the last', async () => {
    const { blobs, store, keep, remove, names } = await open(database, newPlace)
    const sha256 = await keep('file_a', 'the same')
    expect(await keep('file_b', 'the same')).toBe(sha256)
    expect(sha256).toBe(createHash('sha256').update('the same').digest('hex'))
    expect(names()).toEqual([sha256])
    await remove('file_a')
    expect(await removeUnusedBlob(blobs, sha256)).toBe(false)
    expect(await textOf(store, sha256)).toBe('the same')
    await remove('file_b')
    expect(await removeUnusedBlob(blobs, sha256)).toBe(true)
    expect(names()).toEqual([])
    await expect(store.open(sha256)).rejects.toMatchObject({ code: 'corrupt' })
    expect(await removeUnusedBlob(blobs, sha256)).toBe(false)
  })

  it('leave nothing when they are discarded, or their row is not written', async () => {
    const { blobs, store, names } = await open(database, newPlace)
    const dropped = await store.create()
    await dropped.write(Buffer.alloc(6_000_000, 'x'))
    expect(names()).toHaveLength(1)
    await dropped.discard()
    expect(names()).toEqual([])
    const refused = await store.create()
    await refused.write(Buffer.alloc(6_000_000, 'y'))
    const digest = await refused.end()
    const keeping = keepBlob(blobs, refused, digest, () => Promise.reject(new Error('no row')))
    await expect(keeping).rejects.toThrow('no row')
    expect(names()).toHaveLength(1)
    await refused.discard()
    expect(names()).toEqual([])
  })

  it('without a row are removed after an hour', async () => {
    const { state, blobs, clock, keep, remove, names } = await open(database, newPlace)
    const sha256 = await keep('file_a', 'left')
    const used = await keep('file_b', 'used')
    await remove('file_a')
    clock.nowMs += UNUSED_BLOB_TTL_MS - 1
    await sweepBlobs(blobs)
    expect(names().sort()).toEqual([sha256, used].sort())
    clock.nowMs += 1
    await sweepBlobs(blobs)
    expect(names()).toEqual([used])
    expect(await state.db.selectFrom('blobs').select('sha256').execute()).toEqual([{ sha256: used }])
  })

  it('are not lost when the same bytes are stored while they are removed', async () => {
    const { blobs, store, keep, remove } = await open(database, newPlace)
    for (let round = 0; round < 15; round++) {
      const text = `round ${round}`
      const sha256 = await keep(`file_${round}_old`, text)
      await remove(`file_${round}_old`)
      await Promise.all([
        removeUnusedBlob(blobs, sha256),
        keep(`file_${round}_a`, text),
        removeUnusedBlob(blobs, sha256),
        keep(`file_${round}_b`, text),
        removeUnusedBlob(blobs, sha256),
      ])
      expect(await textOf(store, sha256)).toBe(text)
      await removeUnusedBlob(blobs, sha256)
      expect(await textOf(store, sha256)).toBe(text)
    }
  })

  it('stay in one place: a state refuses another', async () => {
    const { state, place, keep } = await open(database, newPlace)
    const early = await openBlobs(state, await (await newPlace()).open())
    await keep('file_a', 'x')
    await expect(early.create()).rejects.toMatchObject({ code: 'invalid' })
    const other = await (await newPlace()).open()
    await expect(openBlobs(state, other)).rejects.toThrow(other.setting)
    const again = await openBlobs(state, await place.open())
    await (await again.create()).discard()
  })

  it('are read in pieces, whole, and as they were written', async () => {
    const { store, keep, blobs } = await open(database, newPlace)
    for (const bytes of [0, 1, 65_537, 5 * 1024 * 1024, 5 * 1024 * 1024 + 1, 12_000_000]) {
      const text = 'a file '.repeat(bytes / 7 + 1).slice(0, bytes)
      const sha256 = await keep(`file_${bytes}`, text, blobs)
      expect(await textOf(store, sha256)).toBe(text)
    }
  })
}
