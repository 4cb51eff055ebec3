import type { Actor } from '../../../accounts/actor.ts'
import type { KnownKeys } from '../../../accounts/known-keys.ts'
import { type Action, may, type OrganizationRole } from '../../../accounts/role.ts'
import type { Caller } from '../../../completion/caller.ts'
import { encodeJson } from '../../../util/encode-json.ts'
import { type ApiResponse, encodedJsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { adminGuard } from '../../guards/admin-guard.ts'
import { type ConsoleGuard, withConsole } from '../../guards/console-guard.ts'
import { missingScope } from '../../guards/missing-scope.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import { readJsonBody } from '../../read-json-body.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Method, Route } from '../../route.ts'

/** A request of the Admin API. */
export interface AdminRequest {
  readonly actor: Actor
  /** What the actor may do at all; the route's own action is checked already. */
  readonly role: OrganizationRole
  /** The parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly betas: ReadonlySet<string>
  /** Reads the JSON of the body; a route that needs none leaves it unread, since clients send none, or an empty one. */
  readonly readBody: () => Promise<object>
}

/** One method of one path of the Admin API. */
export interface AdminRoute {
  readonly method: Method
  readonly pattern: string
  /** What a caller has to be allowed to do. */
  readonly action: Action
  /** What its requests count as, besides as requests. */
  readonly counts?: 'invites'
  /** The body of the response. */
  readonly respond: (request: AdminRequest) => Promise<object>
}

/** Who may use the Admin API. */
export interface AdminAccess {
  readonly keys: KnownKeys
  readonly access: 'open' | 'keys'
  readonly console: ConsoleGuard
  /** The role of a user or service account; null if there is none. */
  readonly roleOf: (principalId: string) => Promise<OrganizationRole | null>
  /** Counts a request, or what it counts as, at the limits of the Admin API. @throws LimitError */
  readonly admit: (counted: 'requests' | 'invites') => Promise<void>
  readonly rules: { readonly refuseUnknownBetas: boolean; readonly allowBrowsers: boolean }
}

const NO_BETAS: { readonly betas: ReadonlySet<string> } = { betas: new Set() }

/** An admin route as the server's table has it. */
export function routeOf(route: AdminRoute, access: AdminAccess): Route {
  const { method, pattern, action } = route
  const { allowBrowsers } = access.rules
  return {
    method,
    pattern,
    allowBrowsers,
    clientStyleOf: () => 'claude',
    guard: withConsole(adminGuard(access, action), access.console, { action, isInWorkspace: false }),
    async handler(context) {
      const { headers } = context.request
      const { betas } = pattern.startsWith('/v1/') ? readApiHeaders(headers, access.rules) : NO_BETAS
      try {
        // One page of the console makes many, and must leave programs theirs.
        if (context.caller.console === undefined) await access.admit('requests')
        const role = await checkedRole(context.caller, action, access)
        if (route.counts !== undefined) await access.admit(route.counts)
        return await listedResponse(await route.respond(adminRequestOf(context, role, betas)), context)
      } catch (error) {
        throw describedStateError(error)
      }
    },
  }
}

/** A list may be long: it is written in slices, and counts as held until it is sent. */
async function listedResponse(body: object, { slices, memory }: RoutedRequest): Promise<ApiResponse> {
  const json = await encodeJson(body, slices)
  memory.hold(json.length)
  return encodedJsonResponse(json)
}

function adminRequestOf(
  context: RoutedRequest,
  role: OrganizationRole,
  betas: ReadonlySet<string>,
): AdminRequest {
  return {
    ...{ role, betas },
    actor: actorOf(context.caller),
    params: context.params,
    query: new URLSearchParams(context.request.query),
    readBody: () => readJsonBody(context),
  }
}

function actorOf({ keyKind, apiKeyId, actorId, console }: Caller): Actor {
  const principalId = actorId === '' ? null : actorId
  if (console === 'open') return { kind: 'console', id: '', principalId }
  if (console === 'session') return { kind: 'user', id: actorId, principalId }
  return { kind: keyKind === 'admin' ? 'admin-key' : 'api-key', id: apiKeyId ?? '', principalId }
}

/**
 * The role of who calls the Admin API: an admin key, and the one at an open server, may do everything; a user, and a key of
 * a user or service account, may do what that one's role allows. Null for one who is no longer a member.
 */
export async function roleOfCaller(
  { keyKind, actorId, console }: Caller,
  roleOf: AdminAccess['roleOf'],
): Promise<OrganizationRole | null> {
  return keyKind === 'admin' || console === 'open' ? 'admin' : roleOf(actorId)
}

async function checkedRole(
  caller: Caller,
  action: Action,
  { roleOf }: AdminAccess,
): Promise<OrganizationRole> {
  const role = await roleOfCaller(caller, roleOf)
  if (role === null) throw missingScope([], action)
  checkMay(role, action)
  return role
}

/** @throws ApiError `scope-missing` */
export function checkMay(role: OrganizationRole, action: Action): void {
  if (!may(role, action)) throw missingScope([`role:${role}`], action)
}
