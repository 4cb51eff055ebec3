/**
 * A queue between a producer that never waits and one consumer that does. The producer bounds it. After `fail` the
 * consumer gets the queued items, then the error, again at every call.
 */
export class AsyncQueue<Item> {
  #items: Item[] = []
  #failure: { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  push(item: Item): void {
    this.#items.push(item)
    this.#wakeConsumer()
  }

  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wakeConsumer()
  }

  /** Resolves with all queued items as soon as there is one. */
  async takeAll(): Promise<readonly Item[]> {
    for (;;) {
      if (this.#items.length > 0) {
        const items = this.#items
        this.#items = []
        return items
      }
      if (this.#failure) throw this.#failure.error
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #wakeConsumer(): void {
    this.#wake?.()
    this.#wake = null
  }
}
