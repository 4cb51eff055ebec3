import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { DatabaseViews } from './database-views.ts'
import { RepeatedTask } from './repeated-task.ts'

/** How often an instance asks for changes: a revoked key is refused everywhere within twice this time. */
export const POLL_INTERVAL_MS = 1_000

/**
 * Makes every instance reload what it keeps in memory of a topic. It belongs into the transaction of the change: who
 * sees the new version sees the change.
 */
export async function announceChange(transaction: Kysely<Database>, topic: string): Promise<void> {
  await transaction
    .insertInto('changes')
    .values({ topic, version: 1 })
    .onConflict((conflict) =>
      conflict.column('topic').doUpdateSet((update) => ({ version: update('changes.version', '+', 1) })),
    )
    .execute()
}

/** Reloads what an instance keeps in memory, topic by topic, when some instance has changed it. */
export class ChangeWatcher {
  readonly #state: DatabaseViews
  readonly #reload: Readonly<Record<string, () => Promise<void>>>
  readonly #task: RepeatedTask
  /** The versions that are loaded. */
  readonly #versions = new Map<string, number>()
  #currentAtMs = Number.NEGATIVE_INFINITY

  /** `reload` has a function for each topic. One that fails is called again at the next look. */
  constructor(state: DatabaseViews, reload: Readonly<Record<string, () => Promise<void>>>) {
    this.#state = state
    this.#reload = reload
    this.#task = new RepeatedTask(POLL_INTERVAL_MS, () => this.#look())
  }

  /** Loads every topic, then looks for changes every second. */
  async start(): Promise<void> {
    await this.check()
    this.#task.start()
  }

  /** Looks at once, for the instance that has just made a change. Rejects when a topic could not be loaded. */
  check(): Promise<void> {
    return this.#task.runNow()
  }

  /** For how long what is in memory may have been out of date. */
  staleMs(): number {
    return performance.now() - this.#currentAtMs
  }

  stop(): Promise<void> {
    return this.#task.stop()
  }

  async #look(): Promise<void> {
    const askedAtMs = performance.now()
    const rows = await this.#state.relaxed.selectFrom('changes').select(['topic', 'version']).execute()
    const versions = new Map(rows.map(({ topic, version }) => [topic, version]))
    for (const [topic, reload] of Object.entries(this.#reload)) {
      const version = versions.get(topic) ?? 0
      // Not "newer": a restored backup may be older.
      if (this.#versions.get(topic) === version) continue
      await reload()
      this.#versions.set(topic, version)
    }
    this.#currentAtMs = askedAtMs
  }
}
