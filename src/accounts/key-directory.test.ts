import { expect, it, vi } from 'vitest'
import { describeOnDatabases, type TestDatabase } from '../../test/databases.ts'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import { announceChange, ChangeWatcher } from '../state/changes.ts'
import type { State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { ACCOUNTS_TOPIC, type Accounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { updateApiKey } from './api-key.ts'
import { secretDigest } from './api-key-secret.ts'
import { createApiKey, type NewApiKey } from './create-api-key.ts'
import { DeclaredKeys } from './declared-keys.ts'
import { shownDefaultWorkspaceId } from './default-workspace.ts'
import { API_KEYS_TOPIC, KeyDirectory, type KeyDirectoryOptions, WORKSPACES_TOPIC } from './key-directory.ts'
import { MISS_MS } from './missed-keys.ts'
import { openAccounts } from './open-accounts.ts'
import { createServiceAccount } from './service-account.ts'
import { addServiceAccountWorkspace } from './service-account-workspace.ts'
import { storeDeclaredKeys } from './store-declared-keys.ts'
import { createWorkspace } from './workspace.ts'
import { addWorkspaceMember } from './workspace-member.ts'

const ACTOR: Actor = { kind: 'command', id: '', principalId: null }

async function makeKey(accounts: Accounts, change: Partial<NewApiKey> = {}) {
  const { key, secret } = await createApiKey(accounts, ACTOR, { kind: 'api', name: 'test', ...change })
  return { id: key.id, secret }
}

const revoke = (accounts: Accounts, id: string) =>
  updateApiKey(accounts, ACTOR, { kind: 'api', id, status: 'archived' })

interface Opened {
  readonly directory: KeyDirectory
  readonly changes: ChangeWatcher
}

async function openDirectory(state: State, options: Partial<KeyDirectoryOptions> = {}): Promise<Opened> {
  const directory = new KeyDirectory(state, {
    declared: new DeclaredKeys({ apiKeys: [], sharedCache: false }),
    sharedCache: false,
    resolveModel: (id) => id.replace(/-latest$/, '-1'),
    looksUp: true,
    maxStaleMs: 60_000,
    staleMs: () => changes.staleMs(),
    nowMs: () => Date.now(),
    ...options,
  })
  const changes = new ChangeWatcher(state, {
    [API_KEYS_TOPIC]: () => directory.loadKeys(),
    [WORKSPACES_TOPIC]: () => directory.loadWorkspaces(),
    [ACCOUNTS_TOPIC]: () => directory.loadMemberships(),
  })
  await changes.check()
  return { directory, changes }
}

async function openOn(database: TestDatabase, options: Partial<KeyDirectoryOptions> = {}) {
  const state = await database.open()
  return { state, accounts: await openAccounts(state), ...(await openDirectory(state, options)) }
}

/** Counts the statements on a table, and can make them fail. */
function watchSelects(state: State) {
  const select = vi.spyOn(state.relaxed, 'selectFrom')
  return { select, count: () => select.mock.calls.length }
}

describeOnDatabases('KeyDirectory', (database) => {
  it('knows a key that it has loaded without a wait, and one made since after one look', async () => {
    const { accounts, directory, changes } = await openOn(database)
    const { id, secret } = await makeKey(accounts, { allowedModels: ['m-latest', 'n'] })
    const looked = directory.find(secret)
    expect(looked).toBeInstanceOf(Promise)
    const known = await looked
    expect(known).toMatchObject({ kind: 'api', isActive: true, workspaceId: DEFAULT_WORKSPACE_ID })
    expect(known?.caller).toEqual({
      cacheScope: expect.stringMatching(/^[\w-]{43}$/),
      apiKeyId: id,
      keyKind: 'api',
      workspaceId: DEFAULT_WORKSPACE_ID,
      actorId: '',
      allowedModels: new Set(['m-1', 'n']),
    })
    expect(directory.find(secret)).toBe(known)
    await changes.check()
    expect(directory.find(secret)).toEqual(known)
    expect(secret).toMatch(/^sk-ant-api03-[\w-]{43}$/)
  })

  it('refuses a key that another instance has revoked, once it has looked for changes', async () => {
    const { state, accounts, directory, changes } = await openOn(database)
    const other = await openDirectory(state)
    const { id, secret } = await makeKey(accounts)
    await Promise.all([changes.check(), other.changes.check()])
    expect(directory.find(secret)).toMatchObject({ isActive: true })
    await revoke(accounts, id)
    await changes.check()
    expect(directory.find(secret)).toMatchObject({ isActive: false })
  })

  it('does not keep what it looked up before a change that it has loaded since', async () => {
    const { accounts, directory, changes } = await openOn(database)
    const { id, secret } = await makeKey(accounts)
    const looked = directory.find(secret)
    await revoke(accounts, id)
    await changes.check()
    await looked
    expect(directory.find(secret)).toMatchObject({ isActive: false })
  })

  it('refuses a key that has expired', async () => {
    const expiresAt = Date.now() + 60_000
    let nowMs = expiresAt - 1
    const { accounts, directory, changes } = await openOn(database, { nowMs: () => nowMs })
    const { secret } = await makeKey(accounts, { expiresAt })
    await changes.check()
    expect(directory.find(secret)).toMatchObject({ isActive: true })
    nowMs = expiresAt
    expect(directory.find(secret)).toMatchObject({ isActive: false })
  })

  it('looks a secret that no key has up once a second, however often it is sent', async () => {
    const { state, directory } = await openOn(database)
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const { count } = watchSelects(state)
      expect(await Promise.all([directory.find('x'), directory.find('x')])).toEqual([null, null])
      expect(directory.find('x')).toBeNull()
      expect(count()).toBe(1)
      vi.advanceTimersByTime(MISS_MS)
      expect(await directory.find('x')).toBeNull()
      expect(count()).toBe(2)
    } finally {
      vi.useRealTimers()
      vi.restoreAllMocks()
    }
  })

  it('does not call a key unknown while the database is down, and continues with those it knows', async () => {
    const { state, accounts, directory, changes } = await openOn(database)
    const { secret } = await makeKey(accounts)
    await changes.check()
    vi.spyOn(state.relaxed, 'selectFrom').mockImplementation(() => {
      throw new StateError('unavailable', 'down')
    })
    try {
      await expect(directory.find('unknown')).rejects.toMatchObject({ code: 'overloaded' })
      expect(directory.find(secret)).toMatchObject({ isActive: true })
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('refuses all but declared keys when what it knows may be too old', async () => {
    let staleMs = 0
    const declared = new DeclaredKeys({ apiKeys: ['declared'], sharedCache: false })
    const { accounts, directory, changes } = await openOn(database, {
      declared,
      staleMs: () => staleMs,
    })
    const { secret } = await makeKey(accounts)
    await changes.check()
    staleMs = 60_001
    expect(() => directory.find(secret)).toThrow(expect.objectContaining({ code: 'overloaded' }))
    expect(directory.find('declared')).toMatchObject({ isActive: true })
  })

  it('looks nothing up on an open server, where any key will do', async () => {
    const { accounts, directory, changes } = await openOn(database, {
      looksUp: false,
      staleMs: () => 1e9,
    })
    const { secret } = await makeKey(accounts)
    expect(directory.find(secret)).toBeNull()
    await changes.check()
    expect(directory.find(secret)).toMatchObject({ isActive: true })
  })

  it('knows which workspaces users and service accounts may use', async () => {
    const { state, accounts, directory, changes } = await openOn(database)
    const user = (id: string, role: string) =>
      ({
        id,
        role,
        email: `${id}@x`,
        emailKey: id,
        name: id,
        passwordHash: null,
        oidcSubject: null,
        addedAt: 1,
        removedAt: null,
      }) as const
    await state.db
      .insertInto('users')
      .values([user('user_1', 'developer'), user('user_2', 'admin')])
      .execute()
    const other = await createWorkspace(accounts, ACTOR, { name: 'Other' })
    const mine = await createWorkspace(accounts, ACTOR, { name: 'Mine' })
    const account = await createServiceAccount(accounts, ACTOR, {
      name: 'robot',
      organizationRole: 'developer',
    })
    for (const principalId of ['user_1', 'user_2', account.id])
      await makeKey(accounts, { principalId, workspaceId: null })
    await addWorkspaceMember(accounts, ACTOR, mine.id, { userId: 'user_1', role: 'workspace_user' })
    await changes.check()
    const workspacesOf = (principalId: string) =>
      [DEFAULT_WORKSPACE_ID, mine.id, other.id].filter((id) => directory.isMember(principalId, id))
    expect(workspacesOf('user_1')).toEqual([DEFAULT_WORKSPACE_ID, mine.id])
    expect(workspacesOf('user_2')).toEqual([DEFAULT_WORKSPACE_ID, mine.id, other.id])
    expect(workspacesOf(account.id)).toEqual([DEFAULT_WORKSPACE_ID])
    await addServiceAccountWorkspace(accounts, ACTOR, {
      serviceAccountId: account.id,
      workspaceId: other.id,
      role: 'workspace_user',
    })
    await changes.check()
    expect(workspacesOf(account.id)).toEqual([DEFAULT_WORKSPACE_ID, other.id])
  })

  it('knows whether there is a key at all', async () => {
    const { accounts, directory, changes } = await openOn(database)
    expect(directory.hasApiKey).toBe(false)
    await makeKey(accounts, { kind: 'admin' })
    await changes.check()
    expect(directory.hasApiKey).toBe(false)
    const { id } = await makeKey(accounts)
    await changes.check()
    expect(directory.hasApiKey).toBe(true)
    await revoke(accounts, id)
    await changes.check()
    expect(directory.hasApiKey).toBe(false)
    const declared = new DeclaredKeys({ apiKeys: ['declared'], sharedCache: false })
    expect((await openOn(database, { declared })).directory.hasApiKey).toBe(true)
  })

  it('loads more keys than one page holds', async () => {
    const { state, accounts, directory, changes } = await openOn(database)
    const { secret } = await makeKey(accounts)
    const row = await state.db.selectFrom('apiKeys').selectAll().executeTakeFirstOrThrow()
    for (let page = 0; page < 3; page++) {
      const rows = Array.from({ length: 400 }, (_, n) => {
        const id = `apikey_${page}_${n}`
        return { ...row, id, secretSha256: secretDigest(id) }
      })
      await state.db.insertInto('apiKeys').values(rows).execute()
    }
    await state.db.transaction().execute((transaction) => announceChange(transaction, API_KEYS_TOPIC))
    await changes.check()
    for (const known of [secret, 'apikey_0_0', 'apikey_1_399', 'apikey_2_399'])
      expect(directory.find(known)).toMatchObject({ isActive: true })
  })

  it('knows the workspaces that are not archived, and the default one by its id for clients', async () => {
    const { state, directory } = await openOn(database)
    const columns = {
      displayColor: '#000000',
      isDefault: 0,
      compartmentId: '',
      tags: '{}',
      workspaceGeo: 'us',
      defaultInferenceGeo: 'global',
      allowedInferenceGeos: 'unrestricted',
      externalKeyId: null,
      userProfileId: null,
      createdAt: 1,
    } as const
    await state.db
      .insertInto('workspaces')
      .values([
        { ...columns, id: 'wrkspc_1', name: 'one', archivedAt: null },
        { ...columns, id: 'wrkspc_2', name: 'two', archivedAt: 2 },
      ])
      .execute()
    await directory.loadWorkspaces()
    expect(directory.workspaceId('wrkspc_1')).toBe('wrkspc_1')
    expect(directory.workspaceId('wrkspc_2')).toBeNull()
    expect(directory.workspaceId(DEFAULT_WORKSPACE_ID)).toBe(DEFAULT_WORKSPACE_ID)
    expect(directory.workspaceId(shownDefaultWorkspaceId(state.id))).toBe(DEFAULT_WORKSPACE_ID)
  })
})

describeOnDatabases('storeDeclaredKeys', (database) => {
  const store = (state: State, apiKeys: string[], adminKeys: string[] = []) =>
    storeDeclaredKeys(state, new DeclaredKeys({ apiKeys, adminKeys, sharedCache: false }).rows)
  const statuses = async (state: State) => {
    const rows = await state.db.selectFrom('apiKeys').selectAll().orderBy('createdAt').orderBy('id').execute()
    return new Map(rows.map(({ id, kind, status, origin }) => [id, `${kind} ${status} ${origin}`]))
  }
  const idOf = (secret: string) =>
    new DeclaredKeys({ apiKeys: [secret], sharedCache: false }).find(secret)?.caller.apiKeyId ?? ''

  it('writes them as rows with the same id after every start', async () => {
    const state = await database.open()
    await store(state, ['one', 'two'], ['root'])
    await store(state, ['one', 'two'], ['root'])
    expect(await statuses(state)).toEqual(
      new Map([
        [idOf('one'), 'api active configuration'],
        [idOf('two'), 'api active configuration'],
        [idOf('root'), 'admin active configuration'],
      ]),
    )
  })

  it('deactivates those that are not declared any more, and takes them back', async () => {
    const state = await database.open()
    await store(state, ['one', 'two'])
    await store(state, ['two'])
    expect((await statuses(state)).get(idOf('one'))).toBe('api inactive configuration')
    await store(state, [])
    expect((await statuses(state)).get(idOf('two'))).toBe('api inactive configuration')
    await store(state, ['one'])
    expect((await statuses(state)).get(idOf('one'))).toBe('api active configuration')
  })

  it('leaves a key alone that was created, and lets its row decide', async () => {
    const { state, accounts, directory, changes } = await openOn(database)
    const { id, secret } = await makeKey(accounts)
    await store(state, [secret])
    await changes.check()
    expect((await statuses(state)).get(id)).toBe('api active console')
    expect(await directory.find(secret)).toMatchObject({ caller: { apiKeyId: id } })
    await store(state, [])
    expect((await statuses(state)).get(id)).toBe('api active console')
  })

  it('announces a change only where there is one', async () => {
    const state = await database.open()
    const version = async () =>
      (await state.db.selectFrom('changes').selectAll().execute()).find(
        ({ topic }) => topic === API_KEYS_TOPIC,
      )?.version ?? 0
    await store(state, ['one'])
    const first = await version()
    expect(first).toBeGreaterThan(0)
    await store(state, ['one'])
    expect(await version()).toBe(first)
    await store(state, [])
    expect(await version()).toBe(first + 1)
  })
})
