import { announceChange } from '../state/changes.ts'
import type { State } from '../state/state.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import { API_KEYS_TOPIC } from './key-directory.ts'

/**
 * Writes the keys that the configuration declares into the state, where reports and lists find them. One that is not
 * declared any more becomes inactive; one that was created by the API keeps its row.
 */
export async function storeDeclaredKeys(
  state: State,
  rows: readonly Readonly<ApiKeysTable>[],
): Promise<void> {
  const digests = rows.map(({ secretSha256 }) => secretSha256)
  await state.db.transaction().execute(async (transaction) => {
    let changed = 0n
    let undeclared = transaction
      .updateTable('apiKeys')
      .set({ status: 'inactive' })
      .where('origin', '=', 'configuration')
      .where('status', '=', 'active')
    if (digests.length > 0) undeclared = undeclared.where('secretSha256', 'not in', digests)
    changed += (await undeclared.executeTakeFirstOrThrow()).numUpdatedRows
    for (const row of rows) {
      const { numInsertedOrUpdatedRows = 0n } = await transaction
        .insertInto('apiKeys')
        .values({ ...row, createdAt: state.nowMs })
        .onConflict((conflict) =>
          conflict
            .column('secretSha256')
            .doUpdateSet({ status: 'active', kind: row.kind, workspaceId: row.workspaceId })
            .where('apiKeys.origin', '=', 'configuration')
            .where('apiKeys.status', '!=', 'active'),
        )
        .executeTakeFirstOrThrow()
      changed += numInsertedOrUpdatedRows
    }
    if (changed > 0n) await announceChange(transaction, API_KEYS_TOPIC)
  })
}
