import type { KnownKeys } from '../../accounts/known-keys.ts'
import { type Action, may, type OrganizationRole } from '../../accounts/role.ts'
import type { Session, Sessions } from '../../accounts/sessions.ts'
import { ANONYMOUS_CALLER, type Caller } from '../../completion/caller.ts'
import { hostnameOf } from '../../util/hostname-of.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { ApiRequest } from '../api-request.ts'
import type { Guard } from '../route.ts'
import { sentSecrets } from './api-key-auth.ts'
import { isLoopback } from './host-check.ts'
import { missingScope } from './missing-scope.ts'
import { requestOrigin } from './request-origin.ts'
import { sessionSecret } from './session-cookie.ts'

/** Who may use the console. */
export interface ConsoleAccess {
  /** `open`: the one who sits at this machine is its admin, without a login. */
  readonly access: 'open' | 'keys'
  readonly keys: Pick<KnownKeys, 'workspaceId'>
  /** Null for a server without a state, which has no users. */
  readonly sessions: Pick<Sessions, 'find' | 'isMember' | 'cacheScopeOf'> | null
}

/** One who uses the console. */
export interface ConsoleUser {
  readonly role: OrganizationRole
  /** Null for one who has not logged in: the one at an open server, or a key. */
  readonly session: Session | null
  readonly isOpen: boolean
}

/** What a route asks of users of the console. */
export interface ConsoleNeeds {
  readonly action: Action
  /** Whether its requests are for one workspace. */
  readonly isInWorkspace: boolean
  /** Whether it reads forms with files. */
  readonly takesForms?: boolean
}

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']
const WORKSPACE_HEADER = 'anthropic-workspace-id'
/** What proxies add: a request with one of these did not begin on this machine, whatever its connection says. */
const FORWARDING_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const

/**
 * The one place that decides what the console's pages may do: a request without a key that a page of this server sent is
 * that of the user who has logged in or, at an open server on this machine, of its admin. Returns null for any other request;
 * that needs a key.
 *
 * @throws ApiError `scope-missing` when the user's role does not allow what the route does, `console-request-refused` when
 *   nothing proves that this server's page sent it
 */
export function consoleGuard(access: ConsoleAccess) {
  return function identify(request: ApiRequest, needs: ConsoleNeeds): Caller | null | Promise<Caller | null> {
    const user = findConsoleUser(access, request)
    if (user === null) return null
    const admit = (found: ConsoleUser | null) =>
      found === null ? null : admitUser(found, request, needs, access)
    return user instanceof Promise ? user.then(admit) : admit(user)
  }
}

/** Identifies users of the console, for routes with other needs each. */
export type ConsoleGuard = ReturnType<typeof consoleGuard>

/** A guard that lets users of the console pass too, who send no key. */
export function withConsole(guard: Guard, identify: ConsoleGuard, needs: ConsoleNeeds): Guard {
  return function guardWithConsole(request) {
    const caller = identify(request, needs)
    if (caller instanceof Promise) return caller.then((found) => found ?? guard(request))
    return caller ?? guard(request)
  }
}

/** The one who uses the console; null without a login. */
export function findConsoleUser(
  { access, sessions }: Pick<ConsoleAccess, 'access' | 'sessions'>,
  request: ApiRequest,
): ConsoleUser | null | Promise<ConsoleUser | null> {
  if (sentSecrets(request.headers).length > 0) return null
  const origin = requestOrigin(request)
  if (origin === 'other') return null
  if (access === 'open' && origin === 'same' && isFromThisMachine(request)) return OPEN_USER
  const secret = sessions === null ? null : sessionSecret(request)
  if (sessions === null || secret === null) return null
  const session = sessions.find(secret)
  if (session === null) return null
  return session.then((found) =>
    found === null ? null : { role: found.role, session: found, isOpen: false },
  )
}

const OPEN_USER: ConsoleUser = { role: 'admin', session: null, isOpen: true }

/** By its connection, and by the name that it calls the server: a page can make its own name stand for this machine. */
function isFromThisMachine({ hosts, headers, remoteAddress }: ApiRequest): boolean {
  return (
    isLoopbackAddress(remoteAddress ?? '') &&
    hosts.length > 0 &&
    hosts.every((host) => isLoopback(hostnameOf(host) ?? '')) &&
    !FORWARDING_HEADERS.some((name) => headers.has(name))
  )
}

function isLoopbackAddress(address: string): boolean {
  return /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/.test(address)
}

function admitUser(
  { role, session }: ConsoleUser,
  request: ApiRequest,
  { action, isInWorkspace, takesForms = false }: ConsoleNeeds,
  access: ConsoleAccess,
): Caller | Promise<Caller> {
  if (!SAFE_METHODS.includes(request.method)) checkChange(request, takesForms)
  if (!may(role, action)) throw missingScope([`role:${role}`], action)
  const cacheScope = session === null ? null : (access.sessions?.cacheScopeOf(session) ?? null)
  const caller: Caller = {
    ...ANONYMOUS_CALLER,
    cacheScope,
    actorId: session?.user.id ?? '',
    console: session === null ? 'open' : 'session',
  }
  return isInWorkspace ? inWorkspace(caller, session, request, access) : { ...caller, workspaceId: '' }
}

/**
 * Checks that a page of this server sent what changes something: forms of other sites can send neither its headers nor JSON.
 *
 * @throws ApiError `console-request-refused`
 */
export function checkChange(request: ApiRequest, takesForms: boolean): void {
  if (requestOrigin(request) !== 'same') {
    throw new ApiError(
      'console-request-refused',
      'A login counts only for what the pages of this server send. Send an API key in x-api-key instead.',
    )
  }
  if (request.method === 'DELETE') return
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/json' || (takesForms && mediaType === 'multipart/form-data')) return
  throw new ApiError('console-request-refused', 'content-type: application/json is required of the console')
}

async function inWorkspace(
  caller: Caller,
  session: Session | null,
  { headers }: ApiRequest,
  { keys, sessions }: ConsoleAccess,
): Promise<Caller> {
  const shownId = headers.get(WORKSPACE_HEADER)
  if (shownId === null) return caller
  const workspaceId = keys.workspaceId(shownId)
  const isOpen =
    workspaceId !== null && (session === null || (await sessions?.isMember(session, workspaceId)) === true)
  if (isOpen) return { ...caller, workspaceId }
  const shown = shownId.slice(0, MAX_NAMED_ID_UNITS)
  throw new ApiError('workspace-refused', `You are not a member of the workspace ${shown}.`)
}

/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200
