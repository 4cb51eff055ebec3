import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { codePoint } from '../../test/code-point.ts'
import { describeOnDatabases } from '../../test/databases.ts'
import { DELETE_CHUNK_ROWS, deleteRows } from './delete-rows.ts'
import { type PageRequest, pageCursor, readPage, readPageCursor } from './page.ts'
import type { State } from './state.ts'
import { storableText } from './storable-text.ts'

describeOnDatabases('a page of a list', (database) => {
  it('follows another, forward and backward, also where times are equal', async () => {
    const state = await database.open()
    // Times in pairs: f1 and f2 have 1, f3 and f4 have 2, and so on.
    for (let n = 1; n <= 9; n++) await addFile(state, `f${n}`, Math.ceil(n / 2))
    const read = (request: PageRequest) => readFiles(state, request)
    expect(await read({ limit: 4 })).toEqual({ ids: ['f9', 'f8', 'f7', 'f6'], hasMore: true })
    expect(await read({ limit: 4, afterId: 'f6' })).toEqual({ ids: ['f5', 'f4', 'f3', 'f2'], hasMore: true })
    expect(await read({ limit: 4, afterId: 'f2' })).toEqual({ ids: ['f1'], hasMore: false })
    expect(await read({ limit: 4, afterId: 'f1' })).toEqual({ ids: [], hasMore: false })
    expect(await read({ limit: 4, beforeId: 'f2' })).toEqual({ ids: ['f6', 'f5', 'f4', 'f3'], hasMore: true })
    expect(await read({ limit: 4, beforeId: 'f6' })).toEqual({ ids: ['f9', 'f8', 'f7'], hasMore: false })
    expect(await read({ limit: 4, beforeId: 'f9' })).toEqual({ ids: [], hasMore: false })
    expect(await read({ limit: 9 })).toMatchObject({ hasMore: false })
  })

  it('is the first one for a cursor that is unknown, and goes after when there are two cursors', async () => {
    const state = await database.open()
    for (let n = 1; n <= 3; n++) await addFile(state, `f${n}`, n)
    const first = { ids: ['f3', 'f2'], hasMore: true }
    for (const cursor of ['x', '', '\0', "'; drop table files; --"]) {
      expect(await readFiles(state, { limit: 2, afterId: cursor })).toEqual(first)
      expect(await readFiles(state, { limit: 2, beforeId: cursor })).toEqual(first)
    }
    expect(await readFiles(state, { limit: 2, afterId: 'f2', beforeId: 'f1' })).toEqual({
      ids: ['f1'],
      hasMore: false,
    })
  })

  it('continues from a row that has left the list', async () => {
    const state = await database.open()
    for (let n = 1; n <= 4; n++) await addFile(state, `f${n}`, n)
    await state.db.updateTable('files').set({ deletedAt: 9 }).where('id', '=', 'f3').execute()
    expect(await readFiles(state, { limit: 2, afterId: 'f3' })).toEqual({ ids: ['f2', 'f1'], hasMore: false })
  })
})

describe('pageCursor', () => {
  it('is read as what was written', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.string().filter((id) => !id.includes('\0')),
        (at, id) => {
          expect(readPageCursor(pageCursor({ at, id }))).toEqual({ at, id })
        },
      ),
    )
  })

  it('is undefined for any other text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `page_${text}`),
          fc.json().map((json) => `page_${Buffer.from(json).toString('base64url')}`),
        ),
        (text) => {
          const place = readPageCursor(text)
          if (place !== undefined)
            expect(Number.isSafeInteger(place.at) && typeof place.id === 'string').toBe(true)
        },
      ),
    )
    for (const text of ['', 'page', 'page_', 'page_W10', 'page_MjAyNS0wNS0xNFQwMDowMDowMFo='])
      expect(readPageCursor(text)).toBeUndefined()
  })
})

describeOnDatabases('deleting many rows', (database) => {
  it('removes all that meet the condition and no other', async () => {
    const state = await database.open()
    const rows = DELETE_CHUNK_ROWS * 2 + 10
    await addCounters(state, rows)
    const deleted = await deleteRows(state.db, 'counters', sql<boolean>`${sql.ref('periodStart')} > 5`)
    expect(deleted).toBe(rows - 5)
    const left = await state.db.selectFrom('counters').select('periodStart').orderBy('periodStart').execute()
    expect(left.map(({ periodStart }) => periodStart)).toEqual([1, 2, 3, 4, 5])
  })

  it('stops after a chunk when its signal fires', async () => {
    const state = await database.open()
    await addCounters(state, 10)
    expect(await deleteRows(state.db, 'counters', sql<boolean>`true`, AbortSignal.abort())).toBe(0)
    expect(await deleteRows(state.db, 'counters', sql<boolean>`true`)).toBe(10)
  })
})

describeOnDatabases('storableText', (database) => {
  it('makes any text one that comes back as it went', async () => {
    const { db } = await database.open()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: codePoint }), fc.uuid(), async (text, name) => {
        const value = storableText(text)
        await db.insertInto('settings').values({ name, value, changedAt: 0 }).execute()
        const row = await db
          .selectFrom('settings')
          .select('value')
          .where('name', '=', name)
          .executeTakeFirst()
        expect(row?.value).toBe(value)
      }),
      {
        numRuns: 50,
        examples: [
          ['a\0b', 'one'],
          ['\ud800 \udc00', 'two'],
        ],
      },
    )
    expect(storableText('plain ñ 👋')).toBe('plain ñ 👋')
  })
})

async function addFile({ db }: State, id: string, createdAt: number): Promise<void> {
  const row = {
    workspaceId: 'w',
    filename: '',
    mimeType: '',
    sizeBytes: 0,
    sha256: '',
    isDownloadable: 0 as const,
  }
  await db
    .insertInto('files')
    .values({ ...row, id, createdAt })
    .execute()
}

async function readFiles({ db }: State, request: PageRequest) {
  const query = db
    .selectFrom('files')
    .select(['id', 'createdAt'])
    .where('workspaceId', '=', 'w')
    .where('deletedAt', 'is', null)
  const { rows, hasMore } = await readPage(
    query,
    {
      at: 'files.createdAt',
      id: 'files.id',
      placeOf: (id) =>
        db
          .selectFrom('files')
          .select(['createdAt as at', 'id'])
          .where('id', '=', storableText(id))
          .executeTakeFirst(),
    },
    request,
  )
  return { ids: rows.map(({ id }) => id), hasMore }
}

async function addCounters({ db }: State, rows: number): Promise<void> {
  for (let start = 1; start <= rows; start += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, rows - start + 1) }, (_, index) => start + index)
    await db
      .insertInto('counters')
      .values(numbers.map((n) => ({ counterKey: `k${n}`, periodStart: n, used: 0, granted: 0 })))
      .execute()
  }
}
