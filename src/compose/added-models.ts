import { stat } from 'node:fs/promises'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import type { LlamaEngineConfig } from '../config/config.ts'
import type { ModelRoutes } from '../config/model-routes.ts'
import { onDemandConfig } from '../config/on-demand-config.ts'
import { type DownloadProgress, type LocatedModel, locateModel } from '../model-files/locate-model.ts'
import { modelFacts } from '../model-files/model-facts.ts'
import { modelNameOf } from '../model-files/model-parts.ts'
import { ModelReferenceError, parseModelReference } from '../model-files/model-reference.ts'
import { invalidRequest } from '../wire/body-schema.ts'

/** Most models that are added while a server runs. */
export const MAX_ADDED_MODELS = 100
/** Most downloads at once. */
const MAX_DOWNLOADS = 2
/** Most downloads whose failures are remembered; the oldest is forgotten. */
const MAX_FAILED = 20

/** A model that is being downloaded, or could not be. */
export interface PendingModel {
  /** What was asked for. */
  readonly name: string
  readonly progress: Pick<DownloadProgress, 'bytes' | 'totalBytes'>
  /** Null while it is being downloaded. */
  readonly error: string | null
}

export interface AddedModelsOptions {
  readonly routes: Pick<ModelRoutes, 'add' | 'canAdd'>
  readonly addOnDemand: (name: string, config: LlamaEngineConfig) => void
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Models that are added while a server runs, until it ends. Each is loaded when it is first asked for. */
export class AddedModels {
  readonly #options: AddedModelsOptions
  readonly #added = new Set<string>()
  readonly #pending = new Map<string, PendingModel & { readonly cancelling: AbortController }>()

  constructor(options: AddedModelsOptions) {
    this.#options = options
  }

  /** Those that are not there yet. */
  get pending(): readonly PendingModel[] {
    return [...this.#pending.values()]
  }

  has(name: string): boolean {
    return this.#added.has(name)
  }

  /**
   * Adds a model by its path on this machine or its name. One of Hugging Face that is not on this machine is downloaded after
   * this returns.
   *
   * @returns the name of its engine, or of the download
   * @throws CompletionError `invalid-request` that says why not
   */
  async add(model: string): Promise<string> {
    if (this.#added.size + this.#downloads >= MAX_ADDED_MODELS)
      throw invalidRequest(`At most ${MAX_ADDED_MODELS} models are added while the server runs.`)
    const kind = kindOf(model)
    if (kind === 'url')
      throw invalidRequest('A model is not added by its URL: download the file, and add it by its path.')
    if (kind !== 'hub') return this.#open(await this.#locate(model))
    if (this.#pending.get(model)?.error === null) return model
    if (this.#downloads >= MAX_DOWNLOADS)
      throw invalidRequest(`${MAX_DOWNLOADS} models are being downloaded: wait for one of them.`)
    return this.#download(model)
  }

  /** Cancels a download, or forgets that it failed. @returns whether there was one */
  dismiss(name: string): boolean {
    this.#pending.get(name)?.cancelling.abort()
    return this.#pending.delete(name)
  }

  close(): void {
    for (const { name } of this.pending) this.dismiss(name)
  }

  get #downloads(): number {
    return this.pending.filter(({ error }) => error === null).length
  }

  /** A model that is on this machine already is there at once. */
  async #download(model: string): Promise<string> {
    const cancelling = new AbortController()
    const set = (changed: Omit<PendingModel, 'name'>) => {
      if (!cancelling.signal.aborted) this.#pending.set(model, { name: model, cancelling, ...changed })
    }
    let progress: PendingModel['progress'] = { bytes: 0, totalBytes: null }
    set({ progress, error: null })
    const located = this.#locate(model, {
      signal: cancelling.signal,
      onProgress({ bytes, totalBytes }) {
        progress = { bytes, totalBytes }
        set({ progress, error: null })
      },
    })
    const opened = located.then((found) => {
      if (cancelling.signal.aborted) return model
      const name = this.#open(found)
      this.#pending.delete(model)
      return name
    })
    return Promise.race([
      opened.catch((error) => {
        set({ progress, error: (error as Error).message })
        this.#forgetOldFailures()
        return model
      }),
      new Promise<string>((resolve) => setImmediate(resolve, model)),
    ])
  }

  #forgetOldFailures(): void {
    const failed = this.pending.filter(({ error }) => error !== null)
    for (const { name } of failed.slice(0, -MAX_FAILED)) this.#pending.delete(name)
  }

  async #locate(
    model: string,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: DownloadProgress) => void } = {},
  ): Promise<LocatedModel> {
    const { environment } = this.#options
    try {
      const located = await locateModel(model, {
        ...{ environment, onProgress: onProgress ?? (() => undefined) },
        ...(signal === undefined ? {} : { signal }),
      })
      const isFile = (await stat(located.path).catch(() => null))?.isFile() === true
      if (isFile && modelFacts(located.path) !== null) return located
    } catch (error) {
      if (error instanceof EngineLoadError) throw invalidRequest(error.message)
      throw error
    }
    throw invalidRequest(`There is no GGUF file at ${model} on the server.`)
  }

  #open({ path, id }: LocatedModel): string {
    const { routes, addOnDemand } = this.#options
    const name = id ?? modelNameOf(path)
    if (!routes.canAdd(name)) throw invalidRequest(`There is already a model named ${name}.`)
    // An engine of a route must be there first, or the server would seem to be loading.
    addOnDemand(name, onDemandConfig(path))
    routes.add(name)
    this.#added.add(name)
    return name
  }
}

function kindOf(model: string) {
  try {
    return parseModelReference(model).kind
  } catch (error) {
    if (error instanceof ModelReferenceError) throw invalidRequest(error.message)
    throw error
  }
}
