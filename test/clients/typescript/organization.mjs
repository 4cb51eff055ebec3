/** The Admin API with the TypeScript client: `new Anthropic().organization`. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const Anthropic = sdk.default
const baseURL = PROOF.embeddedUrl
const { organization } = new Anthropic({ baseURL, apiKey: PROOF.adminKey, maxRetries: 0 })

async function all(list) {
  const items = []
  for await (const item of list) items.push(item)
  return items
}

/** An error of a class that the client finds by the error's code. */
async function assertError(promise, className, errorCode) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.constructor.name, className)
    assert.equal(error.errorCode ?? null, errorCode)
    return true
  })
}

async function checkOrganization() {
  const { id, type, name } = await organization.retrieve()
  assert.match(id, /^[0-9a-f-]{36}$/)
  assert.deepEqual([type, name], ['organization', 'Organization'])

  const created = []
  for (const letter of ['a', 'b', 'c']) {
    created.push(
      await organization.workspaces.create({ name: `${PROOF.client} ${letter}`, tags: { letter } }),
    )
  }
  const [first, second, third] = created
  const listed = await all(organization.workspaces.list({ limit: 1, ids: created.map((one) => one.id) }))
  assert.deepEqual(listed, [third, second, first])
  const renamed = await organization.workspaces.update(first.id, {
    name: 'New',
    tags: { letter: null, of: 'x' },
  })
  assert.deepEqual(renamed, { ...first, name: 'New', tags: { of: 'x' } })
  assert.deepEqual(await organization.workspaces.retrieve(first.id), renamed)
  assert.ok((await organization.workspaces.archive(second.id)).archived_at !== null)

  const email = `${PROOF.client}@example.com`
  const invite = await organization.invites.create({ email, role: 'developer' })
  assert.deepEqual(await all(organization.invites.list({ email, statuses: ['pending'] })), [invite])
  await assertError(
    organization.invites.create({ email, role: 'user' }),
    'InviteAlreadyExistsError',
    'invite_already_exists',
  )
  assert.deepEqual(await organization.invites.delete(invite.id), { type: 'invite_deleted', id: invite.id })
  assert.equal((await organization.invites.retrieve(invite.id)).status, 'deleted')

  const account = await organization.serviceAccounts.create({ name: PROOF.client.replaceAll('.', '-') })
  const membership = await organization.workspaces.serviceAccounts.add(first.id, {
    service_account_id: account.id,
    workspace_role: 'workspace_developer',
  })
  assert.deepEqual(
    (await all(organization.serviceAccounts.workspaces.list(account.id, { limit: 1 }))).map(
      (one) => one.implicit,
    ),
    [true, false],
  )
  assert.deepEqual(await all(organization.workspaces.serviceAccounts.list(first.id)), [membership])
  await organization.serviceAccounts.archive(account.id)

  assert.deepEqual(await all(organization.users.list({ roles: ['admin'] })), [])
  await assertError(organization.users.retrieve('user_unknown'), 'NotFoundError', null)
  await checkKeys(first.id)
}

/** A key is created by a route of this server's own. */
async function checkKeys(workspaceId) {
  const response = await fetch(`${baseURL}/continuo/api_keys`, {
    method: 'POST',
    headers: { 'x-api-key': PROOF.adminKey, 'content-type': 'application/json' },
    body: JSON.stringify({ name: PROOF.client, workspace_id: workspaceId }),
  })
  const { id, secret } = await response.json()
  const [key, ...others] = await all(organization.apiKeys.list({ workspace_id: workspaceId }))
  assert.deepEqual([key.id, others], [id, []])
  assert.deepEqual(key.scope, { type: 'workspace', workspace_id: workspaceId })
  const user = new Anthropic({ baseURL, apiKey: secret, maxRetries: 0 })
  await assertError(user.organization.retrieve(), 'BetaAPIKeyScopeMissingError', 'api_key_scope_missing')
  const asked = { model: PROOF.model, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }
  assert.equal((await user.messages.create(asked)).type, 'message')
  assert.equal((await organization.apiKeys.update(id, { status: 'inactive' })).status, 'inactive')
  await assertError(user.messages.create(asked), 'AuthenticationError', null)
}

await runChecks({ organization: checkOrganization })
