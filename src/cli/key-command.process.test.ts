import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { ContinuoProcess, runContinuo } from '../../test/run-continuo.ts'

const MODEL = 'claude-2.1'

/** Sends a request that is refused or not by its key alone: the body is empty. */
async function statusWith(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/models`, {
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
  })
  await response.arrayBuffer()
  return response.status
}

async function serve(place: string): Promise<string> {
  const server = new ContinuoProcess([
    'serve',
    '--port',
    '0',
    '--access',
    'keys',
    '--state',
    place,
    '--threads',
    '1',
  ])
  onTestFinished(async () => {
    server.child.kill('SIGKILL')
    await server.exited
  })
  const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/)
  expect(server.stdout).toMatch(/\n {2}state: (?:\/|postgres:)/)
  return url
}

async function run(place: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runContinuo([...words, '--state', place])
  expect(code, stderr).toBe(0)
  return stdout
}

describeOnDatabases('continuo key', (database) => {
  it('creates, lists and revokes keys of a server that runs', { timeout: 60_000 }, async () => {
    const place = await database.newPlace()
    const first = (await run(place, 'key', 'create', '--name', 'first')).trim()
    expect(first).toMatch(/^sk-ant-api03-[\w-]{43}$/)
    const url = await serve(place)
    expect(await statusWith(url, first)).toBe(200)
    expect(await statusWith(url, 'unknown')).toBe(401)

    const admin = (await run(place, 'admin-key', 'create', '--name', 'root')).trim()
    expect(admin).toMatch(/^sk-ant-admin01-[\w-]{43}$/)
    expect(await statusWith(url, admin)).toBe(401)
    const second = (
      await run(place, 'key', 'create', '--name', 'second', '--models', MODEL, '--expires', '30d')
    ).trim()
    expect(await statusWith(url, second)).toBe(200)

    const list = await run(place, 'key', 'list')
    expect(list).toContain(MODEL)
    expect(list).not.toContain(first)
    expect(list).not.toContain('root')
    const [, id = ''] = /(apikey_\w+) +first /.exec(list) ?? []
    expect(await run(place, 'key', 'revoke', id)).toBe(`Revoked ${id}.\n`)
    await expect.poll(() => statusWith(url, first), { timeout: 10_000 }).toBe(401)
    expect(await statusWith(url, second)).toBe(200)
  })
})

it('makes no state where a command finds none', async () => {
  const folder = join(await newFolder(), 'none')
  const { code, stderr } = await runContinuo(['key', 'list', '--state', folder])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no state in') })
  expect(existsSync(folder)).toBe(false)
  const none = await runContinuo(['key', 'create', '--name', 'a', '--state', 'none'])
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('The state is "none"') })
})
