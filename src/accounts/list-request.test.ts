import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import type { PageRequest } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { openAccounts } from './open-accounts.ts'
import { listServiceAccounts } from './service-account.ts'
import { listUsers } from './user.ts'

/** Few times, so that many rows share one. */
const ROWS = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom(...'aBc_1é') }),
    at: fc.nat(3),
  }),
  { maxLength: 12, selector: ({ id }) => id },
)

describeOnDatabases('pages of a list', (database) => {
  it('hold every user once, in one order, in both directions, whatever their size', async () => {
    const state = await database.open()
    const accounts = await openAccounts(state)
    await fc.assert(
      fc.asyncProperty(ROWS, fc.integer({ min: 1, max: 5 }), async (rows, limit) => {
        await replaceUsers(state, rows)
        const read = async (request: Omit<PageRequest, 'limit'>, size = limit) => {
          const page = await listUsers(
            accounts,
            { roles: [] },
            { limit: size, acceptsAnyCursor: false, ...request },
          )
          return { ids: page.rows.map(({ id }) => id), hasMore: page.hasMore }
        }
        const { ids: all } = await read({}, 1_000)
        expect([...all].sort()).toEqual(rows.map(({ id }) => id).sort())
        const atOf = new Map(rows.map(({ id, at }) => [id, at]))
        const times = all.map((id) => atOf.get(id) ?? 0)
        expect(times).toEqual([...times].sort((a, b) => b - a))

        const forward: string[] = []
        for (let page = await read({}); ; page = await read({ afterId: page.ids.at(-1) })) {
          forward.push(...page.ids)
          expect(page.hasMore).toBe(forward.length < all.length)
          if (!page.hasMore) break
        }
        expect(forward).toEqual(all)

        const backward = all.slice(-1)
        while (backward.length > 0) {
          const page = await read({ beforeId: backward[0] })
          backward.unshift(...page.ids)
          expect(page.hasMore).toBe(backward.length < all.length)
          if (!page.hasMore) break
        }
        expect(backward).toEqual(all)
      }),
      { numRuns: 40 },
    )
  })

  it('go on where the last one ended while rows come and go', async () => {
    const state = await database.open()
    const accounts = await openAccounts(state)
    await fc.assert(
      fc.asyncProperty(ROWS, fc.integer({ min: 1, max: 3 }), async (rows, limit) => {
        await replaceServiceAccounts(state, rows)
        const seen: string[] = []
        let page: string | undefined
        for (;;) {
          const filter = { includesArchived: true }
          const read = await listServiceAccounts(accounts, filter, { limit, page, acceptsAnyCursor: false })
          seen.push(...read.rows.map(({ id }) => id))
          // What was read goes, and a newer one comes.
          for (const { id } of read.rows)
            await state.db.deleteFrom('serviceAccounts').where('id', '=', id).execute()
          await addServiceAccount(state, { id: `new${seen.length}`, at: 9 })
          if (read.nextPage === null) break
          page = read.nextPage
        }
        expect([...seen].sort()).toEqual(rows.map(({ id }) => id).sort())
      }),
      { numRuns: 30 },
    )
  })
})

interface NewRow {
  readonly id: string
  readonly at: number
}

async function replaceUsers({ db }: State, rows: readonly NewRow[]): Promise<void> {
  await db.deleteFrom('users').execute()
  for (const { id, at } of rows) {
    const email = `${Buffer.from(id).toString('hex')}@example.com`
    await db
      .insertInto('users')
      .values({ id, email, emailKey: email, name: '', role: 'user', addedAt: at })
      .execute()
  }
}

async function replaceServiceAccounts(state: State, rows: readonly NewRow[]): Promise<void> {
  await state.db.deleteFrom('serviceAccounts').execute()
  for (const row of rows) await addServiceAccount(state, row)
}

async function addServiceAccount({ db }: State, { id, at }: NewRow): Promise<void> {
  await db
    .insertInto('serviceAccounts')
    .values({ id, name: id, organizationRole: 'developer', createdAt: at, updatedAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
