import { CompletionError } from '../completion/completion-error.ts'
import type { Engine } from '../completion/engine.ts'

/**
 * Whether an engine, or a server with all its engines, takes requests: `loading` until its model is loaded, at first or
 * again after a crash; `unresponsive` while the model's process does not respond; `draining` once the server is to stop.
 */
export type Readiness = 'ready' | 'loading' | 'unresponsive' | 'draining'

/** An engine as a server holds it. */
export interface ServedEngine extends Engine {
  /** Whether its model is loaded; false again while it is restarted. */
  readonly isReady: boolean
  /** Whether it is loaded, but does not respond. It may recover. */
  readonly isUnresponsive: boolean
}

/** Which engine serves which model. */
export interface EngineRoutes {
  /** The id under which each engine knows its model, by the engine's name. */
  readonly engineModels: ReadonlyMap<string, string>
  /** The name of the engine that serves a model, given by its resolved id. */
  engineNameFor(modelId: string): string
}

/** An engine, found by a model that it serves. */
export interface FoundEngine {
  readonly engine: Engine
  readonly name: string
  /** The id under which the engine knows its model. */
  readonly model: string
}

/** The engines of a server, found by the models that they serve. */
export class EngineDirectory<E extends ServedEngine = ServedEngine> {
  readonly #routes: EngineRoutes
  readonly #engines = new Map<string, E>()
  #isDraining = false

  constructor(routes: EngineRoutes) {
    this.#routes = routes
  }

  /** Adds an engine whose model is loaded. */
  add(name: string, engine: E): void {
    this.#engines.set(name, engine)
  }

  /** Refuses requests from now on; those that run continue. */
  drain(): void {
    this.#isDraining = true
  }

  /** The engines that were added, by name. */
  get engines(): ReadonlyMap<string, E> {
    return this.#engines
  }

  /** The readiness of the server: it is ready once all engines were added, while at least one is ready. */
  get readiness(): Readiness {
    if (this.#isDraining) return 'draining'
    if (this.#engines.size < this.#routes.engineModels.size) return 'loading'
    const all = [...this.#engines.keys()].map((name) => this.readinessOf(name))
    if (all.includes('ready')) return 'ready'
    return all.includes('unresponsive') ? 'unresponsive' : 'loading'
  }

  /** The readiness of one engine. */
  readinessOf(name: string): Readiness {
    const engine = this.#engines.get(name)
    if (!engine?.isReady) return 'loading'
    return engine.isUnresponsive ? 'unresponsive' : 'ready'
  }

  /**
   * The engine that serves a model.
   *
   * @param modelId as the catalogue resolved it
   * @throws CompletionError `not-ready` while the server is loading or draining
   */
  engineFor(modelId: string): Engine {
    return this.find(modelId).engine
  }

  /** As {@link engineFor}, with the engine's name and model. */
  find(modelId: string): FoundEngine {
    const { readiness } = this
    if (readiness === 'draining') {
      throw new CompletionError('not-ready', 'Overloaded: the server is about to stop')
    }
    const name = this.#routes.engineNameFor(modelId)
    const engine = this.#engines.get(name)
    if (readiness === 'loading' || engine === undefined) {
      throw new CompletionError('not-ready', 'Overloaded: the model is still loading')
    }
    return { engine, name, model: this.#routes.engineModels.get(name) ?? '' }
  }

  /** The engine of a model, whether or not it takes requests now; null while it is loading. */
  knownEngineFor(modelId: string): Pick<Engine, 'contextWindowTokens' | 'capabilities'> | null {
    return this.#engines.get(this.#routes.engineNameFor(modelId)) ?? null
  }
}
