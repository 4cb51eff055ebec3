import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'
import { AdminRateLimits } from './admin-rate-limits.ts'
import { configuredRules } from './configured-rules.ts'
import { leaseBuckets } from './lease-buckets.ts'
import { type CounterLease, leaseCounters, openCounter } from './lease-counters.ts'
import { LeaseDesk } from './lease-desk.ts'
import { type LeaseDesks, LimitParts } from './limit-parts.ts'
import { ALL_MODELS, EACH, type LimitScope, type RuleList, type SpendRule } from './limit-rule.ts'
import type { Measure } from './measure.ts'
import { type PriorityShare, RateAdmission } from './rate-admission.ts'
import { RuleBook } from './rule-book.ts'
import { type ScopeNames, scopeIds } from './scope-names.ts'
import type { LimitSettings } from './settings.ts'
import { readScopeNames, readStoredRules } from './stored-rules.ts'
import { sweepLimits } from './sweep-limits.ts'
import { unmatchedNames } from './unmatched-names.ts'

export interface OpenLimitsOptions {
  readonly settings: LimitSettings
  readonly organizationId: string
  /** The id of a model under all its names. */
  readonly resolveModel: (id: string) => string
  readonly hasModel: (id: string) => boolean
  /** The keys that there are without a state. */
  readonly declaredKeys: readonly { readonly id: string; readonly name: string }[]
  /** What instances share; null for a server without a state. */
  readonly shared: { readonly state: State; readonly instance: Instance } | null
  readonly observer: LimitObserver
}

/** Counts what limits do, for metrics. */
export interface LimitObserver {
  onRefusal(measure: Measure | 'spend', scope: LimitScope): void
  onLease(outcome: 'granted' | 'refused' | 'failed'): void
}

/** The limits of a server. */
export interface OpenLimits {
  readonly admission: RateAdmission
  readonly adminApi: AdminRateLimits
  /** The rules of the configuration, with ids in place of names. */
  readonly configured: () => RuleList
  /** Those of money, without what is for a workspace or key that there is not. */
  readonly configuredSpend: () => readonly SpendRule[]
  /** The resolved ids of the models of each group. */
  readonly modelGroups: Readonly<Record<string, readonly string[]>>
  /** What is wrong with the names of the configuration that match nothing now. */
  readonly unmatchedNames: () => readonly string[]
  /** Takes over the rules of the database, and the names of workspaces and keys. */
  reload(): Promise<void>
  /** Gives back what was leased. */
  close(): Promise<void>
}

const NO_RULES: RuleList = { limits: [], spend: [] }
/** How many counters are known to have been opened. */
const MAX_OPENED = 10_000

/** Opens the limits of the configuration and the database. `reload` must be called before requests come. */
export function openLimits(options: OpenLimitsOptions): OpenLimits {
  const { settings, shared, organizationId, observer } = options
  const nowMs = shared === null ? () => Date.now() : () => shared.instance.nowMs()
  const desks = shared === null ? null : openDesks(shared.state, nowMs, observer)
  const modelGroups = modelGroupsOf(options)
  const configuredFor = (names: ScopeNames) => withResolvedModels(configuredRules(settings, names), options)
  let names = namesWithoutState(options)
  let configured = configuredFor(names)
  const book = new RuleBook(configured, NO_RULES, modelGroups)
  const liveInstances = () => shared?.instance.liveInstances ?? 1
  const parts = new LimitParts(book, desks, liveInstances)
  let priority = priorityOf(settings, names)
  const admission = new RateAdmission({
    parts,
    desks,
    organizationId,
    nowMs,
    priority: () => priority,
    onRefusal: (measure, scope) => observer.onRefusal(measure, scope),
  })
  const stopSweeping = shared === null ? async () => undefined : sweepLimits(shared.state)
  return {
    admission,
    adminApi: new AdminRateLimits({
      settings: settings.adminApi,
      buckets: desks?.buckets ?? null,
      liveInstances,
      nowMs,
    }),
    configured: () => configured,
    configuredSpend: () => configured.spend.filter((rule) => isForKnown(rule, names)),
    modelGroups,
    unmatchedNames: () => unmatchedNames(settings, { scopes: names, hasModel: options.hasModel }),
    async reload() {
      if (shared === null) return
      names = await readScopeNames(shared.state, namedScopes(settings))
      const stored = await readStoredRules(shared.state)
      configured = configuredFor(names)
      parts.setBook(new RuleBook(configured, stored, modelGroups))
      priority = priorityOf(settings, names)
    },
    async close() {
      await stopSweeping()
      await Promise.all([desks?.buckets.stop(), desks?.counters.stop()])
    },
  }
}

function openDesks(state: State, nowMs: () => number, { onLease }: LimitObserver): LeaseDesks {
  const opened = new Set<string>()
  const leaseMoney = async (leases: readonly CounterLease[]) => {
    if (opened.size >= MAX_OPENED) opened.clear()
    for (const lease of leases) {
      const name = `${lease.key} ${lease.periodStart} ${lease.amount}`
      if (opened.has(name)) continue
      await openCounter(state, lease)
      opened.add(name)
    }
    return leaseCounters(state, leases)
  }
  const desks: LeaseDesks = {
    buckets: new LeaseDesk({ lease: (leases) => leaseBuckets(state, leases), nowMs, onLease }),
    counters: new LeaseDesk({ lease: leaseMoney, nowMs, onLease }),
  }
  desks.buckets.start()
  desks.counters.start()
  return desks
}

function namesWithoutState({ declaredKeys }: OpenLimitsOptions): ScopeNames {
  return {
    workspaces: scopeIds([{ name: 'Default', id: DEFAULT_WORKSPACE_ID }]),
    keys: scopeIds(declaredKeys),
  }
}

function isForKnown({ scope, scopeId }: SpendRule, { workspaces, keys }: ScopeNames): boolean {
  if (scopeId === EACH) return true
  return scope === 'workspace' ? workspaces.has(scopeId) : scope !== 'key' || keys.has(scopeId)
}

function namedScopes({ workspaces, keys, priority }: LimitSettings) {
  return {
    workspaces: [...Object.keys(workspaces), ...(priority?.workspaces ?? [])],
    keys: Object.keys(keys),
  }
}

function priorityOf({ priority }: LimitSettings, names: ScopeNames): PriorityShare | null {
  if (priority === undefined) return null
  const ids = priority.workspaces.flatMap((name) => names.workspaces.get(name) ?? [name])
  return { share: priority.share, ids: new Set(ids) }
}

/** Limits of single models name them as clients do. */
function withResolvedModels(
  { limits, spend }: RuleList,
  { settings: { modelGroups }, resolveModel }: OpenLimitsOptions,
): RuleList {
  const isGroup = (name: string) => name === ALL_MODELS || Object.hasOwn(modelGroups, name)
  return {
    spend,
    limits: limits.map((rule) =>
      isGroup(rule.modelGroup) ? rule : { ...rule, modelGroup: resolveModel(rule.modelGroup) },
    ),
  }
}

function modelGroupsOf({ settings, resolveModel }: OpenLimitsOptions): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(settings.modelGroups).map(([group, models]) => [group, models.map(resolveModel)]),
  )
}
