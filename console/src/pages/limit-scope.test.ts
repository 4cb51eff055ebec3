import { expect, it } from 'vitest'
import { describeScope, scopeOf } from './limit-scope.ts'

it.each([
  [scopeOf('organization', 'x'), 'The organization'],
  [scopeOf('workspace', 'wrkspc_1'), 'Workspace wrkspc_1'],
  [scopeOf('api_key', 'apikey_1'), 'API key apikey_1'],
  [{ type: 'api_key', apiKeyId: null } as const, 'Each API key'],
])('says whom a limit is for: %j', (scope, words) => {
  expect(describeScope(scope)).toBe(words)
})
