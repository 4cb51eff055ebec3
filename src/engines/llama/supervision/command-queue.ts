import type { EngineCommand } from '../protocol/engine-command.ts'

/**
 * Commands for a process that may not read for a while. They are written one by one, so a request that is cancelled before
 * its turn is never sent: the queue is bounded by the number of open requests, however many are sent and cancelled.
 */
export class CommandQueue {
  readonly #write: (command: EngineCommand, done: () => void) => void
  readonly #waiting = new Set<EngineCommand>()
  /** Waiting commands that a cancellation removes, by the id of the request. */
  readonly #requests = new Map<number, EngineCommand>()
  #isWriting = false

  /** @param write writes a command, and calls `done` when the system has taken it */
  constructor(write: (command: EngineCommand, done: () => void) => void) {
    this.#write = write
  }

  get length(): number {
    return this.#waiting.size
  }

  send(command: EngineCommand): void {
    if (command.type === 'cancel' && this.#withdraw(command.id)) return
    this.#waiting.add(command)
    if (command.type === 'generate' || command.type === 'count-tokens')
      this.#requests.set(command.id, command)
    if (!this.#isWriting) this.#writeNext()
  }

  #withdraw(id: number): boolean {
    const request = this.#requests.get(id)
    if (request === undefined) return false
    this.#requests.delete(id)
    return this.#waiting.delete(request)
  }

  #writeNext(): void {
    const [next] = this.#waiting
    if (next === undefined) return
    this.#waiting.delete(next)
    if (next.type === 'generate' || next.type === 'count-tokens') this.#requests.delete(next.id)
    this.#isWriting = true
    this.#write(next, () => {
      this.#isWriting = false
      this.#writeNext()
    })
  }
}
