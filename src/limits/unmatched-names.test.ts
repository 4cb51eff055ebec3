import { describe, expect, it } from 'vitest'
import { LIMITS_SCHEMA } from './settings.ts'
import { unmatchedNames } from './unmatched-names.ts'

const scopes = {
  workspaces: new Map([
    ['Default', ['default']],
    ['Research', ['wrkspc_1']],
  ]),
  keys: new Map([['apikey_1', ['apikey_1']]]),
}
const namesOf = (settings: object) =>
  unmatchedNames(LIMITS_SCHEMA.parse(settings), { scopes, hasModel: (id) => id === 'claude-2.1' })

describe('unmatchedNames', () => {
  it('has nothing to say of names that match', () => {
    const settings = {
      workspaces: { Default: {}, Research: { models: { all: {} } } },
      keys: { apikey_1: { models: { 'claude-2.1': {} } } },
      modelGroups: { large: ['claude-2.1'] },
      organization: { models: { large: { requestsPerMinute: 1 } } },
      priority: { workspaces: ['Research'], share: 0.1 },
    }
    expect(namesOf(settings)).toEqual([])
    expect(namesOf({})).toEqual([])
  })

  it.each([
    [
      { workspaces: { Reserch: {} } },
      'limits.workspaces: no workspace has the name or id "Reserch"; its limits hold once there is one',
    ],
    [
      { keys: { constructor: {} } },
      'limits.keys: no active API key has the name or id "constructor"; its limits hold once there is one',
    ],
    [
      { priority: { workspaces: ['Production'], share: 0.1 } },
      'limits.priority.workspaces: no workspace has the name or id "Production"; it has priority once there is one',
    ],
    [
      { modelGroups: { large: ['claude-2.1', 'my-70b'] } },
      'limits.modelGroups.large: there is no model "my-70b"; see /v1/models',
    ],
    [
      { eachKey: { models: { large: {} } } },
      'limits.eachKey.models: "large" is neither under limits.modelGroups nor a model; see /v1/models',
    ],
    [
      { workspaces: { Research: { models: { toString: {} } } } },
      'limits.workspaces.Research.models: "toString" is neither under limits.modelGroups nor a model; see /v1/models',
    ],
  ])('says what %j matches nothing with', (settings, text) => {
    expect(namesOf(settings)).toEqual([text])
  })
})
