import { expect, it } from 'vitest'
import { type AdminApp, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { LimitedModels } from '../../../limits/limited-models.ts'
import { rateLimitRoutes } from './rate-limit-routes.ts'
import { spendLimitRoutes } from './spend-limit-routes.ts'

const ADMIN = '/v1/organizations'
const RULES = { lenientPaging: false, lenientAccounts: false }
const NO_RULES = { limits: [], spend: [] }
const UNSTORABLE = 'a\0b'
const ESCAPE = 'a\u001b[2Jb'

/** A body, and a place of it that takes any text. */
interface Field {
  readonly path: string
  /** Where the text is wrong, as the error says it. */
  readonly place: string
  readonly bodyOf: (text: string) => object
}

const STORED: readonly Field[] = [
  { path: `${ADMIN}/workspaces`, place: 'name', bodyOf: (name) => ({ name }) },
  { path: `${ADMIN}/workspaces`, place: 'tags.team', bodyOf: (team) => ({ name: 'W', tags: { team } }) },
  { path: `${ADMIN}/invites`, place: 'email', bodyOf: (text) => ({ email: `${text}@b.c`, role: 'user' }) },
  {
    path: '/continuo/users',
    place: 'name',
    bodyOf: (name) => ({ name, email: 'n@b.c', role: 'user' }),
  },
  {
    path: '/continuo/users',
    place: 'email',
    bodyOf: (text) => ({ name: 'N', email: `${text}@b.c`, role: 'user' }),
  },
  { path: '/continuo/api_keys', place: 'name', bodyOf: (name) => ({ name }) },
  { path: '/continuo/admin_keys', place: 'name', bodyOf: (name) => ({ name }) },
  {
    path: `${ADMIN}/service_accounts`,
    place: 'description',
    bodyOf: (description) => ({ name: 'n', description }),
  },
]

/** Ids, which are looked up and not stored. */
const LOOKED_UP: readonly Omit<Field, 'place'>[] = [
  { path: '/continuo/api_keys', bodyOf: (id) => ({ name: 'K', workspace_id: id }) },
  { path: '/continuo/api_keys', bodyOf: (id) => ({ name: 'K', principal_id: id }) },
  { path: '/continuo/api_keys', bodyOf: (id) => ({ name: 'K', principal_id: `svac_${id}` }) },
  { path: '/continuo/api_keys', bodyOf: (id) => ({ name: 'K', allowed_models: [id] }) },
  {
    path: `${ADMIN}/spend_limits`,
    bodyOf: (id) => ({ amount: '1', scope: { type: 'workspace', workspace_id: id } }),
  },
  { path: `${ADMIN}/spend_limits`, bodyOf: (id) => ({ amount: '1', scope: { type: 'user', user_id: id } }) },
  {
    path: '/continuo/rate_limits',
    bodyOf: (id) => ({ scope: { type: 'api_key', api_key_id: id }, limits: [] }),
  },
  {
    path: '/continuo/rate_limits',
    bodyOf: (id) => ({ scope: { type: 'organization' }, model_group: id, limits: [] }),
  },
  {
    path: `${ADMIN}/workspaces/WORKSPACE/members`,
    bodyOf: (id) => ({ user_id: id, workspace_role: 'workspace_user' }),
  },
  {
    path: `${ADMIN}/workspaces/WORKSPACE/service_accounts`,
    bodyOf: (id) => ({ service_account_id: id, workspace_role: 'workspace_user' }),
  },
]

const LISTS = [
  `${ADMIN}/users?email=`,
  `${ADMIN}/users?after_id=`,
  `${ADMIN}/users/`,
  `${ADMIN}/invites?email=`,
  `${ADMIN}/invites?before_id=`,
  `${ADMIN}/invites/`,
  `${ADMIN}/workspaces?ids[]=`,
  `${ADMIN}/workspaces?after_id=`,
  `${ADMIN}/workspaces/`,
  `${ADMIN}/workspaces/WORKSPACE/members?after_id=`,
  `${ADMIN}/workspaces/WORKSPACE/members/`,
  `${ADMIN}/workspaces/WORKSPACE/service_accounts/`,
  `${ADMIN}/api_keys?workspace_id=`,
  `${ADMIN}/api_keys?created_by_user_id=`,
  `${ADMIN}/api_keys?after_id=`,
  `${ADMIN}/api_keys/`,
  `${ADMIN}/service_accounts?page=`,
  `${ADMIN}/service_accounts/`,
  `${ADMIN}/spend_limits?workspace_id=`,
  `${ADMIN}/spend_limits?page=`,
  `${ADMIN}/spend_limits/effective?user_ids[]=`,
  `${ADMIN}/spend_limits/`,
  `${ADMIN}/rate_limits?model=`,
  `${ADMIN}/workspaces/`,
  '/continuo/api_keys/',
  '/continuo/admin_keys/',
  '/continuo/audit_events?after_id=',
]

describeOnDatabases('texts that no database stores, or no terminal should show', (database) => {
  async function open(): Promise<AdminApp> {
    const state = await database.open()
    return openAdminApp(state, {
      moreRoutes: (accounts) => [
        ...spendLimitRoutes({ accounts, configured: () => [] }, RULES),
        ...rateLimitRoutes(
          {
            accounts,
            models: new LimitedModels({
              stateId: state.id,
              modelGroups: {},
              modelIds: () => [],
              resolveModel: () => undefined,
            }),
            configured: () => NO_RULES,
          },
          RULES,
        ),
      ],
    })
  }

  it('are refused by name where they would be stored', async () => {
    const { call } = await open()
    for (const { path, place, bodyOf } of STORED) {
      for (const text of [UNSTORABLE, ESCAPE]) {
        const { status, body } = await call('POST', path, bodyOf(text))
        expect([path, status, body.error?.message], path).toEqual([
          path,
          400,
          expect.stringMatching(
            new RegExp(`^${place}: (String should have no control|value is not a valid email)`),
          ),
        ])
      }
      expect([path, (await call('POST', path, bodyOf('plain'))).status]).toEqual([path, 200])
    }
    const tag = await call('POST', `${ADMIN}/workspaces`, { name: 'W', tags: { [UNSTORABLE]: 'x' } })
    expect(tag).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/^tags\./) } } })
    const lines = await call('POST', `${ADMIN}/service_accounts`, { name: 'lines', description: 'a\n\tb' })
    expect(lines).toMatchObject({ status: 200, body: { description: 'a\n\tb' } })
  })

  it('match nothing where something is looked up', async () => {
    const { call } = await open()
    const { body: workspace } = await call('POST', `${ADMIN}/workspaces`, { name: 'W' })
    const inWorkspace = (path: string) => path.replace('WORKSPACE', workspace.id)
    for (const text of [UNSTORABLE, ESCAPE]) {
      for (const { path, bodyOf } of LOOKED_UP) {
        const { status } = await call('POST', inWorkspace(path), bodyOf(text))
        expect([path, [400, 404].includes(status) || status]).toEqual([path, true])
      }
      for (const path of LISTS) {
        const { status } = await call('GET', inWorkspace(path) + encodeURIComponent(text))
        expect([path, [200, 400, 404].includes(status) || status]).toEqual([path, true])
      }
    }
  })
})
