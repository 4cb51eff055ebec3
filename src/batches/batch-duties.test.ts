import { expect, it } from 'vitest'
import { describeOnDatabases, type TestDatabase } from '../../test/databases.ts'
import { maintainBatches, RESULTS_TTL_MS } from './batch-duties.ts'
import { nextResultsPage, RESULTS_PAGE_BYTES, readResults } from './batch-results.ts'
import { type ClaimedRequest, claimRequests, putBack, REQUEST_LEASE_MS, renewLeases } from './claim.ts'
import { type Batches, cancelBatch, deleteBatch, readBatch } from './message-batch.ts'
import { BATCH_TTL_MS, NewBatch } from './new-batch.ts'
import { storeResults } from './store-results.ts'

const CALLER = { workspaceId: 'default', apiKeyId: 'apikey_a', actorId: '' }
const OPTIONS = { caller: CALLER, version: '2023-06-01', betas: '' }
const JSON_BYTES = Buffer.from('{"type":"succeeded"}')

/** Claims some requests, whatever their size. */
const claim = (batches: Batches, lease: string, maxRequests: number) =>
  claimRequests(batches, lease, { maxRequests, maxBytes: Number.MAX_SAFE_INTEGER })

/** Batches whose clock is set by the test. */
async function open(database: TestDatabase) {
  const state = await database.open()
  const clock = { nowMs: Date.UTC(2026, 10, 30) }
  const batches: Batches = { state, nowMs: () => clock.nowMs }
  async function create(requests: number, workspaceId = 'default') {
    const batch = new NewBatch(batches, { ...OPTIONS, caller: { ...CALLER, workspaceId } })
    for (let n = 0; n < requests; n++)
      await batch.add({ customId: `r${n}`, params: Buffer.from(`{"n":${n}}`) })
    return (await batch.finish()).id
  }
  const read = (id: string) => readBatch(batches, 'default', id)
  const store = (claimed: readonly ClaimedRequest[]) =>
    storeResults(
      batches,
      claimed.map((claim) => ({ claim, ending: 'succeeded', json: JSON_BYTES, usageLine: null })),
    )
  const rowsOf = (id: string) =>
    state.db.selectFrom('batchRequests').selectAll().where('batchId', '=', id).orderBy('position').execute()
  return { state, clock, batches, create, read, store, rowsOf }
}

describeOnDatabases('the requests of batches', (database) => {
  it('are claimed once, in their order, from one batch after the other', async () => {
    const { batches, clock, create } = await open(database)
    const first = await create(5)
    clock.nowMs += 1
    const second = await create(2)
    const claimed: [string, number][] = []
    for (let round = 0; round < 5; round++) {
      clock.nowMs += 1
      for (const { batchId, position, params } of await claim(batches, `i:${round}`, 2)) {
        expect(Buffer.from(params).toString()).toBe(`{"n":${position}}`)
        claimed.push([batchId, position])
      }
    }
    expect(claimed.slice(0, 6).map(([id]) => id)).toEqual([first, first, second, second, first, first])
    expect(new Set(claimed.map(String)).size).toBe(7)
  })

  it('are claimed from one workspace after the other, however many batches each has sent', async () => {
    const { batches, clock, create, store } = await open(database)
    const many = [await create(2, 'many'), await create(2, 'many'), await create(2, 'many')]
    clock.nowMs += 1
    const few = await create(4, 'few')
    const turns: string[] = []
    for (let round = 0; round < 10; round++) {
      clock.nowMs += 1
      const claimed = await claim(batches, `i:${round}`, 1)
      for (const { batchId, workspaceId } of claimed) turns.push(batchId === few ? 'few' : workspaceId)
      // A batch that has ended counts too: the next one of its workspace is not the first of a new workspace.
      await store(claimed)
    }
    expect(turns).toEqual([...Array(4).fill(['many', 'few']).flat(), 'many', 'many'])
    expect(many).toHaveLength(3)
  })

  it('are claimed as far as they fit the memory for them', async () => {
    const { batches, create } = await open(database)
    const id = await create(5)
    const positionsOf = async (maxBytes: number) => {
      const claimed = await claimRequests(batches, 'i:1', { maxRequests: 3, maxBytes })
      return claimed.filter(({ batchId }) => batchId === id).map(({ position }) => position)
    }
    const bytes = '{"n":0}'.length
    expect(await positionsOf(bytes - 1)).toEqual([])
    expect(await positionsOf(2 * bytes - 1)).toEqual([0])
    expect(await positionsOf(2 * bytes)).toEqual([1, 2])
    expect(await positionsOf(100 * bytes)).toEqual([3, 4])
  })

  it('have their results read in pages of limited bytes, or of one result', async () => {
    const { batches, create } = await open(database)
    const sizes = [10, RESULTS_PAGE_BYTES - 10, 1, RESULTS_PAGE_BYTES * 2, RESULTS_PAGE_BYTES, 5]
    const id = await create(sizes.length + 1)
    const claimed = await claim(batches, 'i:1', sizes.length)
    const finished = claimed.map((one, index) => ({
      claim: one,
      ending: 'succeeded' as const,
      json: Buffer.alloc(sizes[index] ?? 0, ' '),
      usageLine: null,
    }))
    await storeResults(batches, finished)
    await cancelBatch(batches, 'default', id)
    const pages: number[][] = []
    for (let after = -1; ; ) {
      const page = await nextResultsPage(batches, id, after)
      if (page === null) break
      const rows = await readResults(batches, id, after, page)
      expect(rows.reduce((sum, { result }) => sum + (result?.length ?? 0), 0)).toBe(page.bytes)
      pages.push(rows.map(({ position }) => position))
      after = page.lastPosition
    }
    expect(pages).toEqual([[0, 1], [2], [3], [4], [5, 6]])
  })

  it('belong to another instance once their lease has lapsed, and a late result of the first is thrown away', async () => {
    const { batches, clock, create, read, store, rowsOf } = await open(database)
    const id = await create(2)
    const late = await claim(batches, 'slow:1', 10)
    clock.nowMs += REQUEST_LEASE_MS - 1
    await renewLeases(batches, ['slow:1'])
    clock.nowMs += REQUEST_LEASE_MS
    await maintainBatches(batches)
    expect(await claim(batches, 'other:1', 10)).toEqual([])
    clock.nowMs += 1
    await maintainBatches(batches)
    const taken = await claim(batches, 'other:1', 10)
    expect(taken.map(({ attempts }) => attempts)).toEqual([2, 2])
    expect(await store(late)).toBe(0)
    await putBack(batches, late[0] as (typeof late)[0], { counts: true })
    expect((await rowsOf(id)).map(({ state, lease }) => [state, lease])).toEqual(
      Array(2).fill(['running', 'other:1']),
    )
    expect(await store(taken)).toBe(2)
    expect(await store(taken)).toBe(0)
    expect(await read(id)).toMatchObject({ state: 'ended', succeeded: 2, errored: 0 })
  })

  it('that run when their batch is canceled may finish; those that are given back do not run again', async () => {
    const { batches, create, read, store } = await open(database)
    const id = await create(4)
    const [finishing, failing] = await claim(batches, 'i:1', 2)
    expect(await cancelBatch(batches, 'default', id)).toMatchObject({ state: 'canceling', canceled: 2 })
    expect(await claim(batches, 'i:2', 2)).toEqual([])
    if (finishing === undefined || failing === undefined) throw new Error('nothing was claimed')
    expect(await store([finishing])).toBe(1)
    await putBack(batches, failing, { counts: false })
    expect(await read(id)).toMatchObject({ state: 'canceling' })
    await maintainBatches(batches)
    expect(await read(id)).toMatchObject({
      state: 'ended',
      succeeded: 1,
      canceled: 3,
      endedAt: expect.any(Number),
    })
  })

  it('expire after a day, and their results are removed after 29', async () => {
    const { batches, clock, create, read, store, rowsOf } = await open(database)
    const id = await create(3)
    const [done] = await claim(batches, 'i:1', 1)
    if (done !== undefined) await store([done])
    clock.nowMs += BATCH_TTL_MS - 1
    await maintainBatches(batches)
    expect(await read(id)).toMatchObject({ state: 'running' })
    clock.nowMs += 1
    expect(await claim(batches, 'i:2', 1)).toEqual([])
    await maintainBatches(batches)
    expect(await read(id)).toMatchObject({ state: 'ended', succeeded: 1, expired: 2, archivedAt: null })
    const page = await nextResultsPage(batches, id, -1)
    const results = page === null ? [] : await readResults(batches, id, -1, page)
    expect(results.map(({ customId, state }) => [customId, state])).toEqual([
      ['r0', 'succeeded'],
      ['r1', 'expired'],
      ['r2', 'expired'],
    ])
    clock.nowMs += RESULTS_TTL_MS - BATCH_TTL_MS
    await maintainBatches(batches)
    expect(await read(id)).toMatchObject({ state: 'ended', archivedAt: clock.nowMs, succeeded: 1 })
    expect(await rowsOf(id)).toEqual([])
  })

  it('are removed with a batch that was deleted, or never received whole; no other', async () => {
    const { state, batches, clock, create, rowsOf, read } = await open(database)
    const [deleted, kept] = [await create(2), await create(2)]
    await cancelBatch(batches, 'default', deleted)
    expect(await deleteBatch(batches, 'other', deleted)).toBe(false)
    expect(await deleteBatch(batches, 'default', kept)).toBe(false)
    expect(await deleteBatch(batches, 'default', deleted)).toBe(true)
    const broken = new NewBatch(batches, OPTIONS)
    for (let n = 0; n < 500; n++) await broken.add({ customId: `r${n}`, params: Buffer.from('{}') })
    await maintainBatches(batches)
    expect([(await rowsOf(deleted)).length, (await rowsOf(broken.id)).length]).toEqual([0, 500])
    expect(await read(broken.id)).toBe(undefined)
    clock.nowMs += 3 * 60 * 60_000
    await maintainBatches(batches)
    await expect(broken.finish()).rejects.toThrow('took too long')
    const rows = await state.db.selectFrom('messageBatches').select('id').execute()
    expect(rows).toEqual([{ id: kept }])
    expect(await rowsOf(broken.id)).toEqual([])
    expect(await rowsOf(kept)).toHaveLength(2)
  })
})
