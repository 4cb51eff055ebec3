import { expect, it } from 'vitest'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { createFilesApp, openTestFiles } from '../../../../test/files-app.ts'
import { ScriptedEngine } from '../../../../test/scripted-engine.ts'
import { zipFile } from '../../../../test/zip-file.ts'
import { MAX_SKILL_BYTES } from '../../../skills/skill-bounds.ts'

const textOf = (name: string, instructions = 'Do it.') =>
  `---\nname: ${name}\ndescription: Does one thing.\n---\n${instructions}`

/** A form of files by their paths; one without a path has no filename of its own. */
function formOf(
  files: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, string>> = {},
): FormData {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  for (const [path, content] of Object.entries(files)) form.append('files[]', new File([content], path))
  return form
}

async function open(database: TestDatabase, settings: Partial<Parameters<typeof createFilesApp>[1]> = {}) {
  const { files, blobNames } = await openTestFiles(database)
  const app = createFilesApp(files, { storedSkills: files, skillsInUse: files, ...settings })
  async function call(
    method: string,
    path: string,
    { body, key = 'default', beta = false }: { body?: FormData; key?: string; beta?: boolean } = {},
  ) {
    const response = await app.fetch(`http://localhost/v1/skills${path}`, {
      method,
      headers: {
        'x-api-key': key,
        'anthropic-version': '2023-06-01',
        ...(beta ? { 'anthropic-beta': 'string,skills-2025-10-02' } : {}),
      },
      ...(body === undefined ? {} : { body }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
    return { status: response.status, ...((await response.json()) as any) }
  }
  const create = (options: Partial<Parameters<typeof call>[2]> = {}, name = 'my-skill') =>
    call('POST', '', { body: formOf({ [`${name}/SKILL.md`]: textOf(name) }), ...options })
  return { app, files, blobNames, call, create }
}

describeOnDatabases('the Skills API', (database) => {
  it('creates, reads, lists and deletes skills in the current shape', async () => {
    const { call, create, blobNames } = await open(database)
    const skill = await create()
    expect(skill).toEqual({
      status: 200,
      type: 'skill',
      id: expect.stringMatching(/^skill_01\w{22}$/),
      display_name: 'my-skill',
      latest_version_id: expect.stringMatching(/^skver_01\w{22}$/),
      source: { type: 'custom' },
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    const second = await create({
      body: formOf({ 'SKILL.md': textOf('my-skill') }, { display_name: 'Shown', other: 'x' }),
    })
    expect(second.display_name).toBe('Shown')
    expect(await call('GET', `/${skill.id}`)).toEqual(skill)
    const list = await call('GET', '?limit=1')
    expect(list).toMatchObject({ has_more: true, next_page: expect.stringMatching(/^page_/) })
    const rest = await call('GET', `?limit=1&page=${list.next_page}`)
    expect([...list.data, ...rest.data].map(({ id }) => id).toSorted()).toEqual(
      [skill.id, second.id].toSorted(),
    )
    expect(rest).toMatchObject({ has_more: false, next_page: null })
    expect(await call('GET', '?source=anthropic')).toMatchObject({ data: [], next_page: null })
    expect(await call('DELETE', `/${skill.id}`)).toEqual({ status: 200, id: skill.id, type: 'skill_deleted' })
    expect(await call('GET', `/${skill.id}`)).toMatchObject({
      status: 404,
      error: { type: 'not_found_error' },
    })
    await call('DELETE', `/${second.id}`)
    expect(blobNames()).toEqual([])
  })

  it('creates them from a zip archive, which can be downloaded again', async () => {
    const { app, create, call } = await open(database)
    const zip = await zipFile([
      { path: 'my-skill/' },
      { path: 'my-skill/SKILL.md', content: textOf('my-skill') },
      { path: 'my-skill/scripts/run.py', content: 'print(1)' },
    ])
    const body = new FormData()
    body.set('files[]', new File([new Uint8Array(zip)], 'skill.zip', { type: 'application/zip' }))
    const skill = await create({ body })
    expect(skill).toMatchObject({ status: 200, display_name: 'my-skill' })
    const response = await app.fetch(`http://localhost/v1/skills/${skill.id}/versions/latest/content`, {
      headers: { 'x-api-key': 'default', 'anthropic-version': '2023-06-01', accept: 'application/binary' },
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip'])
    const again = new FormData()
    again.set('files[]', new File([new Uint8Array(await response.arrayBuffer())], 'again'))
    const version = await call('POST', `/${skill.id}/versions`, { body: again })
    expect(version).toMatchObject({ status: 200, name: 'my-skill', description: 'Does one thing.' })
  })

  it('has the shape and the rules of the beta for its clients', async () => {
    const { call, create } = await open(database)
    const beta = true
    const body = () => formOf({ 'my-skill/SKILL.md': textOf('my-skill') }, { display_title: 'Mine' })
    const skill = await create({ beta, body: body() })
    expect(skill).toMatchObject({
      status: 200,
      ...{
        type: 'skill',
        display_title: 'Mine',
        source: 'custom',
        latest_version: expect.stringMatching(/^\d{16}$/),
      },
    })
    expect(await create({ beta, body: body() })).toMatchObject({
      status: 400,
      error: { message: 'Skill cannot reuse an existing display_title: Mine' },
    })
    expect(await create({ beta, body: formOf({ 'other/SKILL.md': textOf('my-skill') }) })).toMatchObject({
      status: 400,
      error: { message: "The folder name 'other' must match the skill name 'my-skill' in SKILL.md." },
    })
    const version = await call('GET', `/${skill.id}/versions/${skill.latest_version}`, { beta })
    expect(version).toMatchObject({
      version: skill.latest_version,
      directory: 'my-skill',
      skill_id: skill.id,
    })
    expect(await call('DELETE', `/${skill.id}`, { beta })).toMatchObject({
      status: 400,
      error: { message: 'Cannot delete skill with existing versions. Delete all versions first.' },
    })
    expect(await call('DELETE', `/${skill.id}/versions/${skill.latest_version}`, { beta })).toEqual({
      ...{ status: 200, id: skill.latest_version, type: 'skill_version_deleted' },
    })
    expect(await call('GET', `/${skill.id}`, { beta })).toMatchObject({ latest_version: null })
    expect(await call('DELETE', `/${skill.id}`, { beta })).toMatchObject({ type: 'skill_deleted' })
  })

  it('adds, lists and deletes versions, but keeps the last', async () => {
    const { call, create } = await open(database)
    const skill = await create()
    const body = () => formOf({ 'my-skill/SKILL.md': textOf('my-skill', 'Do more.') })
    const version = await call('POST', `/${skill.id}/versions`, { body: body() })
    const list = await call('GET', `/${skill.id}/versions`)
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual([version.id, skill.latest_version_id])
    expect((await call('GET', `/${skill.id}`)).latest_version_id).toBe(version.id)
    expect(await call('GET', `/${skill.id}/versions/latest`)).toEqual(version)
    expect(await call('DELETE', `/${skill.id}/versions/${version.id}`)).toMatchObject({ id: version.id })
    expect(await call('DELETE', `/${skill.id}/versions/latest`)).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('the last version') },
    })
    const other = formOf({ 'SKILL.md': textOf('other') })
    expect(await call('POST', `/${skill.id}/versions`, { body: other })).toMatchObject({ status: 400 })
    expect(await call('POST', '/skill_none/versions', { body: body() })).toMatchObject({ status: 404 })
    expect(await call('GET', '/skill_none/versions')).toMatchObject({ status: 404 })
    expect(await call('GET', `/${skill.id}/versions/skver_none`)).toMatchObject({ status: 404 })
  })

  it('shows a workspace its own skills alone', async () => {
    const { call, create } = await open(database)
    const { id } = await create()
    const key = 'other'
    expect(await call('GET', '', { key })).toMatchObject({ data: [] })
    for (const [method, path] of [
      ...[['GET', ''] as const, ['DELETE', ''] as const, ['GET', '/versions'] as const],
      ...[['GET', '/versions/latest'] as const, ['DELETE', '/versions/latest'] as const],
      ['GET', '/versions/latest/content'] as const,
    ]) {
      expect(await call(method, `/${id}${path}`, { key })).toMatchObject({ status: 404 })
    }
    const body = formOf({ 'SKILL.md': textOf('my-skill') })
    expect(await call('POST', `/${id}/versions`, { key, body })).toMatchObject({ status: 404 })
  })

  it('refuses uploads that are no skill, and leaves nothing of them', async () => {
    const { create, blobNames } = await open(database)
    const refusals: [FormData, number, RegExp][] = [
      [formOf({}), 400, /No files provided|no valid multipart/],
      [formOf({ 'a/b/SKILL.md': textOf('a') }), 400, /exactly in the top-level folder/],
      [formOf({ 'a/SKILL.md': 'no front matter' }), 400, /front matter/],
      [formOf({ 'SKILL.md': textOf('a'), '../x': 'x' }), 400, /must be relative/],
      [formOf({ 'SKILL.md': textOf('a') }, { display_name: 'x'.repeat(256) }), 400, /display_name/],
      [formOf({ 'SKILL.md': 'x'.repeat(MAX_SKILL_BYTES + 1) }), 413, /maximum size/],
      [formOf({ 'skill.zip': 'PK\u0003\u0004broken' }), 400, /zip archive cannot be read/],
    ]
    for (const [body, status, message] of refusals) {
      expect(await create({ body })).toMatchObject({
        status,
        error: { message: expect.stringMatching(message) },
      })
    }
    expect(blobNames()).toEqual([])
  })

  it('accepts what the suites of official clients send by the rule lenientSkills', async () => {
    const { create, call } = await open(database, { rules: { lenientSkills: true, lenientPaging: true } })
    const form = () => {
      const body = new FormData()
      body.set('files[]', 'Example data')
      body.set('display_title', 'display_title')
      return body
    }
    const first = await create({ beta: true, body: form() })
    expect(first.status).toBe(200)
    expect((await create({ beta: true, body: form() })).status).toBe(200)
    expect(await call('GET', '?limit=0&page=page', { beta: true })).toMatchObject({
      status: 200,
      has_more: false,
    })
    expect(await call('DELETE', `/${first.id}`, { beta: true })).toMatchObject({ status: 200 })
  })
})

describeOnDatabases('messages that use skills', (database) => {
  async function send(settings: Partial<Parameters<typeof createFilesApp>[1]> = {}) {
    const opened = await open(database, settings)
    const skill = await opened.create({
      body: formOf({ 'SKILL.md': textOf('my-skill', 'Speak like a pirate.') }),
    })
    const body = { model: 'claude-2', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }
    const message = async (more: object, key = 'default', path = '/v1/messages') => {
      const response = await opened.app.fetch(`http://localhost${path}`, {
        method: 'POST',
        headers: {
          'x-api-key': key,
          'anthropic-version': '2023-06-01',
          'anthropic-beta': 'skills-2025-10-02',
        },
        body: JSON.stringify({ ...body, ...more }),
      })
      const text = await response.text()
      // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
      return { status: response.status, text, json: (text.startsWith('{') ? JSON.parse(text) : {}) as any }
    }
    return { ...opened, skill, message }
  }
  const uses = (skillId: string, version?: string) => ({
    container: {
      skills: [{ type: 'custom', skill_id: skillId, ...(version === undefined ? {} : { version }) }],
    },
  })

  it('get its instructions in the system prompt, and a container in the response', async () => {
    const engine = new ScriptedEngine({ steps: ['Arr', { ends: 'end-of-generation' }] })
    const { files } = await openTestFiles(database)
    const app = createFilesApp(files, { storedSkills: files, skillsInUse: files }, engine)
    const headers = { 'x-api-key': 'default', 'anthropic-version': '2023-06-01' }
    const created = await app.fetch('http://localhost/v1/skills', {
      method: 'POST',
      headers,
      body: formOf({ 'SKILL.md': textOf('my-skill', 'Speak like a pirate.') }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
    const skill = (await created.json()) as any
    const request = {
      ...{ model: 'claude-2', max_tokens: 8, system: 'Be brief.', ...uses(skill.id) },
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ type: 'code_execution_20250825', name: 'code_execution' }],
    }
    for (const stream of [false, true]) {
      const response = await app.fetch('http://localhost/v1/messages', {
        method: 'POST',
        headers,
        body: JSON.stringify({ ...request, stream }),
      })
      const text = await response.text()
      expect([response.status, text]).toEqual([200, expect.stringContaining(skill.latest_version_id)])
      expect(text).toMatch(/"container":\s?\{"id":\s?"container_01\w{22}"/)
    }
    for (const { prompt } of engine.requests) {
      expect(prompt.systemText).toMatch(/^Be brief\.\n<skills>/)
      expect(prompt.systemText).toContain('<instructions>\nSpeak like a pirate.\n</instructions>')
      expect(prompt.tools).toEqual([])
    }
  })

  it('are counted with them', async () => {
    const { skill, message } = await send()
    const count = async (more: object) =>
      (await message({ max_tokens: undefined, ...more }, 'default', '/v1/messages/count_tokens')).json
        .input_tokens
    expect(await count(uses(skill.id))).toBeGreaterThan(await count({}))
  })

  it('are refused for a skill that there is not, or that is not theirs', async () => {
    const { skill, message } = await send()
    expect((await message(uses(skill.id, skill.latest_version_id))).status).toBe(200)
    for (const [container, key, text] of [
      [uses('skill_none'), 'default', "skill 'skill_none', version 'latest': not found"],
      [uses(skill.id, 'skver_none'), 'default', "version 'skver_none': not found"],
      [uses(skill.id), 'other', 'not found'],
      [
        { container: { skills: [{ type: 'anthropic', skill_id: 'pptx' }] } },
        'default',
        'not available on this server',
      ],
      [{ container: 'container_1' }, 'default', 'container.skills'],
      [{ container: { id: 'container_1' } }, 'default', 'container.skills'],
      [{ container: { skills: Array(21).fill({}) } }, 'default', 'at most 20 items'],
      [
        { container: { skills: [{ type: 'x' }] } },
        'default',
        "container.skills.0.type: Input should be 'custom' or 'anthropic'",
      ],
    ] as const) {
      const refused = await message(container, key)
      expect([refused.status, refused.json.error?.message]).toEqual([400, expect.stringContaining(text)])
    }
  })

  it('are refused where the server does not use skills', async () => {
    const { files } = await openTestFiles(database)
    const app = createFilesApp(files, { storedSkills: files })
    const response = await app.fetch('http://localhost/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': 'default', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-2',
        max_tokens: 8,
        messages: [{ role: 'user', content: 'Hi' }],
        ...uses('a'),
      }),
    })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('cannot be run')])
  })
})
