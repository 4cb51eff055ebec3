import type { EngineOutput } from './protocol/engine-messages.ts'

/** Which requests have a sequence and which wait for one, as far as the engine's process has told. */
export class SequenceOccupancy {
  readonly #queued = new Set<number>()
  readonly #busy = new Set<number>()

  get queuedRequests(): number {
    return this.#queued.size
  }

  get busySequences(): number {
    return this.#busy.size
  }

  /** A request was sent to the process. */
  submitted(id: number): void {
    this.#queued.add(id)
  }

  /** The process told what happened to a request: its sequence is free from its end on, however slow its reader is. */
  observe({ type, id }: EngineOutput): void {
    if (type === 'prefill' && this.#queued.delete(id)) this.#busy.add(id)
    else if (type === 'end' || type === 'fail') this.cancelled(id)
  }

  /** A request is over, or was given up. */
  cancelled(id: number): void {
    this.#queued.delete(id)
    this.#busy.delete(id)
  }

  /** The process has ended. */
  clear(): void {
    this.#queued.clear()
    this.#busy.clear()
  }
}
