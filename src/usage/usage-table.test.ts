import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { recordUsage } from '../../test/random-usage.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { readUsageTable } from './usage-table.ts'

const DAY = Date.UTC(2026, 10, 29)
const DAY_MS = 86_400_000

describeOnDatabases('readUsageTable', (database) => {
  it('has a row for each group, with names, and counts refused requests', async () => {
    const state = await database.open()
    await state.db
      .insertInto('apiKeys')
      .values({
        ...{ id: 'apikey_1', secretSha256: '', kind: 'api', hint: null, name: 'CI', workspaceId: 'default' },
        ...{ principalId: null, createdBy: null, createdAt: 0, status: 'active', expiresAt: null },
        ...{ origin: 'console', allowedModels: null, lastUsedAt: null },
      })
      .execute()
    await recordUsage(state, [
      usageRow({ requestId: 'a', at: DAY - 1 }),
      usageRow({ requestId: 'b', at: DAY, outputTokens: 3 }),
      usageRow({ requestId: 'c', at: DAY + DAY_MS - 1, outputTokens: 4 }),
      usageRow({ requestId: 'd', at: DAY + DAY_MS, outputTokens: 0, status: 429, apiKeyId: '' }),
      usageRow({ requestId: 'e', at: DAY + 2 * DAY_MS }),
    ])
    const range = { from: DAY, to: DAY + 2 * DAY_MS }
    const days = await readUsageTable(state, { ...range, by: ['day', 'key'] })
    expect(days).toMatchObject([
      { day: '2026-11-29', key: { id: 'apikey_1', name: 'CI' }, requests: 2, errors: 0, outputTokens: 7 },
      { day: '2026-11-30', key: { id: '', name: '' }, requests: 0, errors: 1 },
    ])
    expect(days[0]).not.toHaveProperty('model')
    const [total] = await readUsageTable(state, { ...range, by: ['model', 'workspace'] })
    expect(total).toEqual({
      model: 'model',
      workspace: { id: 'wrkspc_1', name: '' },
      requests: 2,
      errors: 1,
      inputTokens: 30,
      cacheReadTokens: 60,
      cacheWriteTokens: 210,
      outputTokens: 7,
      cost: 3n * 37_950n,
    })
  })
})
