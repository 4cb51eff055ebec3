/** A model that is loaded when it is asked for. */
export interface LoadableModel {
  /** What it needs at least, in bytes. */
  readonly neededBytes: number
  readonly isLoaded: boolean
  /** Whether requests wait for it or run. */
  readonly isBusy: boolean
  /** When its last request ended. */
  readonly lastUsedMs: number
  unload(): Promise<void>
}

/** The models of a server that are loaded when they are asked for: they share its memory. */
export class LoadedModels {
  readonly #availableBytes: () => number
  readonly #models = new Set<LoadableModel>()
  #last: Promise<unknown> = Promise.resolve()

  /** @param availableBytes the memory that may still be taken */
  constructor(availableBytes: () => number) {
    this.#availableBytes = availableBytes
  }

  add(model: LoadableModel): void {
    this.#models.add(model)
  }

  /**
   * Loads a model when those before it are loaded: each measures its best settings, and two at once would disturb each other.
   * Where memory is short, models that are idle are unloaded first, the least recently used one before others.
   */
  load<Loaded>(model: LoadableModel, load: () => Promise<Loaded>): Promise<Loaded> {
    const loading = this.#last.then(async () => {
      await this.#makeSpace(model)
      return load()
    })
    this.#last = loading.catch(() => undefined)
    return loading
  }

  async #makeSpace(model: LoadableModel): Promise<void> {
    while (this.#availableBytes() < model.neededBytes) {
      const [oldest] = [...this.#models]
        .filter((other) => other !== model && other.isLoaded && !other.isBusy)
        .sort((one, other) => one.lastUsedMs - other.lastUsedMs)
      if (oldest === undefined) return
      await oldest.unload()
    }
  }
}
