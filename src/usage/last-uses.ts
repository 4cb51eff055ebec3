import type { State } from '../state/state.ts'

/** When keys were last used, in the requests that are kept. Each key is one look into an index. */
export async function readLastUses(
  { reports }: State,
  apiKeyIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (apiKeyIds.length === 0) return new Map()
  const rows = await reports
    .selectFrom('apiKeys')
    .select((keys) => [
      'apiKeys.id',
      keys
        .selectFrom('requests')
        .select(({ fn }) => fn.max('requests.at').as('at'))
        .whereRef('requests.apiKeyId', '=', 'apiKeys.id')
        .as('at'),
    ])
    .where('apiKeys.id', 'in', apiKeyIds)
    .execute()
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const])))
}
