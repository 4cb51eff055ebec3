import { describe, expect, it } from 'vitest'
import type { ApiKey } from '../accounts/api-key.ts'
import { apiKeyTable } from './api-key-table.ts'

const KEY: ApiKey = {
  id: 'apikey_1',
  kind: 'api',
  hint: 'sk-ant-api03-R2D...igAA',
  name: 'CI\n\u001b[2J',
  workspaceId: 'wrkspc_1',
  principalId: null,
  createdBy: null,
  createdAt: Date.UTC(2026, 10, 30, 12, 5),
  status: 'active',
  expiresAt: null,
  origin: 'console',
  allowedModels: null,
  lastUsedAt: null,
  isInDefaultWorkspace: false,
}

describe('apiKeyTable', () => {
  it('has a line for each key, and no character that moves the cursor', () => {
    const declared = {
      ...KEY,
      hint: null,
      name: 'b',
      origin: 'configuration',
      isInDefaultWorkspace: true,
    } as const
    const limited = { ...KEY, name: 'c', workspaceId: null, allowedModels: ['m', 'n'], expiresAt: 0 }
    expect(apiKeyTable([KEY, declared, limited])).toBe(
      [
        'Id        Name     Status  Key                      Workspace  Created           Expires           Models',
        'apikey_1  CI\ufffd\ufffd[2J  active  sk-ant-api03-R2D...igAA  wrkspc_1   2026-11-30 12:05  never             all',
        'apikey_1  b        active  declared                 default    2026-11-30 12:05  never             all',
        'apikey_1  c        active  sk-ant-api03-R2D...igAA  all        2026-11-30 12:05  1970-01-01 00:00  m,n',
        '',
      ].join('\n'),
    )
  })

  it('shows that there are none', () => {
    expect(apiKeyTable([])).toBe('There are no keys.\n')
  })
})
