import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { removeOldUsage } from './retention.ts'

const DAY_MS = 86_400_000
const NOW_MS = 1_796_000_000_000

describeOnDatabases('removeOldUsage', (database) => {
  it('removes what is older than it is kept, and nothing else', async () => {
    const state = await database.open()
    const rowAt = (requestId: string, ageMs: number) => usageRow({ requestId, at: NOW_MS - ageMs })
    await state.db
      .insertInto('requests')
      .values([rowAt('new', 0), rowAt('kept', 2 * DAY_MS), rowAt('old', 2 * DAY_MS + 1)])
      .execute()
    const position = (segment: string, ageDays: number) =>
      ({ segment, committedBytes: 1, isEnded: 1, changedAt: NOW_MS - ageDays * DAY_MS }) as const
    await state.db
      .insertInto('journalPositions')
      .values([position('a', 365), position('b', 366)])
      .execute()
    await removeOldUsage(state, { nowMs: NOW_MS, retentionDays: 2 })
    const requests = await state.db.selectFrom('requests').select('requestId').orderBy('requestId').execute()
    expect(requests.map(({ requestId }) => requestId)).toEqual(['kept', 'new'])
    const positions = await state.db.selectFrom('journalPositions').select('segment').execute()
    expect(positions).toEqual([{ segment: 'a' }])
  })
})
