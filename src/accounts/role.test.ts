import { describe, expect, it } from 'vitest'
import { type Action, ALL_ACTIONS, actionsOf, may, ORGANIZATION_ROLES } from './role.ts'

describe('may', () => {
  it.each<[Action, readonly string[]]>([
    ['read:organization', ORGANIZATION_ROLES],
    ['write:members', ['admin', 'membership_admin', 'owner', 'primary_owner']],
    ['write:api_keys', ['admin', 'developer', 'owner', 'primary_owner']],
    ['read:analytics', ['admin', 'billing', 'developer', 'owner', 'primary_owner']],
    ['write:workspaces', ['admin', 'owner', 'primary_owner']],
    ['write:admin_keys', ['admin', 'owner', 'primary_owner']],
    ['read:audit', ['admin', 'owner', 'primary_owner']],
    ['read:logs', ['admin', 'developer', 'owner', 'primary_owner']],
    ['use:models', ['admin', 'claude_code_user', 'developer', 'managed', 'owner', 'primary_owner', 'user']],
    ['use:files', ['admin', 'developer', 'owner', 'primary_owner']],
  ])('lets %s be done by %j', (action, roles) => {
    expect(ORGANIZATION_ROLES.filter((role) => may(role, action))).toEqual(roles)
  })
})

describe('actionsOf', () => {
  it('are those that the role may do', () => {
    expect(actionsOf('user')).toEqual(['use:models', 'read:organization'])
    expect(actionsOf('admin')).toEqual(ALL_ACTIONS)
  })
})
