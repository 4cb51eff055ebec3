import { randomBytes } from 'node:crypto'
import { RepeatedTask } from './repeated-task.ts'
import type { State } from './state.ts'

const HEARTBEAT_MS = 2_000
/** An instance that was not seen for this long is dead. */
export const DEAD_AFTER_MS = 10_000
/** After this long its row is removed. */
const FORGET_AFTER_MS = 60 * 60_000

/** This server process among those that share the state. */
export class Instance {
  readonly id = `inst_${randomBytes(9).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y')}`
  readonly #state: State
  readonly #version: string
  readonly #heartbeat = new RepeatedTask(HEARTBEAT_MS, () => this.#beat())
  #liveInstances = 1
  /** What the database's clock shows when `performance.now()` is 0. */
  #clockOriginMs = performance.timeOrigin

  constructor(state: State, version: string) {
    this.#state = state
    this.#version = version
  }

  /** How many instances are alive, this one included; the last known number while the database is down. */
  get liveInstances(): number {
    return this.#liveInstances
  }

  /** The database's clock in milliseconds. This machine's own may be wrong, and may be set while the process runs. */
  nowMs(): number {
    return Math.round(this.#clockOriginMs + performance.now())
  }

  async start(): Promise<void> {
    await this.#heartbeat.runNow()
    await this.#forgetOthers()
    this.#heartbeat.start()
  }

  /** Leaves at once, so that the others share what was this instance's part. */
  async stop(): Promise<void> {
    await this.#heartbeat.stop()
    await this.#state.relaxed
      .deleteFrom('instances')
      .where('id', '=', this.id)
      .execute()
      .catch(() => undefined)
  }

  async #beat(): Promise<void> {
    const { relaxed, nowMs } = this.#state
    const sentAt = performance.now()
    const { seenAt } = await relaxed
      .insertInto('instances')
      .values({ id: this.id, startedAt: nowMs, seenAt: nowMs, version: this.#version })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seenAt: nowMs }))
      .returning('seenAt')
      .executeTakeFirstOrThrow()
    // The clock was read somewhere between the question and the answer.
    this.#clockOriginMs = seenAt - (sentAt + performance.now()) / 2
    const { count } = await relaxed
      .selectFrom('instances')
      .select((select) => select.fn.countAll<number>().as('count'))
      // A row from the future is of an instance that died before the clock was set back.
      .where('seenAt', '>', seenAt - DEAD_AFTER_MS)
      .where('seenAt', '<', seenAt + DEAD_AFTER_MS)
      .executeTakeFirstOrThrow()
    this.#liveInstances = Math.max(1, count)
  }

  async #forgetOthers(): Promise<void> {
    const now = this.nowMs()
    await this.#state.relaxed
      .deleteFrom('instances')
      .where((row) =>
        row.or([row('seenAt', '<', now - FORGET_AFTER_MS), row('seenAt', '>', now + FORGET_AFTER_MS)]),
      )
      .execute()
  }
}
