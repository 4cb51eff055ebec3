import { SET_UP_PATH, type SetUpLink } from '../../../accounts/set-up-link.ts'
import { ANONYMOUS_CALLER } from '../../../completion/caller.ts'
import { API_KEY_NAME } from '../../../wire/admin/api-key-params.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { checkBody } from '../../../wire/body-schema.ts'
import { describeError } from '../../../wire/error-body.ts'
import type { ApiRequest } from '../../api-request.ts'
import type { ApiResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Handler, Method, Route } from '../../route.ts'
import { readFormBody } from './read-form-body.ts'
import { adminKeyPage, SET_UP_SCRIPT, setUpPage } from './set-up-page.ts'

/** The page of the link by which the first admin key is created. */
export function setUpRoutes(link: Pick<SetUpLink, 'createAdminKey'>): readonly Route[] {
  return [
    route('GET', SET_UP_PATH, () => setUpPage()),
    route('GET', `${SET_UP_PATH}/script.js`, () => ({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: SET_UP_SCRIPT,
    })),
    route('POST', SET_UP_PATH, (context) => createAdminKey(link, context)),
  ]
}

function route(method: Method, pattern: string, handler: Handler): Route {
  return {
    ...{ method, pattern, handler },
    allowBrowsers: false,
    clientStyleOf: () => 'claude',
    guard(request) {
      refuseOtherSites(request)
      return ANONYMOUS_CALLER
    },
  }
}

/** Its form is for people: errors are shown on the page. */
async function createAdminKey(
  link: Pick<SetUpLink, 'createAdminKey'>,
  context: RoutedRequest,
): Promise<ApiResponse> {
  try {
    const form = await readFormBody(context)
    const name = checkBody(form.get('name')?.trim() ?? '', API_KEY_NAME, 'name')
    const { secret } = await link.createAdminKey(form.get('code')?.trim() ?? '', name)
    return adminKeyPage(secret)
  } catch (thrown) {
    const error = describedStateError(thrown)
    context.log.failed(error)
    const { status, message, retryAfterSeconds } = describeError(error)
    const response = setUpPage(message, status)
    if (retryAfterSeconds === null) return response
    return { ...response, headers: { ...response.headers, 'retry-after': String(retryAfterSeconds) } }
  }
}

/** A page of another site may link here, but not send the form or embed anything. @throws ApiError */
function refuseOtherSites({ method, headers, hosts }: ApiRequest): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const isLink = method === 'GET' && headers.get('sec-fetch-mode') === 'navigate'
  // Browsers omit the first where a page comes over a network without TLS.
  const isOwn =
    site === null
      ? origin === null || hosts.some((host) => origin.endsWith(`//${host}`))
      : site === 'none' || site === 'same-origin'
  if (isOwn || isLink) return
  throw new ApiError('cross-origin-refused', 'Open the set-up link itself, as the server has printed it.')
}
