import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { LimitError } from '../completion/limit-error.ts'
import type { Database } from '../state/database.ts'
import { deleteRows } from '../state/delete-rows.ts'
import type { State } from '../state/state.ts'

const PERIOD_MS = 15 * 60_000
/** Most failures in a period: of one network at one account, of one network at all, and of all at one account. */
const [MAX_OF_BOTH, MAX_OF_NETWORK, MAX_OF_ACCOUNT] = [10, 50, 100]
/** Most accounts and networks that are kept; of more, those whose period ends first are forgotten. */
const MAX_KEPT = 100_000
const CLEANING_INTERVAL_MS = 60_000
/** For how long one that has failed too often is refused without asking the database, and how many of these are kept. */
const [REFUSED_MS, MAX_REFUSED] = [1_000, 10_000]

/** What failures are counted of. */
interface Subject {
  readonly subjectSha256: string
  readonly max: number
}

interface Refusal {
  readonly endsAt: number
  readonly refusedAt: number
}

/**
 * Counts failed logins, so that passwords cannot be tried one after the other. The count is in the state: one who tries them at
 * several instances has no more tries than at one.
 */
export class FailedLogins {
  readonly #state: State
  readonly #nowMs: () => number
  /** Of a moment ago, the oldest first. */
  readonly #refused = new Map<string, Refusal>()
  #cleanedAtMs = Number.NEGATIVE_INFINITY

  constructor(state: State, nowMs: () => number) {
    this.#state = state
    this.#nowMs = nowMs
  }

  /**
   * Counts an attempt as failed, until it is `succeeded`: those that run at once count too. A refused one counts for nothing.
   *
   * @param account '' for what is about none yet
   * @param network the part of the sender's address that it cannot change at will; '' where it is not known
   * @throws LimitError when there were too many
   */
  async attempt(account: string, network: string): Promise<{ succeeded(): Promise<void> }> {
    const atMs = this.#nowMs()
    const subjects = subjectsOf(account, network)
    for (const { subjectSha256 } of subjects) this.#refuseKnown(subjectSha256, atMs)
    await this.#clean(atMs)
    const periods = await this.#state.relaxed.transaction().execute(async (db) => {
      const counted: { readonly subjectSha256: string; readonly endsAt: number }[] = []
      for (const { subjectSha256, max } of subjects) {
        const { failures, endsAt } = await countFailure(db, subjectSha256, atMs)
        if (failures > max) throw this.#refuse(subjectSha256, endsAt, atMs)
        counted.push({ subjectSha256, endsAt })
      }
      return counted
    })
    return {
      succeeded: () =>
        this.#state.relaxed.transaction().execute(async (db) => {
          for (const { subjectSha256, endsAt } of periods) await uncountFailure(db, subjectSha256, endsAt)
        }),
    }
  }

  /** Such a refusal is not final: one that was counted may succeed. */
  #refuseKnown(subject: string, atMs: number): void {
    const refusal = this.#refused.get(subject)
    if (refusal === undefined) return
    const isFresh =
      atMs >= refusal.refusedAt && atMs < Math.min(refusal.refusedAt + REFUSED_MS, refusal.endsAt)
    if (isFresh) throw tooManyFailed(refusal.endsAt - atMs)
    this.#refused.delete(subject)
  }

  #refuse(subject: string, endsAt: number, refusedAt: number): LimitError {
    this.#refused.set(subject, { endsAt, refusedAt })
    if (this.#refused.size > MAX_REFUSED) {
      const [oldest = ''] = this.#refused.keys()
      this.#refused.delete(oldest)
    }
    return tooManyFailed(endsAt - refusedAt)
  }

  /** Forgets periods that are over, and what is more than may be kept. */
  async #clean(atMs: number): Promise<void> {
    if (Math.abs(atMs - this.#cleanedAtMs) < CLEANING_INTERVAL_MS) return
    this.#cleanedAtMs = atMs
    const { relaxed: db } = this.#state
    await deleteRows(db, 'failedLogins', sql`ends_at <= ${atMs}`)
    const first = await db
      .selectFrom('failedLogins')
      .select('endsAt')
      .orderBy('endsAt', 'desc')
      .offset(MAX_KEPT)
      .limit(1)
      .executeTakeFirst()
    if (first !== undefined) await deleteRows(db, 'failedLogins', sql`ends_at <= ${first.endsAt}`)
  }
}

/** In one order for all, so that attempts wait for each other and never in a circle. */
function subjectsOf(account: string, network: string): Subject[] {
  const subjects: Subject[] = []
  if (account !== '' && network !== '')
    subjects.push({ subjectSha256: digest('both', network, account), max: MAX_OF_BOTH })
  if (network !== '') subjects.push({ subjectSha256: digest('network', network), max: MAX_OF_NETWORK })
  if (account !== '') subjects.push({ subjectSha256: digest('account', account), max: MAX_OF_ACCOUNT })
  return subjects.sort((a, b) => (a.subjectSha256 < b.subjectSha256 ? -1 : 1))
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function countFailure(db: Kysely<Database>, subjectSha256: string, atMs: number) {
  return db
    .insertInto('failedLogins')
    .values({ subjectSha256, failures: 1, endsAt: atMs + PERIOD_MS })
    .onConflict((conflict) =>
      conflict.column('subjectSha256').doUpdateSet({
        failures: sql<number>`case when failed_logins.ends_at <= ${atMs} then 1 else failed_logins.failures + 1 end`,
        endsAt: sql<number>`case when failed_logins.ends_at <= ${atMs} then excluded.ends_at else failed_logins.ends_at end`,
      }),
    )
    .returning(['failures', 'endsAt'])
    .executeTakeFirstOrThrow()
}

async function uncountFailure(db: Kysely<Database>, subjectSha256: string, endsAt: number): Promise<void> {
  await db
    .updateTable('failedLogins')
    .set(({ eb }) => ({ failures: eb('failures', '-', 1) }))
    .where('subjectSha256', '=', subjectSha256)
    .where('endsAt', '=', endsAt)
    .where('failures', '>', 0)
    .execute()
}

function tooManyFailed(leftMs: number): LimitError {
  const retryAfterMs = Math.max(1, leftMs)
  const minutes = Math.ceil(retryAfterMs / 60_000)
  return new LimitError('rate-limited', `Too many logins failed. Please try again in ${minutes} minutes.`, {
    ...{ status: {}, retryAfterMs },
  })
}
