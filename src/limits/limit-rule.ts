import type { Measure } from './measure.ts'
import type { SpendPeriod } from './spend-period.ts'

/** What a limit is for. */
export type LimitScope = 'organization' | 'workspace' | 'key' | 'user'

/** In place of an id: the rule is for each workspace or key that has none of its own, each by itself. */
export const EACH = '*'
/** In place of the name of a model group: all models together. */
export const ALL_MODELS = 'all'

/** Most of what one rule may allow; larger limits are no limits. */
export const MAX_LIMIT = 1_000_000_000_000

interface ScopedRule {
  readonly scope: LimitScope
  /** The id of the workspace, key or user, or {@link EACH}; `''` for the organization. */
  readonly scopeId: string
}

/** A limit of rate or concurrency. */
export interface LimitRule extends ScopedRule {
  /** The name of a model group, {@link ALL_MODELS}, or the id of a model. */
  readonly modelGroup: string
  readonly measure: Measure
  /** At least 1. */
  readonly amount: number
}

/** A limit of money. */
export interface SpendRule extends ScopedRule {
  readonly period: SpendPeriod
  /** In nano-dollars. */
  readonly amount: number
}

/** Every rule there is. */
export interface RuleList {
  readonly limits: readonly LimitRule[]
  readonly spend: readonly SpendRule[]
}

/** What two rules that cannot both hold have in common. */
export function limitKey({ scope, scopeId, modelGroup, measure }: Omit<LimitRule, 'amount'>): string {
  return JSON.stringify([scope, scopeId, modelGroup, measure])
}

/** As {@link limitKey}, for money. */
export function spendKey({ scope, scopeId, period }: Omit<SpendRule, 'amount'>): string {
  return JSON.stringify(['spend', scope, scopeId, period])
}
