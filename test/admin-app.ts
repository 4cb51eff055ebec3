import type { Accounts } from '../src/accounts/accounts.ts'
import { DeclaredKeys } from '../src/accounts/declared-keys.ts'
import { KeyDirectory } from '../src/accounts/key-directory.ts'
import { Logins } from '../src/accounts/logins.ts'
import { openAccounts } from '../src/accounts/open-accounts.ts'
import { Passwords } from '../src/accounts/passwords.ts'
import { readPrincipalRole } from '../src/accounts/principal-role.ts'
import { Sessions } from '../src/accounts/sessions.ts'
import { SetUpLink } from '../src/accounts/set-up-link.ts'
import { usableWorkspaces } from '../src/accounts/usable-workspaces.ts'
import type { App } from '../src/http/app.ts'
import { accountRoutes } from '../src/http/routes/admin/account-routes.ts'
import type { AdminAccess, AdminRoute } from '../src/http/routes/admin/admin-route.ts'
import type { ConsoleApi } from '../src/http/routes/console/console-user-route.ts'
import type { State } from '../src/state/state.ts'
import type { UsageRecord } from '../src/usage/usage-record.ts'
import { ScriptedEngine } from './scripted-engine.ts'
import { createScriptedApp, TEST_APP_SETTINGS, TEST_ORGANIZATION_ID } from './start-scripted-server.ts'

/** The response to one request. */
export interface AdminResponse {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
  readonly body: any
  readonly headers: Headers
}

/** An app with the Admin API on a state. */
export interface AdminApp {
  readonly accounts: Accounts
  readonly fetch: App['fetch']
  readonly handle: App['handle']
  /** Logins to the console. */
  readonly sessions: Sessions
  readonly usageRecords: readonly UsageRecord[]
  /** Null without one, or where there is an admin key in the state. */
  readonly setUpLink: SetUpLink | null
  /** Sends a request with the admin key, unless `key` is another one. */
  call(
    method: string,
    path: string,
    body?: object,
    options?: { readonly key?: string },
  ): Promise<AdminResponse>
}

/** The declared keys of the app. */
export const ADMIN_KEY = 'the-admin-key'
export const ORDINARY_KEY = 'an-ordinary-key'

export interface AdminAppOptions {
  readonly isLenient?: boolean
  readonly nowMs?: () => number
  readonly access?: 'open' | 'keys'
  /** Routes besides those of accounts. */
  readonly moreRoutes?: (accounts: Accounts) => readonly AdminRoute[]
  /** Counts requests at the limits of the Admin API. */
  readonly admit?: AdminAccess['admit']
  /** Whether it has a page that creates the first admin key. */
  readonly hasSetUpLink?: boolean
}

const CHEAP_PASSWORDS = new Passwords(4)
const organization = { id: TEST_ORGANIZATION_ID, name: 'An organization' }

/** Opens such an app. */
export async function openAdminApp(
  state: State,
  {
    isLenient = false,
    nowMs = Date.now,
    access = 'keys',
    moreRoutes = () => [],
    admit = async () => undefined,
    hasSetUpLink = false,
  }: AdminAppOptions = {},
): Promise<AdminApp> {
  const settings = { apiKeys: [ORDINARY_KEY], adminKeys: [ADMIN_KEY], sharedCache: false }
  const keys = new KeyDirectory(state, {
    declared: new DeclaredKeys(settings),
    sharedCache: false,
    resolveModel: (id) => id,
    looksUp: access === 'keys',
    maxStaleMs: Number.POSITIVE_INFINITY,
    staleMs: () => 0,
    nowMs,
  })
  async function reload() {
    await keys.loadKeys()
    await keys.loadWorkspaces()
  }
  const accounts = await openAccounts(state, { nowMs, reload })
  await reload()
  const setUpLink = hasSetUpLink ? await SetUpLink.open(accounts) : null
  const sessions = new Sessions(accounts, settings)
  const { app, usageRecords } = createScriptedApp(
    new ScriptedEngine({ steps: ['Hi', { ends: 'end-of-generation' }] }),
    {
      ...settings,
      keys,
      access,
      admin: {
        routes: [
          ...accountRoutes({
            accounts,
            organization,
            rules: { lenientPaging: isLenient, lenientAccounts: isLenient },
            hasModel: (id) => TEST_APP_SETTINGS.catalog.has(id),
          }),
          ...moreRoutes(accounts),
        ],
        roleOf: (id) => readPrincipalRole(accounts, id),
        admit,
        setUpLink,
      },
      console: consoleOf(accounts, sessions),
    },
  )
  return {
    ...{ accounts, setUpLink, sessions, usageRecords },
    ...{ fetch: app.fetch, handle: app.handle },
    async call(method, path, body, { key = ADMIN_KEY } = {}) {
      const response = await app.fetch(`http://localhost${path}`, {
        method,
        headers: { 'x-api-key': key, 'anthropic-version': '2026-10-21', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json(), headers: response.headers }
    },
  }
}

function consoleOf(accounts: Accounts, sessions: Sessions): ConsoleApi {
  return {
    organization,
    ...{
      sessions,
      logins: new Logins(accounts, sessions, CHEAP_PASSWORDS),
      prompts: accounts,
      engines: null,
    },
    features: {
      ...{ state: true, batches: false, files: false, skills: false },
      recordings: false,
      metrics: false,
    },
    workspacesOf: (user) => usableWorkspaces(accounts, user),
    loginWays: async () => ({ password: true, oidc: null, needsSetUp: false }),
  }
}
