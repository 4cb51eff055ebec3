import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import { findOpenWorkspace } from '../accounts/workspace.ts'
import { storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { LimitScope } from './limit-rule.ts'

/** What a limit is for, as clients name it. */
export interface LimitOwner {
  readonly scope: LimitScope
  /** Empty for the organization. */
  readonly scopeId: string
}

/** The stored id of what a limit is for. @throws AccountError `account-not-found` */
export async function findLimitOwner(
  db: Kysely<Database>,
  state: Pick<State, 'id'>,
  { scope, scopeId }: LimitOwner,
): Promise<string> {
  if (scope === 'organization') return ''
  const id = storableText(scopeId)
  if (scope === 'workspace') return (await findOpenWorkspace(db, storedWorkspaceId(state, id))).id
  const query =
    scope === 'key'
      ? db.selectFrom('apiKeys').select('id').where('id', '=', id).where('kind', '=', 'api')
      : db.selectFrom('users').select('id').where('id', '=', id).where('removedAt', 'is', null)
  if ((await query.executeTakeFirst()) === undefined)
    throw AccountError.notFound(scope === 'key' ? 'API key' : 'User', scopeId)
  return id
}
