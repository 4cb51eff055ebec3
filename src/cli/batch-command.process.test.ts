import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BatchClient, goodRequest } from '../../test/batch-client.ts'
import { newFolder } from '../../test/databases.ts'
import { ContinuoProcess } from '../../test/run-continuo.ts'
import { DECLARED_KEY, StateServer, startCountingUpstream } from '../../test/state-server.ts'

/** Each starts several processes, on a machine that may be busy. */
const PATIENT = { timeout: 60_000 }

async function start(settings: object = {}) {
  const upstream = await startCountingUpstream()
  const folder = await newFolder()
  const options = { place: folder, stateFolder: folder, upstreamUrl: upstream.url, settings }
  const server = await StateServer.start(options)
  const file = join(folder, 'requests.jsonl')
  const out = join(folder, 'results.jsonl')
  const run = (url = server.url) =>
    new ContinuoProcess(['batch', 'run', file, '--out', out, '--url', url, '--api-key', DECLARED_KEY])
  const client = new BatchClient((path, init) => fetch(`${server.url}${path}`, init), DECLARED_KEY)
  const write = (...requests: readonly object[]) =>
    writeFileSync(file, requests.map((request) => `${JSON.stringify(request)}\r\n\n`).join(''))
  return { server, file, out, run, client, write }
}

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { custom_id: string; result: { type: string } })

it('runs the requests of a file and writes their results', PATIENT, async () => {
  const { run, out, write } = await start()
  write(goodRequest('a'), goodRequest('b', { messages: [] }))
  const command = run()
  await command.exited
  expect(command.child.exitCode).toBe(1)
  expect(lines(out).map((line) => [line.custom_id, line.result.type])).toEqual([
    ['a', 'succeeded'],
    ['b', 'errored'],
  ])
  expect(existsSync(`${out}.batch`)).toBe(false)
  const again = run()
  await again.waitForOutput(/results\.jsonl exists: remove it/)
  await again.exited
  expect(again.child.exitCode).toBe(2)
})

it('continues its batch after it was killed', PATIENT, async () => {
  const { run, out, write, client } = await start({ batches: { concurrency: 0 } })
  write(goodRequest('a'), goodRequest('b'))
  const killed = run()
  await expect.poll(() => existsSync(`${out}.batch`), { timeout: 20_000 }).toBe(true)
  killed.child.kill('SIGKILL')
  await killed.exited
  const { data } = await client.call('GET', '')
  expect(data).toHaveLength(1)
  const resumed = run()
  await client.call('POST', `/${data[0].id}/cancel`)
  await resumed.exited
  expect(lines(out).map(({ result }) => result.type)).toEqual(['canceled', 'canceled'])
  expect((await client.call('GET', '')).data).toHaveLength(1)
})

it('says what is wrong with a file, and leaves nothing', PATIENT, async () => {
  const { run, out, write } = await start()
  write(goodRequest('a'), goodRequest('a'))
  const refused = run()
  await refused.waitForOutput(/status 400: requests: custom_id must be unique/)
  await refused.exited
  expect([refused.child.exitCode, existsSync(out), existsSync(`${out}.batch`)]).toEqual([1, false, false])
  write()
  const empty = run()
  await empty.waitForOutput(/requests\.jsonl has no requests/)
  await empty.exited
  expect(empty.child.exitCode).toBe(2)
})
