import {
  ALL_MODELS,
  EACH,
  type LimitRule,
  limitKey,
  type RuleList,
  type SpendRule,
  spendKey,
} from './limit-rule.ts'

/** Whom a request belongs to, and its model. */
export interface LimitedRequest {
  readonly workspaceId: string
  /** Null for a key that the server does not know. */
  readonly apiKeyId: string | null
  /** The user or service account that the key stands for; empty for neither. */
  readonly actorId: string
  readonly modelId: string
}

interface ScopeRules {
  readonly limits: LimitRule[]
  readonly spend: SpendRule[]
}

const NO_RULES: ScopeRules = { limits: [], spend: [] }

/** All rules, found by what they are for. Rules of the configuration go before those of the database. */
export class RuleBook {
  readonly isEmpty: boolean
  readonly #scopes = new Map<string, ScopeRules>()
  readonly #groupsOfModel = new Map<string, string[]>()

  /** @param modelGroups the models of each group, by their resolved ids */
  constructor(
    configured: RuleList,
    stored: RuleList,
    modelGroups: Readonly<Record<string, readonly string[]>> = {},
  ) {
    const limits = firstOfEach([...configured.limits, ...stored.limits], limitKey)
    const spend = firstOfEach([...configured.spend, ...stored.spend], spendKey)
    for (const rule of limits) this.#scope(rule).limits.push(rule)
    for (const rule of spend) this.#scope(rule).spend.push(rule)
    this.isEmpty = this.#scopes.size === 0
    for (const [group, models] of Object.entries(modelGroups))
      for (const model of models) this.#groupsOfModel.set(model, [...this.groupsOf(model), group])
  }

  /** The rules that a request must meet; those for each workspace or key name the one of the request. */
  rulesFor({ workspaceId, apiKeyId, actorId, modelId }: LimitedRequest): RuleList {
    if (this.isEmpty) return NO_RULES
    const groups = new Set([ALL_MODELS, modelId, ...this.groupsOf(modelId)])
    const lists = [
      this.#scopes.get(scopeName('organization', '')) ?? NO_RULES,
      this.#rulesOf('workspace', workspaceId),
      apiKeyId === null ? NO_RULES : this.#rulesOf('key', apiKeyId),
      actorId === '' ? NO_RULES : this.#rulesOf('user', actorId),
    ]
    return {
      limits: lists.flatMap(({ limits }) => limits.filter(({ modelGroup }) => groups.has(modelGroup))),
      spend: lists.flatMap(({ spend }) => spend),
    }
  }

  /** The named groups that a model is in. */
  groupsOf(modelId: string): readonly string[] {
    return this.#groupsOfModel.get(modelId) ?? []
  }

  #rulesOf(scope: 'workspace' | 'key' | 'user', id: string): RuleList {
    const own = this.#scopes.get(scopeName(scope, id)) ?? NO_RULES
    const each = this.#scopes.get(scopeName(scope, EACH))
    if (each === undefined) return own
    return {
      limits: firstOfEach(
        [...own.limits, ...each.limits.map((rule) => ({ ...rule, scopeId: id }))],
        limitKey,
      ),
      spend: firstOfEach([...own.spend, ...each.spend.map((rule) => ({ ...rule, scopeId: id }))], spendKey),
    }
  }

  #scope({ scope, scopeId }: LimitRule | SpendRule): ScopeRules {
    const name = scopeName(scope, scopeId)
    const rules = this.#scopes.get(name) ?? { limits: [], spend: [] }
    this.#scopes.set(name, rules)
    return rules
  }
}

function scopeName(scope: string, scopeId: string): string {
  return `${scope} ${scopeId}`
}

function firstOfEach<Rule>(rules: readonly Rule[], keyOf: (rule: Rule) => string): Rule[] {
  const byKey = new Map<string, Rule>()
  for (const rule of rules) {
    const key = keyOf(rule)
    if (!byKey.has(key)) byKey.set(key, rule)
  }
  return [...byKey.values()]
}
