import type { EngineCommand } from '../protocol/engine-command.ts'

/**
 * Commands on their way to a process that may not read for a while. They are handed out one by one, so that a request
 * that is cancelled before its turn is never sent: what waits is bounded by the requests that are open, however many
 * come and leave meanwhile.
 */
export class CommandQueue {
  readonly #write: (command: EngineCommand, done: () => void) => void
  readonly #waiting = new Set<EngineCommand>()
  /** Those of them that a cancellation takes back, by the request's id. */
  readonly #requests = new Map<number, EngineCommand>()
  #isWriting = false

  /** @param write hands a command to the system, and says when the system has it */
  constructor(write: (command: EngineCommand, done: () => void) => void) {
    this.#write = write
  }

  get length(): number {
    return this.#waiting.size
  }

  send(command: EngineCommand): void {
    if (command.type === 'cancel' && this.#takeBack(command.id)) return
    this.#waiting.add(command)
    if (command.type === 'generate' || command.type === 'count-tokens')
      this.#requests.set(command.id, command)
    if (!this.#isWriting) this.#writeNext()
  }

  #takeBack(id: number): boolean {
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
