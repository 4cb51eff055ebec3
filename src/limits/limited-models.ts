import { AccountError } from '../accounts/account-error.ts'
import { derivedAccountId } from '../accounts/account-id.ts'
import { ALL_MODELS } from './limit-rule.ts'

/** Models that share their limits, as the Admin API shows them. */
export interface ModelGroup {
  /** `rlg_…`, the same in every organization. */
  readonly id: string
  /** `rl_…`: the limits of the group in this organization. */
  readonly rateLimitId: string
  /** As rules name it. */
  readonly name: string
  readonly displayName: string
  readonly models: readonly string[]
}

export interface LimitedModelsOptions {
  /** The same for everybody who uses this state. */
  readonly stateId: string
  /** The models of each group of the configuration. */
  readonly modelGroups: Readonly<Record<string, readonly string[]>>
  /** The ids of all models. */
  readonly modelIds: () => readonly string[]
  /** The id of a model under all its names; undefined for one that there is not. */
  readonly resolveModel: (id: string) => string | undefined
}

/** All models together, the groups of the configuration, and single models that have limits of their own. */
export class LimitedModels {
  readonly #options: LimitedModelsOptions

  constructor(options: LimitedModelsOptions) {
    this.#options = options
  }

  /** @param ruled the groups that rules name */
  groups(ruled: Iterable<string>): readonly ModelGroup[] {
    const names = new Set([ALL_MODELS, ...Object.keys(this.#options.modelGroups), ...ruled])
    return [...names].map((name) => this.#group(name))
  }

  /** The group of a `rate_limit_id`, of a name, or of a single model. @throws AccountError `account-not-found` */
  find(rateLimitId: string, ruled: Iterable<string>): ModelGroup {
    const groups = this.groups(ruled)
    const group = groups.find((one) => one.rateLimitId === rateLimitId || one.name === rateLimitId)
    if (group !== undefined) return group
    const model = this.#options.resolveModel(rateLimitId)
    if (model === undefined) throw AccountError.notFound('Rate limit', rateLimitId)
    return this.#group(model)
  }

  /** The groups that a model is in. @throws AccountError `account-not-found` */
  ofModel(groups: readonly ModelGroup[], modelId: string): readonly ModelGroup[] {
    const resolved = this.#options.resolveModel(modelId)
    if (resolved === undefined) throw AccountError.notFound('Model', modelId)
    return groups.filter(({ models }) => models.includes(resolved))
  }

  #group(name: string): ModelGroup {
    const { stateId, modelGroups, modelIds, resolveModel } = this.#options
    const models = name === ALL_MODELS ? modelIds() : (modelGroups[name] ?? [name])
    return {
      id: derivedAccountId('rlg', name),
      rateLimitId: derivedAccountId('rl', `${stateId} ${name}`),
      name,
      displayName: name === ALL_MODELS ? 'All models' : name,
      models: models.map((id) => resolveModel(id) ?? id),
    }
  }
}
