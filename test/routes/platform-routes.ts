import { UNUSED_FILTERS } from '../../src/wire/reports/analytics-groups.ts'
import { FAULT_BODIES } from './fault-bodies.ts'
import type { Fields } from './growable-fields.ts'
import { PAGE_HEADERS, PAGE_ROUTES } from './page-routes.ts'
import { get, type PlatformRoute, post, remove, removeAll } from './platform-route.ts'

/** Reports go back a year. */
const dayBefore = (days: number) =>
  `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`
const TIMES = `starting_at=${dayBefore(2)}&ending_at=${dayBefore(1)}`
const LIST = ['limit=2&after_id=a', 'limit=2&before_id=b']
const PAGED = 'limit=2&page=page_1'
const LATER = '2099-01-01T00:00:00Z'
const FILTERS = 'status=active&workspace_id=w&created_by_user_id=u'
const LIMITER = { type: 'requests_per_minute', value: 5 }
const SCOPES = [
  { type: 'organization' },
  { type: 'workspace', workspace_id: 'w' },
  { type: 'user', user_id: 'u' },
  { type: 'api_key', api_key_id: 'k' },
]
const WORKSPACE = {
  name: 'A workspace',
  display_color: '#123456',
  tags: { team: 'a' },
  data_residency: { allowed_inference_geos: ['us'], default_inference_geo: 'us' },
  external_key_id: null,
  user_profile_id: null,
  inference_data_privacy: null,
}
const FILLED_WORKSPACE = { external_key_id: 'e', user_profile_id: 'p', inference_data_privacy: { a: 1 } }
const GROUPS =
  'group_by[]=model&group_by[]=workspace_id&account_ids[]=a&api_key_ids[]=k&context_window[]=0-200k&inference_geos[]=us&models[]=m&service_account_ids[]=s&service_tiers[]=batch&speeds[]=fast&workspace_ids[]=w'
const ANALYTICS =
  'time_bucket_width=1d&group_by[]=actor&exclude_deleted_users=true&order=asc&order_by=time&limit=2'

const ANALYTICS_FILTERS = [
  ['actor_ids', 'a'],
  ['actor_types', 'user_actor'],
  ['api_key_ids', 'k'],
  ['context_windows', '0-200k'],
  ['inference_geos', 'us'],
  ['models', 'm'],
  ['products', 'p'],
  ['service_tiers', 'batch'],
  ['speeds', 'fast'],
  ['workspace_ids', 'w'],
  ...UNUSED_FILTERS.map((name) => [name, 'a']),
]
  .map(([name, value]) => `${name}[]=${value}`)
  .join('&')

const ORGANIZATION = '/v1/organizations'
const BATCHES = '/v1/messages/batches'
const FILES = '/v1/files'
const SKILLS = '/v1/skills'
const SKILL = `${SKILLS}/:skillId`
const WORKSPACES = `${ORGANIZATION}/workspaces`
const MEMBERS = `${WORKSPACES}/:workspaceId/members`
const ACCOUNTS = `${ORGANIZATION}/service_accounts`
const WORKSPACE_ACCOUNTS = `${WORKSPACES}/:workspaceId/service_accounts`
const ROLE = { workspace_role: 'workspace_user' }

/** Message batches, files, skills, the Admin API, limits, reports and prices. */
export const PLATFORM_ROUTES: readonly PlatformRoute[] = [
  post(BATCHES, { requests: [batchRequest('a'), batchRequest('b')] }),
  post('/continuo/complete/batches', { requests: [] }),
  post('/continuo/completions/batches', { requests: [] }),
  get(BATCHES, ...LIST),
  get(`${BATCHES}/:batchId`),
  post(`${BATCHES}/:batchId/cancel`),
  remove(`${BATCHES}/:batchId`),
  get(`${BATCHES}/:batchId/results`),

  post(FILES),
  get(FILES, 'limit=2&page=page_1', 'ids[]=a&ids=b'),
  get(`${FILES}/:fileId`),
  get(`${FILES}/:fileId/content`),
  remove(`${FILES}/:fileId`),

  post(SKILLS),
  get(SKILLS, `${PAGED}&source=custom`),
  get(SKILL),
  remove(SKILL),
  post(`${SKILL}/versions`),
  get(`${SKILL}/versions`, `${PAGED}&source=custom`),
  get(`${SKILL}/versions/:version`),
  get(`${SKILL}/versions/:version/content`),
  remove(`${SKILL}/versions/:version`),
  post('/v1/messages', {
    ...{ model: 'claude-2.1', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] },
    container: { id: 'a', skills: [{ type: 'custom', skill_id: 'a', version: 'latest' }] },
  }),

  get(`${ORGANIZATION}/me`),
  get(`${ORGANIZATION}/users`, ...LIST.map((list) => `${list}&email=a@b.c&roles[]=user`)),
  get(`${ORGANIZATION}/users/:userId`),
  post(`${ORGANIZATION}/users/:userId`, { role: 'developer' }),
  remove(`${ORGANIZATION}/users/:userId`),
  post(`${ORGANIZATION}/users/:userId/sign_out`),
  post('/continuo/users', { email: 'a@b.c', name: 'A', role: 'user' }),

  get(
    `${ORGANIZATION}/invites`,
    ...LIST.map((list) => `${list}&email=a@b.c&roles[]=user&statuses[]=pending`),
  ),
  post(`${ORGANIZATION}/invites`, { email: 'd@e.f', role: 'user', rbac_group_ids: ['g'] }),
  get(`${ORGANIZATION}/invites/:inviteId`),
  remove(`${ORGANIZATION}/invites/:inviteId`),

  get(WORKSPACES, ...LIST.map((list) => `${list}&ids[]=a&include_archived=true&include_default=true`)),
  post(WORKSPACES, { ...WORKSPACE, data_residency: { workspace_geo: 'us' } }, WORKSPACE, {
    ...WORKSPACE,
    ...FILLED_WORKSPACE,
  }),
  get(`${WORKSPACES}/:workspaceId`),
  post(`${WORKSPACES}/:workspaceId`, WORKSPACE, { ...WORKSPACE, ...FILLED_WORKSPACE }),
  post(`${WORKSPACES}/:workspaceId/archive`),
  get(MEMBERS, ...LIST),
  post(MEMBERS, { user_id: 'u', ...ROLE }),
  get(`${MEMBERS}/:userId`),
  post(`${MEMBERS}/:userId`, ROLE),
  remove(`${MEMBERS}/:userId`),

  get(`${ORGANIZATION}/api_keys`, ...LIST.map((list) => `${list}&${FILTERS}`)),
  get(`${ORGANIZATION}/api_keys/:apiKeyId`),
  post(`${ORGANIZATION}/api_keys/:apiKeyId`, { name: 'A key', status: 'inactive' }),
  get('/continuo/api_keys', ...LIST.map((list) => `${list}&${FILTERS}`)),
  post('/continuo/api_keys', {
    name: 'A key',
    expires_at: LATER,
    workspace_id: 'w',
    principal_id: 'p',
    allowed_models: ['claude-2.1'],
  }),
  get('/continuo/api_keys/:apiKeyId'),
  post('/continuo/api_keys/:apiKeyId', {
    name: 'A key',
    status: 'inactive',
    allowed_models: ['claude-2.1'],
  }),
  get('/continuo/admin_keys', ...LIST),
  post('/continuo/admin_keys', { name: 'An admin key', expires_at: LATER }),
  get('/continuo/admin_keys/:adminKeyId'),
  post('/continuo/admin_keys/:adminKeyId', { name: 'A key', status: 'inactive' }),
  get('/continuo/audit_events', ...LIST),

  get(ACCOUNTS, `${PAGED}&include_archived=true`),
  post(ACCOUNTS, { name: 'a-robot', description: 'Works', organization_role: 'user' }),
  get(`${ACCOUNTS}/:serviceAccountId`),
  post(`${ACCOUNTS}/:serviceAccountId`, { description: 'Works', organization_role: 'developer' }),
  post(`${ACCOUNTS}/:serviceAccountId/archive`),
  get(`${ACCOUNTS}/:serviceAccountId/workspaces`, PAGED),
  post(`${ACCOUNTS}/:serviceAccountId/workspaces`, { workspace_id: 'w', ...ROLE }),
  remove(`${ACCOUNTS}/:serviceAccountId/workspaces/:workspaceId`),
  get(WORKSPACE_ACCOUNTS, PAGED),
  post(WORKSPACE_ACCOUNTS, { service_account_id: 's', ...ROLE }),
  get(`${WORKSPACE_ACCOUNTS}/:serviceAccountId`),
  post(`${WORKSPACE_ACCOUNTS}/:serviceAccountId`, ROLE),
  remove(`${WORKSPACE_ACCOUNTS}/:serviceAccountId`),

  get(`${ORGANIZATION}/rate_limits`, `${PAGED}&group_type=model_group&model=m`),
  get(
    `${WORKSPACES}/:workspaceId/rate_limits`,
    `${PAGED}&group_type=model_group&model=m&include_inherited=true`,
  ),
  post(`${WORKSPACES}/:workspaceId/rate_limits/:rateLimitId`, { limits: [LIMITER] }),
  get('/continuo/rate_limits', PAGED),
  post(
    '/continuo/rate_limits',
    ...SCOPES.map((scope) => ({ scope, model_group: 'all_models', limits: [LIMITER] })),
  ),
  get(`${ORGANIZATION}/spend_limits`, `${PAGED}&scope_type[]=user&workspace_id=w`),
  post(`${ORGANIZATION}/spend_limits`, ...SCOPES.map((scope) => ({ amount: '500', scope, period: 'daily' }))),
  get(`${ORGANIZATION}/spend_limits/effective`, `${PAGED}&period[]=daily&user_ids[]=u`),
  get(`${ORGANIZATION}/spend_limits/:spendLimitId`),
  remove(`${ORGANIZATION}/spend_limits/:spendLimitId`),

  ...[`${ORGANIZATION}/usage_report/messages`, '/continuo/usage_report'].map((path) =>
    get(path, `${TIMES}&bucket_width=1h&limit=2`, `${TIMES}&${GROUPS}`, `${TIMES}&page=page_1`),
  ),
  get(
    `${ORGANIZATION}/cost_report`,
    `${TIMES}&bucket_width=1d&limit=2&group_by[]=description`,
    `${TIMES}&page=page_1`,
  ),
  ...['usage', 'cost'].map((subject) => {
    return get(
      `${ORGANIZATION}/analytics/${subject}`,
      `${TIMES}&${ANALYTICS}`,
      `${TIMES}&${ANALYTICS_FILTERS}`,
      `${TIMES}&page=page_1`,
    )
  }),
  get('/continuo/console'),
  get(
    '/continuo/requests',
    `${PAGED}&api_key_id=k&workspace_id=w&model=m&batch_id=b&status=errors&${TIMES}`,
    'status=ok',
    'status=429',
  ),
  get('/continuo/requests/:requestId'),
  ...PAGE_ROUTES.map(([pattern, ...bodies]) => ({ ...post(pattern, ...bodies), headers: PAGE_HEADERS })),
  post('/continuo/invites/:inviteId/link'),
  post('/continuo/users/:userId/password_link'),
  get('/continuo/engines'),
  post('/continuo/engines', { model: 'm' }),
  remove('/continuo/engines/:engineName'),
  post('/continuo/engines/:engineName/load'),
  post('/continuo/engines/:engineName/unload'),
  get('/continuo/recorded_engines'),
  post('/continuo/recorded_engines/:engineName', { is_recording: false }),
  get('/continuo/recordings', `${PAGED}&engine=e&model=m&text=t`),
  get('/continuo/recordings/:engineName/:recordingId'),
  remove('/continuo/recordings/:engineName/:recordingId'),
  get('/continuo/prompts', PAGED),
  post('/continuo/prompts', { name: 'P', body: { a: 1 }, note: 'n' }),
  get('/continuo/prompts/:promptId'),
  post('/continuo/prompts/:promptId', { name: 'P' }),
  remove('/continuo/prompts/:promptId'),
  get('/continuo/prompts/:promptId/versions'),
  post('/continuo/prompts/:promptId/versions', { body: { a: 1 }, note: 'n' }),
  get('/continuo/prompts/:promptId/versions/:version'),
  get('/continuo/prices'),
  post('/continuo/prices', {
    model: 'priced',
    valid_from: LATER,
    input: 1,
    output: 2,
    cache_read: 0.1,
    cache_write_5m: 1.25,
    cache_write_1h: 2,
    batch_percent: 50,
  }),

  get('/continuo/faults'),
  post('/continuo/faults', ...FAULT_BODIES),
  removeAll('/continuo/faults', 'test=t'),
  remove('/continuo/faults/:faultId'),
]

/** A platform route by its method and pattern. */
export function platformRoute(name: string): PlatformRoute {
  const route = PLATFORM_ROUTES.find((one) => one.name === name)
  if (route === undefined) throw new Error(`there is no route ${name}`)
  return route
}

function batchRequest(customId: string): Fields {
  const messages = [{ role: 'user', content: 'What is 2 + 3?' }]
  return { custom_id: customId, params: { model: 'claude-2.1', max_tokens: 4, messages } }
}
