import { CompletionError } from '../completion/completion-error.ts'
import { UNKNOWN_CREATION_DATE } from './known-model.ts'
import { KNOWN_MODELS } from './known-models.ts'

/** A model of the catalogue. */
export interface Model {
  /** A snapshot's id, or an id of the user's own. Never an alias. */
  readonly id: string
  readonly displayName: string
  /** RFC 3339; the epoch when unknown. */
  readonly createdAt: string
  /** False for the ids that were published for the Messages API alone. */
  readonly isForTextCompletions: boolean
}

/** A model id from the configuration. */
export interface ConfiguredModelId {
  readonly id: string
  /** The id itself when left out. */
  readonly displayName?: string
  /** RFC 3339; the epoch when left out. */
  readonly createdAt?: string
}

/** A page of the catalogue; at most one of the two cursors. */
export interface ModelPageQuery {
  /** Most models on the page; at least 1. */
  readonly maxModels: number
  /** Models after this one, id or alias. */
  readonly afterId?: string
  /** The models just before this one, id or alias. */
  readonly beforeId?: string
}

export interface ModelPage {
  readonly models: readonly Model[]
  /** Whether there are more models in the direction of paging. */
  readonly hasMore: boolean
}

/** How Claude Code asks for a larger context window, which an engine here has or has not. */
const WINDOW_SUFFIX = /\[\d{1,4}[km]\]$/i

/** What a catalogue consists of. */
export interface ModelCatalogOptions {
  readonly configuredModelIds: readonly ConfiguredModelId[]
  /** The configured id for which every unknown id stands. */
  readonly otherModelId?: string | undefined
  /** Whether only configured ids are listed. */
  readonly listsOnlyOwn?: boolean
}

/**
 * Every model id that this server knows: those of the Claude API and the configured ones, with or without a context window
 * in brackets, such as `[1m]`.
 *
 * A configured id of the Claude API keeps its meaning: an alias still resolves to its snapshot, and only the display name
 * and date of a snapshot can be replaced.
 */
export class ModelCatalog {
  /** Newest first; models of the same date in the order of the data, configured ones first. */
  #models: readonly Model[]
  readonly #ownModelIds: string[] = []
  /** The id that every other id stands for; null where there are no others. */
  readonly #otherModelId: string | null
  #listed: readonly Model[]
  readonly #snapshotIds = new Map<string, string>()

  constructor(options: ModelCatalogOptions) {
    const models = new Map<string, Model>()
    for (const known of KNOWN_MODELS) {
      for (const id of [known.id, ...known.aliases]) this.#snapshotIds.set(id, known.id)
    }
    for (const configured of options.configuredModelIds) {
      if (this.#snapshotIds.has(configured.id)) continue
      if (!models.has(configured.id)) this.#ownModelIds.push(configured.id)
      models.set(configured.id, ownModel(configured))
    }
    for (const id of models.keys()) this.#snapshotIds.set(id, id)
    for (const known of KNOWN_MODELS) {
      const override = options.configuredModelIds.find((configured) => configured.id === known.id)
      models.set(known.id, {
        id: known.id,
        displayName: override?.displayName ?? known.displayName,
        createdAt: override?.createdAt ?? known.createdAt,
        isForTextCompletions: known.api === 'text-completions',
      })
    }
    this.#models = [...models.values()].sort((a, b) => orderMs(b) - orderMs(a))
    this.#otherModelId =
      options.otherModelId === undefined ? null : (this.#snapshotIds.get(options.otherModelId) ?? null)
    const configuredIds = new Set(options.configuredModelIds.map(({ id }) => this.#snapshotIds.get(id)))
    this.#listed =
      options.listsOnlyOwn === true ? this.#models.filter(({ id }) => configuredIds.has(id)) : this.#models
  }

  /** The configured ids that are no ids of the Claude API. */
  get ownModelIds(): readonly string[] {
    return this.#ownModelIds
  }

  /** Whether an id or alias has a meaning of its own. */
  isTaken(id: string): boolean {
    return this.#snapshotIds.has(id)
  }

  /** Adds an id of the user's own, which is not taken. */
  add(id: string): void {
    const model = ownModel({ id })
    this.#snapshotIds.set(id, id)
    this.#ownModelIds.push(id)
    // Its date is unknown, so it is the last.
    this.#models = [...this.#models, model]
    this.#listed = [...this.#listed, model]
  }

  /** The same without the models that are not in a set of ids. */
  only(ids: ReadonlySet<string>): ModelCatalog {
    const catalog = new ModelCatalog({ configuredModelIds: [] })
    catalog.#models = this.#models.filter(({ id }) => ids.has(id))
    catalog.#listed = this.#listed.filter(({ id }) => ids.has(id))
    catalog.#snapshotIds.clear()
    for (const [id, snapshotId] of this.#snapshotIds)
      if (ids.has(snapshotId)) catalog.#snapshotIds.set(id, snapshotId)
    return catalog
  }

  /**
   * The snapshot's id for an id or alias.
   *
   * @throws CompletionError `model-not-found`
   */
  resolve(id: string): string {
    const snapshotId = this.#find(id)
    if (snapshotId === undefined) throw modelNotFound(id)
    return snapshotId
  }

  /** Whether the catalogue has an id or alias. */
  has(id: string): boolean {
    return this.#find(id) !== undefined
  }

  /**
   * The model of an id or alias.
   *
   * @throws CompletionError `model-not-found`
   */
  retrieve(id: string): Model {
    const model = this.#models[this.#indexOf(id)]
    if (model === undefined) throw modelNotFound(id)
    return model
  }

  /**
   * Returns a page, newest first in both directions.
   *
   * @throws CompletionError `model-not-found` when a cursor is not in the catalogue
   */
  page(query: ModelPageQuery): ModelPage {
    const listed = this.#listed
    if (query.beforeId !== undefined) {
      const end = this.#placeOf(query.beforeId)
      const start = Math.max(0, end - query.maxModels)
      return { models: listed.slice(start, end), hasMore: start > 0 }
    }
    const start = query.afterId === undefined ? 0 : this.#placeOf(query.afterId) + 1
    const end = start + query.maxModels
    return { models: listed.slice(start, end), hasMore: end < listed.length }
  }

  #find(id: string): string | undefined {
    return (
      this.#snapshotIds.get(id) ??
      this.#snapshotIds.get(id.replace(WINDOW_SUFFIX, '')) ??
      (id === '' ? undefined : (this.#otherModelId ?? undefined))
    )
  }

  /** The index of a cursor in the list. @throws CompletionError `model-not-found` */
  #placeOf(id: string): number {
    const snapshotId = this.resolve(id)
    const index = this.#listed.findIndex((model) => model.id === snapshotId)
    if (index === -1) throw modelNotFound(id)
    return index
  }

  #indexOf(id: string): number {
    const snapshotId = this.resolve(id)
    return this.#models.findIndex((model) => model.id === snapshotId)
  }
}

/** By id: where a model of the Claude API is listed whose date is unknown, which is before the next older one. */
const ASSUMED_MS: ReadonlyMap<string, number> = assumedDates()

function assumedDates(): Map<string, number> {
  const dates = new Map<string, number>()
  let olderMs = Date.parse(UNKNOWN_CREATION_DATE)
  for (const { id, createdAt } of KNOWN_MODELS.toReversed()) {
    if (createdAt !== UNKNOWN_CREATION_DATE) olderMs = Date.parse(createdAt)
    dates.set(id, olderMs)
  }
  return dates
}

function orderMs({ id, createdAt }: Model): number {
  const isUnknown = createdAt === UNKNOWN_CREATION_DATE
  return (isUnknown ? ASSUMED_MS.get(id) : undefined) ?? Date.parse(createdAt)
}

function ownModel(configured: ConfiguredModelId): Model {
  return {
    id: configured.id,
    displayName: configured.displayName ?? configured.id,
    createdAt: configured.createdAt ?? UNKNOWN_CREATION_DATE,
    isForTextCompletions: true,
  }
}

function modelNotFound(id: string): CompletionError {
  return new CompletionError('model-not-found', `model: ${id}`)
}
