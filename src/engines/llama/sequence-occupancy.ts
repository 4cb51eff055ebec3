import type { EngineOutput } from './protocol/engine-message.ts'

/** Which requests have a sequence and which are queued for one, as far as the engine's process has reported. */
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
  submit(id: number): void {
    this.#queued.add(id)
  }

  /** Follows a request: its sequence is free from its end on, however slowly its events are read. */
  observe(output: EngineOutput): void {
    if ('error' in output) {
      this.release(output.id)
      return
    }
    const { id, events } = output
    for (const { type } of events) {
      if (type === 'prefill-start' && this.#queued.delete(id)) this.#busy.add(id)
      else if (type === 'completion-end') this.release(id)
    }
  }

  /** A request is over, or was cancelled. */
  release(id: number): void {
    this.#queued.delete(id)
    this.#busy.delete(id)
  }

  /** The process has ended. */
  clear(): void {
    this.#queued.clear()
    this.#busy.clear()
  }
}
