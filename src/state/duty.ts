import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import { RepeatedTask } from './repeated-task.ts'
import type { State } from './state.ts'
import { StateError } from './state-error.ts'

/** How long a duty is held after the last renewal. */
export const DUTY_LEASE_MS = 30_000
const RENEWAL_MS = 10_000

/** A duty that this instance holds. `term` differs from every other holder's. */
export interface HeldDuty {
  readonly name: string
  readonly holder: string
  readonly term: number
}

/** Takes a duty that is free or renews one's own; null while another instance holds it. */
export async function takeDuty(state: State, name: string, holder: string): Promise<HeldDuty | null> {
  const heldUntil = sql<number>`${state.nowMs} + ${sql.lit(DUTY_LEASE_MS)}`
  const row = await state.relaxed
    .insertInto('duties')
    .values({ name, holder, term: 1, heldUntil })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          holder,
          term: sql<number>`duties.term + case when duties.holder = ${holder} then 0 else 1 end`,
          heldUntil,
        })
        // A lease that ends later than one can be given was given before the clock was set back.
        .where(
          sql<boolean>`duties.holder = ${holder} or duties.held_until <= ${state.nowMs}
            or duties.held_until > ${heldUntil}`,
        ),
    )
    .returning('term')
    .executeTakeFirst()
  return row === undefined ? null : { name, holder, term: row.term }
}

/** Gives a duty back before its time. */
export async function releaseDuty(state: State, { name, holder, term }: HeldDuty): Promise<void> {
  await state.relaxed
    .updateTable('duties')
    .set({ heldUntil: 0 })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .where('term', '=', term)
    .execute()
}

/**
 * Makes a transaction fail unless the duty is still held, and keeps others from taking it until the transaction ends: a
 * holder that was asleep for longer than its lease must not write what its successor has already written.
 */
export async function fenceDuty(
  transaction: Kysely<Database>,
  { name, holder, term }: HeldDuty,
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable('duties')
    // A write, since both databases lock the row for it.
    .set({ term })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .where('term', '=', term)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new StateError('busy', `the duty "${name}" went to another instance`)
}

/** Work that one instance does for all: the first instance that finds the duty free takes it. */
export class Duty {
  readonly #state: State
  readonly #name: string
  readonly #holder: string
  readonly #work: RepeatedTask
  readonly #renewal: RepeatedTask
  #held: { readonly duty: HeldDuty; readonly lost: AbortController; untilMs: number } | null = null

  /** `work` is called every `intervalMs` while the duty is held; its signal fires when it is not held any more. */
  constructor(
    state: State,
    options: {
      readonly name: string
      readonly holder: string
      readonly intervalMs: number
      readonly work: (duty: HeldDuty, signal: AbortSignal) => Promise<void>
    },
  ) {
    this.#state = state
    this.#name = options.name
    this.#holder = options.holder
    this.#renewal = new RepeatedTask(Math.min(RENEWAL_MS, options.intervalMs), () => this.#renew())
    this.#work = new RepeatedTask(options.intervalMs, async () => {
      await this.#renewal.runNow()
      if (this.#held !== null) await options.work(this.#held.duty, this.#held.lost.signal)
    })
  }

  start(): void {
    this.#renewal.start()
    this.#work.start()
  }

  get isHeld(): boolean {
    return this.#held !== null
  }

  /** Stops the work and gives the duty back. */
  async stop(): Promise<void> {
    const held = this.#held
    this.#lose()
    await this.#work.stop()
    await this.#renewal.stop()
    if (held !== null) await releaseDuty(this.#state, held.duty).catch(() => undefined)
  }

  async #renew(): Promise<void> {
    const askedAtMs = performance.now()
    try {
      const duty = await takeDuty(this.#state, this.#name, this.#holder)
      if (duty === null || (this.#held !== null && this.#held.duty.term !== duty.term)) this.#lose()
      if (duty === null) return
      this.#held ??= { duty, lost: new AbortController(), untilMs: 0 }
      this.#held.untilMs = askedAtMs + DUTY_LEASE_MS
    } catch (error) {
      if (this.#held !== null && performance.now() + RENEWAL_MS > this.#held.untilMs) this.#lose()
      throw error
    }
  }

  #lose(): void {
    this.#held?.lost.abort()
    this.#held = null
  }
}
