import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { type ConsoleRequest, sendFromConsole } from '../../../../test/console-request.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { createWorkspace } from '../../../accounts/workspace.ts'
import { MAX_VERSIONS } from '../../../prompts/saved-prompt.ts'

const PROMPTS = '/continuo/prompts'
const ACTOR = { kind: 'command', id: '', principalId: null } as const

async function open(database: TestDatabase) {
  let nowMs = 1_800_000_000_000
  const state = await database.open()
  const app = await openAdminApp(state, { access: 'open', nowMs: () => nowMs++ })
  const send = (path: string, body?: object, more: Partial<ConsoleRequest> = {}) =>
    sendFromConsole(app, { path: PROMPTS + path, ...(body === undefined ? {} : { body }), ...more })
  const create = async (name: string, body: object = {}) => (await send('', { name, body })).body.id as string
  return { ...app, state, send, create }
}

const namesOf = ({ body }: { readonly body: { readonly data: readonly { name: string }[] } }) =>
  body.data.map(({ name }) => name)

describeOnDatabases('saved prompts', (database) => {
  it('keep every version as it was saved', async () => {
    const { send } = await open(database)
    const first = { system: 'A\0 "é"', turns: [{ a: [1, null] }], __proto__: 1 }
    const { status, body: created } = await send('', { name: 'Greeting', body: first, note: 'first' })
    expect([status, created]).toMatchObject([
      200,
      { type: 'prompt', id: expect.stringMatching(/^prompt_01\w{22}$/), name: 'Greeting', latest_version: 1 },
    ])
    const second = await send(`/${created.id}/versions`, { body: { b: 2 } })
    expect(second.body).toMatchObject({ type: 'prompt_version', number: 2, note: null, created_by: null })

    expect((await send(`/${created.id}`)).body).toMatchObject({ latest_version: 2, body: { b: 2 } })
    const { body: version } = await send(`/${created.id}/versions/1`)
    expect(version).toMatchObject({ number: 1, note: 'first' })
    expect(version.body).toEqual(JSON.parse(JSON.stringify(first)))
    const { body: versions } = await send(`/${created.id}/versions`)
    expect(versions.data.map(({ number }: { number: number }) => number)).toEqual([2, 1])
  })

  it('are listed page by page, those first that changed last', async () => {
    const { send, create } = await open(database)
    const ids = [await create('a'), await create('b'), await create('c')]
    await send(`/${ids[0]}`, { name: 'A' })
    const page = await send('?limit=2')
    expect(namesOf(page)).toEqual(['A', 'c'])
    expect(namesOf(await send(`?limit=2&page=${page.body.next_page}`))).toEqual(['b'])
    expect((await send(`/${ids[1]}`, undefined, { method: 'DELETE' })).body).toEqual({
      ...{ type: 'prompt_deleted', id: ids[1] },
    })
    expect(namesOf(await send(''))).toEqual(['A', 'c'])
  })

  it('belong to a workspace', async () => {
    const { send, create, accounts } = await open(database)
    const { id: other } = await createWorkspace(accounts, ACTOR, { name: 'Other' })
    const id = await create('a')
    const elsewhere = { headers: { 'anthropic-workspace-id': other } }
    expect((await send('', undefined, elsewhere)).body.data).toEqual([])
    for (const [path, body, more] of [
      [`/${id}`, undefined, {}],
      [`/${id}`, { name: 'b' }, {}],
      [`/${id}`, undefined, { method: 'DELETE' }],
      [`/${id}/versions`, undefined, {}],
      [`/${id}/versions`, { body: {} }, {}],
      [`/${id}/versions/1`, undefined, {}],
    ] as const)
      expect((await send(path, body, { ...more, ...elsewhere })).status).toBe(404)
    expect((await send(`/${id}`)).body).toMatchObject({ name: 'a', latest_version: 1 })
  })

  it('get their versions one after the other', async () => {
    const { send, create } = await open(database)
    const id = await create('a')
    const added = await Promise.all(
      Array.from({ length: 8 }, (_, index) => send(`/${id}/versions`, { body: { index } })),
    )
    const numbers = added.map(({ body }) => body.number as number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('have a bound', async () => {
    const { send, create, state } = await open(database)
    const id = await create('a')
    const row = { promptId: id, number: MAX_VERSIONS, body: '{}', note: '', createdBy: null, createdAt: 1 }
    await state.db.insertInto('promptVersions').values(row).execute()
    expect((await send(`/${id}/versions`, { body: {} })).body.error.message).toMatch(/the most there can be/)
    const large = { text: 'a'.repeat(4 * 1024 * 1024) }
    expect((await send('', { name: 'b', body: large })).status).toBe(400)
  })

  it('refuse what they cannot read', async () => {
    const { send, create } = await open(database)
    const id = await create('a')
    for (const body of [
      {},
      { name: '', body: {} },
      { name: 'a', body: [] },
      { name: 'a', body: {}, more: 1 },
    ])
      expect((await send('', body)).status).toBe(400)
    for (const path of ['?page=page_1', '?limit=0', `/${id}/versions/0`, `/${id}/versions/x`])
      expect([path, (await send(path)).status]).toEqual([path, 400])
    for (const path of ['/prompt_none', `/${id}/versions/7`, '/prompt_none/versions'])
      expect([path, (await send(path)).status]).toEqual([path, 404])
  })

  it('are open to API keys, and to no pages of others', async () => {
    const { send, create, call } = await open(database)
    const id = await create('a')
    const { status, body } = await call('GET', PROMPTS, undefined, { key: 'an-ordinary-key' })
    expect([status, body.data[0].id]).toEqual([200, id])
    const foreign = { headers: { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' } }
    expect((await send('', undefined, foreign)).status).toBe(401)
    expect((await send('', { name: 'b', body: {} }, foreign)).status).toBe(401)
  })
})
