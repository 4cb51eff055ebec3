import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { openState } from './state.ts'

describeOnDatabases('a state', (database) => {
  it('keeps its rows and its id', async () => {
    const place = await database.newPlace()
    const first = await database.open({ place })
    await first.db.insertInto('settings').values({ name: 'kept', value: 'x', changedAt: 1 }).execute()
    await first.close()
    const second = await database.open({ place })
    expect(second.id).toBe(first.id)
    const row = await second.reports.selectFrom('settings').selectAll().where('name', '=', 'kept').execute()
    expect(row).toEqual([{ name: 'kept', value: 'x', changedAt: 1 }])
  })

  it('has another id in another place', async () => {
    const [first, second] = [await database.open(), await database.open()]
    expect(first.id).not.toBe(second.id)
  })

  it('refuses statements once it is closed', async () => {
    const state = await database.open()
    await state.close()
    const query = state.db.selectFrom('settings').selectAll().execute()
    await expect(query).rejects.toThrow(/closed|destroyed/)
  })

  it('distinguishes duplicates from mistakes', async () => {
    const { db } = await database.open()
    const row = { name: 'once', value: '', changedAt: 0 }
    await db.insertInto('settings').values(row).execute()
    await expect(db.insertInto('settings').values(row).execute()).rejects.toMatchObject({
      name: 'StateError',
      code: 'duplicate',
    })
    const mistake = db.selectFrom('settings').select('nowhere' as 'name')
    await expect(mistake.execute()).rejects.toMatchObject({ name: 'StateError', code: 'failed' })
  })

  it('quotes no value in an error', async () => {
    const { db } = await database.open()
    const secret = 'do-not-log-this'
    const row = { name: secret, value: secret, changedAt: 0 }
    await db.insertInto('settings').values(row).execute()
    const failures = [
      db.insertInto('settings').values(row),
      db.insertInto('settings').values({ ...row, name: `${secret} 2`, value: null as unknown as string }),
      db
        .insertInto('settings')
        .values({ ...row, name: `${secret} 3`, changedAt: secret as unknown as number }),
      db.updateTable('settings').set({ changedAt: secret as unknown as number }),
      db.selectFrom('settings').select(secret as 'name'),
    ]
    for (const [n, failure] of failures.entries()) {
      const error: unknown = await failure.execute().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'StateError' })
      // The last one is about the name of a column, which is no value.
      if (n < failures.length - 1)
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
    }
  })

  it('returns how many rows a statement changed', async () => {
    const { db } = await database.open()
    const rows = [1, 2, 3].map((n) => ({ name: `n${n}`, value: '', changedAt: n }))
    const inserted = await db.insertInto('settings').values(rows).executeTakeFirstOrThrow()
    expect(inserted.numInsertedOrUpdatedRows).toBe(3n)
    const updated = await db
      .updateTable('settings')
      .set({ value: 'y' })
      .where('changedAt', 'in', [1, 2])
      .execute()
    expect(updated[0]?.numUpdatedRows).toBe(2n)
    const deleted = await db.deleteFrom('settings').where('changedAt', '=', 3).executeTakeFirstOrThrow()
    expect(deleted.numDeletedRows).toBe(1n)
  })

  it('keeps bytes, numbers up to 2^53 and texts of any script', async () => {
    const { db } = await database.open()
    const params = new Uint8Array([0, 1, 255, 128])
    const row = {
      batchId: 'b',
      position: Number.MAX_SAFE_INTEGER,
      customId: '👋 ñ \u{10ffff}',
      state: 'waiting',
    } as const
    await db
      .insertInto('batchRequests')
      .values({ ...row, attempts: 0, params })
      .execute()
    const read = await db.selectFrom('batchRequests').selectAll().executeTakeFirstOrThrow()
    expect(read).toMatchObject(row)
    expect([...read.params]).toEqual([...params])
    expect(read.result).toBeNull()
  })

  it('keeps the fractions of a bucket', async () => {
    const { db } = await database.open()
    const fullAt = 1_796_000_000_000.1875
    await db.insertInto('buckets').values({ bucketKey: 'b', fullAt, granted: 0 }).execute()
    const row = await db.selectFrom('buckets').select('fullAt').executeTakeFirstOrThrow()
    expect(row.fullAt).toBe(fullAt)
  })

  it('reads and does not write through the view of reports', async () => {
    const { reports } = await database.open()
    const write = reports.insertInto('settings').values({ name: 'w', value: '', changedAt: 0 }).execute()
    await expect(write).rejects.toThrow(/read.?only/i)
  })

  it('has a clock', async () => {
    const { db, nowMs } = await database.open()
    const before = Date.now()
    const { now } = await db.selectFrom('settings').select(nowMs.as('now')).limit(1).executeTakeFirstOrThrow()
    expect(Number.isInteger(now)).toBe(true)
    // The same machine: a millisecond of rounding.
    expect(now).toBeGreaterThanOrEqual(before - 1)
    expect(now).toBeLessThanOrEqual(Date.now() + 1)
  })
})

describe('a setting of the state', () => {
  it('may be none', async () => {
    expect(await openState('none')).toBeNull()
  })

  it('may be memory, which every state has for itself', async () => {
    const [first, second] = [await openState('memory'), await openState('memory')]
    onTestFinished(async () => {
      await first?.close()
      await second?.close()
    })
    await first?.db.insertInto('settings').values({ name: 'mine', value: '', changedAt: 0 }).execute()
    const rows = (view: typeof first) => view?.reports.selectFrom('settings').select('name').execute()
    expect(await rows(first)).toHaveLength(2)
    expect(await rows(second)).toHaveLength(1)
  })

  it('makes the folders that are missing, for their owner alone', async () => {
    const folder = join(await newFolder(), 'new', 'folder')
    const state = await openState(folder)
    onTestFinished(async () => state?.close())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['mysql://localhost/x', 'invalid', /mysql:\/\//],
    ['postgres://localhost:port/x', 'invalid', /malformed/],
    ['  ', 'invalid', /no name/],
  ])('may not be %j', async (setting, code, text) => {
    await expect(openState(setting)).rejects.toMatchObject({ code, message: expect.stringMatching(text) })
  })

  it('names a folder that cannot be written', async () => {
    const folder = join(await newFolder(), 'file')
    writeFileSync(folder, 'not a folder')
    const error = { code: 'not-writable', message: expect.stringContaining(folder) }
    await expect(openState(folder)).rejects.toMatchObject(error)
    const blocked = await newFolder()
    mkdirSync(join(blocked, 'continuo.sqlite'))
    await expect(openState(blocked)).rejects.toMatchObject({ code: 'not-writable' })
  })

  it('names a file that is no database', async () => {
    const folder = await newFolder()
    writeFileSync(
      join(folder, 'continuo.sqlite'),
      'no database, but long enough to be taken for one'.repeat(100),
    )
    await expect(openState(folder)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(folder),
    })
  })

  it('never shows credentials', async () => {
    const error = await openState('postgres://me:secret@127.0.0.1:1/x', { startWaitMs: 0 }).catch((e) => e)
    expect(error.code).toBe('unavailable')
    expect(error.message).toContain('postgres://127.0.0.1:1/x')
    expect(`${error.message}${error.stack}`).not.toMatch(/secret|me:/)
  })
})
