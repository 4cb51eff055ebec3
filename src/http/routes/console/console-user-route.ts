import type { KnownKeys } from '../../../accounts/known-keys.ts'
import type { Logins } from '../../../accounts/logins.ts'
import type { Organization } from '../../../accounts/organization.ts'
import type { Sessions } from '../../../accounts/sessions.ts'
import type { UsableWorkspace, WorkspaceUser } from '../../../accounts/usable-workspaces.ts'
import { ANONYMOUS_CALLER, type Caller } from '../../../completion/caller.ts'
import type { SavedPrompts } from '../../../prompts/saved-prompt.ts'
import { packageVersion } from '../../../util/package-version.ts'
import {
  type ConsoleDescription,
  type ConsoleFeatures,
  consoleBody,
  type LoginWays,
} from '../../../wire/admin/console-body.ts'
import type { ApiRequest } from '../../api-request.ts'
import { jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { adminGuard } from '../../guards/admin-guard.ts'
import { sentSecrets } from '../../guards/api-key-auth.ts'
import { checkBrowserAccess } from '../../guards/browser-access.ts'
import { type ConsoleUser, findConsoleUser } from '../../guards/console-guard.ts'
import type { Route } from '../../route.ts'
import { type AdminAccess, roleOfCaller } from '../admin/admin-route.ts'
import type { EngineControl } from '../engines/engine-routes.ts'
import type { ListRecordedEngines } from '../recordings/recording-routes.ts'

/** What the console is made of, besides the API. */
export interface ConsoleApi {
  readonly organization: Organization
  readonly features: ConsoleFeatures
  /** Null for a server without a state. */
  readonly sessions: Sessions | null
  /** Null where no one may know of them. */
  readonly engines: EngineControl | null
  /** Without it there are no routes of recordings. */
  readonly recordings?: ListRecordedEngines
  /** Null for a server without a state. */
  readonly logins: Logins | null
  /** The same. */
  readonly prompts: SavedPrompts | null
  /** The workspaces that one may use, the default one first. */
  readonly workspacesOf: (member: WorkspaceUser) => Promise<readonly UsableWorkspace[]>
  readonly loginWays: () => Promise<LoginWays>
}

/** Who may use the API. */
export interface ConsoleRouteAccess {
  readonly keys: KnownKeys
  readonly access: 'open' | 'keys'
  readonly admin?: { readonly roleOf: AdminAccess['roleOf'] }
  readonly rules: { readonly allowBrowsers: boolean }
}

/** `GET /continuo/console`: who one is, what one may do here, and how one logs in. */
export function consoleUserRoute(api: ConsoleApi, access: ConsoleRouteAccess): Route {
  const { allowBrowsers } = access.rules
  const guardKeys = adminGuard(access, 'read:organization')
  return {
    method: 'GET',
    pattern: '/continuo/console',
    allowBrowsers,
    clientStyleOf: () => 'claude',
    guard(request) {
      if (sentSecrets(request.headers).length > 0) return guardKeys(request)
      if (request.headers.get('sec-fetch-site') !== 'same-origin')
        checkBrowserAccess(request.headers, allowBrowsers)
      return ANONYMOUS_CALLER
    },
    async handler({ request, caller }) {
      try {
        const described = await describe(await whoAsks(caller, request, api, access), api)
        const response = jsonResponse(consoleBody(described))
        return { ...response, headers: { ...response.headers, 'cache-control': 'no-store' } }
      } catch (error) {
        throw describedStateError(error)
      }
    },
  }
}

/** One who logged in, the one at an open server, or one with a key of the Admin API. */
async function whoAsks(
  caller: Caller,
  request: ApiRequest,
  { sessions }: ConsoleApi,
  { access, admin }: ConsoleRouteAccess,
): Promise<(ConsoleUser & { readonly principalId: string }) | null> {
  if (caller.apiKeyId !== null) {
    const role = await roleOfCaller(caller, admin?.roleOf ?? (async () => null))
    return role === null ? null : { role, session: null, isOpen: false, principalId: caller.actorId }
  }
  const user = await findConsoleUser({ access, sessions }, request)
  return user === null ? null : { ...user, principalId: user.session?.user.id ?? '' }
}

async function describe(
  user: Awaited<ReturnType<typeof whoAsks>>,
  { organization, features, workspacesOf, loginWays }: ConsoleApi,
): Promise<ConsoleDescription> {
  const access = user?.isOpen === true ? 'open' : 'login'
  const described = { version: packageVersion(), access, features, login: await loginWays() } as const
  if (user === null) return { ...described, who: null }
  const { role, session } = user
  const workspaces = await workspacesOf(user)
  return { ...described, who: { user: session?.user ?? null, role, organization, workspaces } }
}
