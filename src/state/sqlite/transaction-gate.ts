import { StateError } from '../state-error.ts'

interface Waiting {
  readonly owner: object
  /** Whether it wants the connection for itself. */
  readonly isTransaction: boolean
  readonly enter: () => void
  readonly refuse: (error: StateError) => void
}

/**
 * Who may use the one connection that all share. A transaction has it alone; statements outside of transactions go to
 * it as they come. All wait in one line, so that neither can starve the other.
 */
export class TransactionGate {
  readonly #maxWaiting: number
  readonly #waiting: Waiting[] = []
  #owner: object | null = null

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting
  }

  /** Waits until a statement of `user` may go to the connection. */
  pass(user: object): Promise<void> | undefined {
    if (this.#owner === user || (this.#owner === null && this.#waiting.length === 0)) return undefined
    return this.#wait(user, false)
  }

  /** Waits until `user` has the connection alone. */
  own(user: object): Promise<void> | undefined {
    if (this.#owner === null && this.#waiting.length === 0) {
      this.#owner = user
      return undefined
    }
    return this.#wait(user, true)
  }

  isOwner(user: object): boolean {
    return this.#owner === user
  }

  release(user: object): void {
    if (this.#owner !== user) return
    this.#owner = null
    while (this.#owner === null) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      if (next.isTransaction) this.#owner = next.owner
      next.enter()
    }
  }

  #wait(user: object, isTransaction: boolean): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting)
      return Promise.reject(
        new StateError('busy', `${this.#maxWaiting} statements are waiting for a transaction to end`),
      )
    return new Promise((enter, refuse) => {
      this.#waiting.push({ owner: user, isTransaction, enter, refuse })
    })
  }
}
