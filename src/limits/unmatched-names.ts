import { ALL_MODELS } from './limit-rule.ts'
import type { ScopeNames } from './scope-names.ts'
import type { LimitSettings, ScopeSettings } from './settings.ts'

/** What the names of a configuration are compared with. */
export interface KnownNames {
  readonly scopes: ScopeNames
  readonly hasModel: (id: string) => boolean
}

/** What is wrong with each name under `limits` that matches nothing: its limit holds for no request. */
export function unmatchedNames(settings: LimitSettings, { scopes, hasModel }: KnownNames): readonly string[] {
  const { workspaces, keys, modelGroups, priority } = settings
  const isModel = (name: string) => name === ALL_MODELS || Object.hasOwn(modelGroups, name) || hasModel(name)
  const unknownIn = (names: readonly string[], known: ScopeNames['keys']) =>
    names.filter((name) => !known.has(name))
  return [
    ...unknownIn(Object.keys(workspaces), scopes.workspaces).map(
      (name) => `limits.workspaces: no workspace has the name or id ${JSON.stringify(name)}; ${UNTIL}`,
    ),
    ...unknownIn(Object.keys(keys), scopes.keys).map(
      (name) => `limits.keys: no active API key has the name or id ${JSON.stringify(name)}; ${UNTIL}`,
    ),
    ...unknownIn(priority?.workspaces ?? [], scopes.workspaces).map(
      (name) =>
        `limits.priority.workspaces: no workspace has the name or id ${JSON.stringify(name)}; it has priority once there is one`,
    ),
    ...Object.entries(modelGroups).flatMap(([group, models]) =>
      models
        .filter((id) => !hasModel(id))
        .map((id) => `limits.modelGroups.${group}: there is no model ${JSON.stringify(id)}; see /v1/models`),
    ),
    ...scopesOf(settings).flatMap(([place, { models = {} }]) =>
      Object.keys(models)
        .filter((name) => !isModel(name))
        .map(
          (name) =>
            `limits.${place}.models: ${JSON.stringify(name)} is neither under limits.modelGroups nor a model; see /v1/models`,
        ),
    ),
  ]
}

const UNTIL = 'its limits hold once there is one'

/** Every place that may have limits of models. */
function scopesOf(settings: LimitSettings): readonly (readonly [string, ScopeSettings])[] {
  const { organization, eachWorkspace, eachKey, workspaces, keys } = settings
  return Object.entries({
    ...{ organization, eachWorkspace, eachKey },
    ...Object.fromEntries(Object.entries(workspaces).map(([name, scope]) => [`workspaces.${name}`, scope])),
    ...Object.fromEntries(Object.entries(keys).map(([name, scope]) => [`keys.${name}`, scope])),
  }).flatMap(([place, scope]) => (scope === undefined ? [] : [[place, scope] as const]))
}
