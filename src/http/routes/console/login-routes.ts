import { AccountError } from '../../../accounts/account-error.ts'
import type { Logins } from '../../../accounts/logins.ts'
import { MAX_SESSION_MS, type Sessions } from '../../../accounts/sessions.ts'
import type { SetUpLink } from '../../../accounts/set-up-link.ts'
import { ANONYMOUS_CALLER } from '../../../completion/caller.ts'
import {
  parseAcceptInvite,
  parseChangePassword,
  parseLogin,
  parseSetPassword,
  parseSetUp,
} from '../../../wire/admin/login-params.ts'
import { ApiError } from '../../../wire/api-error.ts'
import type { ApiRequest } from '../../api-request.ts'
import { type ApiResponse, jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { checkChange } from '../../guards/console-guard.ts'
import { loginNetwork } from '../../guards/login-network.ts'
import { sessionCookie, sessionSecret } from '../../guards/session-cookie.ts'
import { readJsonBody } from '../../read-json-body.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Route } from '../../route.ts'

/** What one logs in to. */
export interface LoginDependencies {
  readonly logins: Logins
  readonly sessions: Sessions
  /** Null where there is an admin already, or none is needed. */
  readonly setUpLink: SetUpLink | null
}

/** From where one logs in. */
interface Sender {
  readonly network: string
  readonly request: ApiRequest
}

/** Begins a session, and returns its secret. */
type LogIn = (body: object, sender: Sender) => Promise<string>

/** The routes by which a login begins and ends. The pages of this server send them, and no others. */
export function loginRoutes({ logins, sessions, setUpLink }: LoginDependencies): readonly Route[] {
  async function changePassword(body: object, { network, request }: Sender): Promise<string> {
    const passwords = parseChangePassword(body)
    const secret = sessionSecret(request)
    const session = secret === null ? null : await sessions.find(secret)
    if (session === null) throw new ApiError('unauthenticated', 'Log in first.')
    return logins.changePassword(session.user.id, passwords, { network })
  }
  const ways: readonly (readonly [name: string, logIn: LogIn])[] = [
    ['login', (body, sender) => logIn(logins, body, sender)],
    ['accept_invite', (body, sender) => logins.acceptInvite(parseAcceptInvite(body), sender)],
    ['set_password', (body, sender) => setPassword(logins, body, sender)],
    ['change_password', changePassword],
    ['set_up', (body, sender) => setUp(logins, setUpLink, { body, sender })],
  ]
  return [
    ...ways.map(([name, begin]) =>
      route(`/continuo/${name}`, (context) => beginSession(begin, context, sessions)),
    ),
    route('/continuo/logout', async ({ request }) => {
      const secret = sessionSecret(request)
      if (secret !== null) await sessions.end(secret)
      return withCookie(request, null)
    }),
  ]
}

function logIn(logins: Logins, body: object, sender: Sender): Promise<string> {
  const { email, password } = parseLogin(body)
  return logins.logIn(email, password, sender)
}

function setUp(
  logins: Logins,
  link: SetUpLink | null,
  { body, sender }: { readonly body: object; readonly sender: Sender },
): Promise<string> {
  const asked = parseSetUp(body)
  if (link !== null) return logins.setUp(link, asked, sender)
  throw AccountError.invalid(
    'This server has no set-up link: it has an admin already, or needs none. Ask them for an invite.',
  )
}

function setPassword(logins: Logins, body: object, sender: Sender): Promise<string> {
  const { secret, password } = parseSetPassword(body)
  return logins.setPasswordByLink(secret, password, sender)
}

/** The session that the browser had before ends. */
async function beginSession(begin: LogIn, context: RoutedRequest, sessions: Sessions): Promise<ApiResponse> {
  const { request } = context
  const body = await readJsonBody(context)
  const secret = await begin(body, { network: loginNetwork(request), request })
  const before = sessionSecret(request)
  if (before !== null) await sessions.end(before)
  return withCookie(request, secret)
}

function withCookie(request: ApiRequest, secret: string | null): ApiResponse {
  const response = jsonResponse({ type: secret === null ? 'logout' : 'login' })
  const cookie = sessionCookie(request, secret, MAX_SESSION_MS / 1_000)
  return {
    ...response,
    headers: { ...response.headers, 'set-cookie': cookie, 'cache-control': 'no-store' },
  }
}

function route(pattern: string, respond: (context: RoutedRequest) => Promise<ApiResponse>): Route {
  return {
    method: 'POST',
    pattern,
    allowBrowsers: false,
    clientStyleOf: () => 'claude',
    guard(request) {
      checkChange(request, false)
      return ANONYMOUS_CALLER
    },
    async handler(context) {
      try {
        return await respond(context)
      } catch (error) {
        throw describedStateError(error)
      }
    },
  }
}
