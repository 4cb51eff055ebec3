import type { Route } from '../route.ts'
import type { DescribedRoute, RouteTag } from './described-route.ts'

/** Groups whose routes list, create, retrieve, update and delete what their paths name. */
const TAGS: readonly (readonly [start: RegExp, tag: RouteTag])[] = [
  [/^\/(?:v1\/organizations|continuo)\//, 'Admin API'],
  [/^\/v1\/skills(?:\/|$)/, 'Skills'],
]
/** What does not follow from the path. */
const SUMMARIES: Readonly<Record<string, string>> = {
  'GET /v1/skills/:skillId/versions/:version/content': 'Download a version of a skill',
  'GET /continuo/console': 'Retrieve who one is and what one may do in the console',
  'POST /continuo/engines': 'Add a model by its path or name',
  'DELETE /continuo/engines/:engineName': 'Cancel the download of a model that is being added',
  'GET /continuo/recorded_engines': 'List the engines that are recorded or play recordings',
  'POST /continuo/recorded_engines/:engineName': 'Start or stop recording an engine',
  'GET /continuo/recordings/:engineName/:recordingId': 'Retrieve a recording of an engine',
  'DELETE /continuo/recordings/:engineName/:recordingId': 'Delete a recording of an engine',
  'POST /continuo/login': 'Log in to the console',
  'POST /continuo/logout': 'Log out of the console',
  'POST /continuo/set_up': 'Create the first admin by the set-up link',
  'POST /continuo/accept_invite': 'Accept an invite by its link',
  'POST /continuo/set_password': 'Set a password by a link',
  'POST /continuo/change_password': 'Change the password of who has logged in',
  'POST /continuo/invites/:inviteId/link': 'Create the link of an invite',
  'POST /continuo/users/:userId/password_link': 'Create a link by which a user sets a password',
  'GET /v1/organizations/me': 'Retrieve the organization of the key',
  'GET /v1/organizations/usage_report/messages': 'Report the usage of models',
  'GET /continuo/usage_report': 'Report the usage of models, with numbers of requests',
  'GET /v1/organizations/cost_report': 'Report the cost of models',
  'GET /v1/organizations/analytics/usage': 'Report the usage of keys and workspaces',
  'GET /v1/organizations/analytics/cost': 'Report the cost of keys and workspaces',
  'GET /v1/organizations/spend_limits/effective': 'List the spend limits that are in force',
}
const ACTIONS: readonly string[] = ['archive', 'sign_out', 'load', 'unload']

/** Describes a route by its path, where that names what it works on; null for any other route. */
export function describeByPath({
  method,
  pattern,
}: Pick<Route, 'method' | 'pattern'>): DescribedRoute | null {
  const tag = TAGS.find(([start]) => start.test(pattern))?.[1]
  if (tag === undefined) return null
  const summary = SUMMARIES[`${method} ${pattern}`] ?? summaryOf(method, pattern.split('/').slice(2))
  const body = tag === 'Skills' ? 'multipart' : 'object'
  return { tag, summary, ...(method === 'POST' ? { body } : {}) }
}

/** @param segments those of the path */
function summaryOf(method: Route['method'], segments: readonly string[]): string {
  const last = segments.at(-1) ?? ''
  const names = segments.filter((segment) => !segment.startsWith(':') && !ACTIONS.includes(segment))
  const noun = (names.at(-1) ?? '').replaceAll('_', ' ')
  const owner =
    names.length > 1 && names.at(-2) !== 'organizations' ? ` of ${article(singular(names.at(-2) ?? ''))}` : ''
  if (ACTIONS.includes(last)) return `${capitalized(last.replaceAll('_', ' '))} ${article(singular(noun))}`
  const isOne = last.startsWith(':')
  if (method === 'GET' && !isOne) return `List ${noun}${owner}`
  const verb = { GET: 'Retrieve', POST: isOne ? 'Update' : 'Create', DELETE: 'Delete' }[method]
  return `${verb} ${article(singular(noun))}${owner}`
}

function singular(noun: string): string {
  return noun.replaceAll('_', ' ').replace(/s$/, '')
}

function article(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function capitalized(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`
}
