import {
  ALL_MODELS,
  EACH,
  type LimitRule,
  type LimitScope,
  type RuleList,
  type SpendRule,
} from './limit-rule.ts'
import type { Measure } from './measure.ts'
import type { ScopeNames } from './scope-names.ts'
import type { LimitSettings, ScopeSettings } from './settings.ts'
import type { SpendPeriod } from './spend-period.ts'

const NANO_DOLLARS = 1_000_000_000

const RATES: readonly (readonly [keyof RateSettings, Measure])[] = [
  ['requestsPerMinute', 'requests'],
  ['inputTokensPerMinute', 'inputTokens'],
  ['outputTokensPerMinute', 'outputTokens'],
  ['tokensPerMinute', 'tokens'],
  ['tokensPerDay', 'dailyTokens'],
  ['concurrentRequests', 'concurrency'],
]

const PERIODS: readonly (readonly ['usdPerDay' | 'usdPerWeek' | 'usdPerMonth', SpendPeriod])[] = [
  ['usdPerDay', 'daily'],
  ['usdPerWeek', 'weekly'],
  ['usdPerMonth', 'monthly'],
]

type RateSettings = NonNullable<ScopeSettings['models']>[string]

/** The rules of a configuration. A name without an id is taken for an id. */
export function configuredRules(settings: LimitSettings, names: ScopeNames): RuleList {
  const { organization, eachWorkspace, eachKey } = settings
  const lists = [
    ...(organization === undefined ? [] : [rulesOf('organization', '', organization)]),
    ...(eachWorkspace === undefined ? [] : [rulesOf('workspace', EACH, eachWorkspace)]),
    ...(eachKey === undefined ? [] : [rulesOf('key', EACH, eachKey)]),
    ...Object.entries(settings.workspaces).flatMap(([name, scope]) =>
      (names.workspaces.get(name) ?? [name]).map((id) => rulesOf('workspace', id, scope)),
    ),
    ...Object.entries(settings.keys).flatMap(([name, scope]) =>
      (names.keys.get(name) ?? [name]).map((id) => rulesOf('key', id, scope)),
    ),
  ]
  return { limits: lists.flatMap(({ limits }) => limits), spend: lists.flatMap(({ spend }) => spend) }
}

function rulesOf(scope: LimitScope, scopeId: string, settings: ScopeSettings): RuleList {
  const groups: [string, RateSettings][] = [[ALL_MODELS, settings], ...Object.entries(settings.models ?? {})]
  const limits = groups.flatMap(([modelGroup, rates]) =>
    RATES.flatMap(([setting, measure]): LimitRule[] => {
      const amount = rates[setting]
      return amount === undefined ? [] : [{ scope, scopeId, modelGroup, measure, amount }]
    }),
  )
  const spend = PERIODS.flatMap(([setting, period]): SpendRule[] => {
    const dollars = settings[setting]
    return dollars === undefined
      ? []
      : [{ scope, scopeId, period, amount: Math.round(dollars * NANO_DOLLARS) }]
  })
  return { limits, spend }
}
