import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { deferred } from '../../test/deferred.ts'
import { WatchedCount } from '../../test/watched-count.ts'
import { announceChange, ChangeWatcher } from './changes.ts'
import { DUTY_LEASE_MS, Duty, fenceDuty, releaseDuty, takeDuty } from './duty.ts'
import { DEAD_AFTER_MS, Instance } from './instance.ts'

describeOnDatabases('instances', (database) => {
  it('count each other, and one that stops is gone at once', async () => {
    const place = await database.newPlace()
    const states = [await database.open({ place }), await database.open({ place })]
    const [first, second] = states.map((state) => new Instance(state, '1.0.0'))
    if (first === undefined || second === undefined) throw new Error('two states, two instances')
    await first.start()
    expect(first.liveInstances).toBe(1)
    await second.start()
    expect(second.liveInstances).toBe(2)
    await expect.poll(() => first.liveInstances, { timeout: 30_000 }).toBe(2)
    await second.stop()
    await expect.poll(() => first.liveInstances, { timeout: 30_000 }).toBe(1)
    await first.stop()
    expect(first.id).not.toBe(second.id)
  })

  it('do not count the dead, nor those from before a clock was set back', async () => {
    const state = await database.open()
    const now = Date.now()
    const rows = [
      { id: 'dead', seenAt: now - DEAD_AFTER_MS - 1_000 },
      { id: 'alive', seenAt: now },
      { id: 'future', seenAt: now + 60_000 },
      { id: 'long-dead', seenAt: now - 24 * 3_600_000 },
      { id: 'far-future', seenAt: now + 24 * 3_600_000 },
    ]
    for (const row of rows)
      await state.db
        .insertInto('instances')
        .values({ ...row, startedAt: 0, version: '' })
        .execute()
    const instance = new Instance(state, '1.0.0')
    await instance.start()
    expect(instance.liveInstances).toBe(2)
    const left = await state.db.selectFrom('instances').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(['alive', 'dead', 'future', instance.id].sort())
    await instance.stop()
  })

  it('have the clock of the database', async () => {
    const state = await database.open()
    const instance = new Instance(state, '1.0.0')
    await instance.start()
    const { now } = await state.db
      .selectFrom('instances')
      .select(state.nowMs.as('now'))
      .executeTakeFirstOrThrow()
    expect(Math.abs(instance.nowMs() - now)).toBeLessThan(10_000)
    await instance.stop()
  })
})

describeOnDatabases('a duty', (database) => {
  it('is held by one, whose term is its own', async () => {
    const state = await database.open()
    const held = await takeDuty(state, 'sweep', 'first')
    expect(held).toEqual({ name: 'sweep', holder: 'first', term: 1 })
    expect(await takeDuty(state, 'sweep', 'second')).toBeNull()
    expect(await takeDuty(state, 'sweep', 'first')).toEqual(held)
    if (held !== null) await releaseDuty(state, held)
    expect(await takeDuty(state, 'sweep', 'second')).toMatchObject({ holder: 'second', term: 2 })
    expect(await takeDuty(state, 'other', 'first')).toMatchObject({ holder: 'first' })
  })

  it('goes to one of all who ask at once', async () => {
    const state = await database.open()
    const holders = Array.from({ length: 10 }, (_, index) => `holder${index}`)
    const taken = await Promise.all(holders.map((holder) => takeDuty(state, 'sweep', holder)))
    expect(taken.filter((duty) => duty !== null)).toHaveLength(1)
  })

  it.each([
    ['its time is over', -1],
    ['the clock was set back', DUTY_LEASE_MS + 60_000],
  ])('is free when %s', async (_, offsetMs) => {
    const state = await database.open()
    await takeDuty(state, 'sweep', 'first')
    await state.db
      .updateTable('duties')
      .set({ heldUntil: Date.now() + offsetMs })
      .execute()
    expect(await takeDuty(state, 'sweep', 'second')).toMatchObject({ holder: 'second', term: 2 })
  })

  it('keeps one that lost it from writing', async () => {
    const state = await database.open()
    const late = await takeDuty(state, 'sweep', 'late')
    if (late === null) throw new Error('the duty is free')
    const write = () =>
      state.db.transaction().execute(async (transaction) => {
        await fenceDuty(transaction, late)
        await transaction
          .insertInto('settings')
          .values({ name: 'by-late', value: '', changedAt: 0 })
          .execute()
      })
    await state.db.updateTable('duties').set({ heldUntil: 0 }).execute()
    // No other instance has it yet, so nothing was done twice.
    await write()
    await takeDuty(state, 'sweep', 'successor')
    await expect(write()).rejects.toMatchObject({ code: 'busy' })
  })

  it('is worked on by one instance, and by another one after it', async () => {
    const place = await database.newPlace()
    const done: string[] = []
    const worked = { first: new WatchedCount(), second: new WatchedCount() }
    const duties = []
    for (const holder of ['first', 'second'] as const) {
      const state = await database.open({ place })
      const work = async () => {
        done.push(holder)
        worked[holder].add(1)
      }
      duties.push(new Duty(state, { name: 'work', holder, intervalMs: 20, work }))
    }
    duties[0]?.start()
    await worked.first.until(3)
    duties[1]?.start()
    await duties[0]?.stop()
    await worked.second.until(1)
    expect(done.lastIndexOf('first')).toBeLessThan(done.indexOf('second'))
    await duties[1]?.stop()
  })

  it('notifies the work that it was lost', async () => {
    const state = await database.open()
    const { promise: isLost, resolve: markLost } = deferred()
    const { promise: isWorking, resolve: markWorking } = deferred()
    const duty = new Duty(state, {
      name: 'work',
      holder: 'first',
      intervalMs: 20,
      work: (_, signal) =>
        new Promise((resolve) => {
          markWorking()
          signal.addEventListener('abort', () => resolve(markLost()))
        }),
    })
    duty.start()
    await isWorking
    expect(duty.isHeld).toBe(true)
    await state.db
      .updateTable('duties')
      .set({ holder: 'second', term: 2, heldUntil: Date.now() + DUTY_LEASE_MS / 2 })
      .execute()
    await isLost
    await duty.stop()
  })
})

describeOnDatabases('changes', (database) => {
  it('reach other instances, topic by topic', async () => {
    const place = await database.newPlace()
    const [here, there] = [await database.open({ place }), await database.open({ place })]
    const loaded = { keys: 0, limits: 0 }
    const watcher = new ChangeWatcher(there, {
      keys: async () => void loaded.keys++,
      limits: async () => void loaded.limits++,
    })
    await watcher.start()
    expect(loaded).toEqual({ keys: 1, limits: 1 })
    await here.db.transaction().execute((transaction) => announceChange(transaction, 'keys'))
    await expect.poll(() => loaded.keys, { timeout: 30_000 }).toBe(2)
    await here.db.transaction().execute((transaction) => announceChange(transaction, 'keys'))
    await watcher.check()
    expect(loaded).toEqual({ keys: 3, limits: 1 })
    await watcher.check()
    expect(loaded).toEqual({ keys: 3, limits: 1 })
    expect(watcher.staleMs()).toBeLessThan(10_000)
    await watcher.stop()
  })

  it('are not seen before they are committed', async () => {
    const { db, ...state } = await database.open()
    let loaded = 0
    const watcher = new ChangeWatcher({ ...state, db }, { keys: async () => void loaded++ })
    await watcher.check()
    const failed = db.transaction().execute(async (transaction) => {
      await announceChange(transaction, 'keys')
      throw new Error('rolled back')
    })
    await expect(failed).rejects.toThrow('rolled back')
    await watcher.check()
    expect(loaded).toBe(1)
  })

  it('are loaded again when loading failed', async () => {
    const state = await database.open()
    let tries = 0
    const watcher = new ChangeWatcher(state, {
      keys: async () => {
        if (++tries < 2) throw new Error('not now')
      },
    })
    await expect(watcher.check()).rejects.toThrow('not now')
    expect(watcher.staleMs()).toBe(Number.POSITIVE_INFINITY)
    await watcher.check()
    await watcher.check()
    expect(tries).toBe(2)
  })
})
