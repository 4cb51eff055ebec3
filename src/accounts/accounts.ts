import type { Kysely } from 'kysely'
import { announceChange } from '../state/changes.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import type { Actor } from './actor.ts'
import { recordAuditEvent } from './audit.ts'

/** Announced with every change of an account. */
export const ACCOUNTS_TOPIC = 'accounts'

/** What accounts are read from and written to. */
export interface Accounts {
  readonly state: State
  /** The time, in milliseconds. */
  readonly nowMs: () => number
  /** Reloads what this instance keeps in memory of accounts. */
  readonly reload: () => Promise<void>
}

/** A change while it is made. */
export interface AccountChange {
  readonly db: Kysely<Database>
  readonly atMs: number
  /** Makes every instance reload a topic. */
  announce(topic: string): Promise<void>
  /** Writes a line of the audit trail; `detail` has no secrets. */
  record(action: string, subject: string, detail?: object): Promise<void>
}

/**
 * Changes accounts in one transaction, with its audit trail. Changes wait for each other, on all instances, so that what
 * one has read stays true until it is committed.
 */
export async function changeAccounts<Result>(
  { state, nowMs, reload }: Accounts,
  actor: Actor,
  change: (change: AccountChange) => Promise<Result>,
): Promise<Result> {
  const result = await state.db.transaction().execute(async (db) => {
    // First, because it locks the topic's row until the commit.
    await announceChange(db, ACCOUNTS_TOPIC)
    const atMs = nowMs()
    return change({
      db,
      atMs,
      announce: (topic) => announceChange(db, topic),
      record: (action, subject, detail = {}) =>
        recordAuditEvent(db, { at: atMs, actor, action, subject, detail }),
    })
  })
  // The change is made: this instance too hears of it within a second, if it cannot reload now.
  await reload().catch(() => undefined)
  return result
}
