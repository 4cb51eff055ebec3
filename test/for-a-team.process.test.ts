import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Anthropic from '@anthropic-ai/sdk'
import { expect, it, onTestFinished } from 'vitest'
import { newFolder } from './databases.ts'
import { ContinuoProcess, runContinuo } from './run-continuo.ts'

const PAGE = readFileSync(join(import.meta.dirname, '..', 'docs', 'for-a-team.md'), 'utf8')

interface Created {
  readonly id: string
  readonly secret: string
}

interface Report {
  readonly data: readonly { readonly results: readonly { readonly workspace_id: string | null }[] }[]
}

/** Flags with the page's configuration, with a state of this test, and a budget that three requests exceed. */
async function writePageConfig(): Promise<readonly string[]> {
  const folder = await newFolder()
  const config = JSON.parse(/```json\n([^`]+)```/.exec(PAGE)?.[1] ?? '')
  config.limits.workspaces.Research.usdPerMonth = 0.00001
  const path = join(folder, 'team.json')
  writeFileSync(path, JSON.stringify(config))
  return ['--config', path, '--state', join(folder, 'state')]
}

/** Runs the page's own line for a report in a shell, after the page's own definitions. */
async function runPageLine(options: { path: string; url: string; adminKey: string }) {
  const admin = /^admin\(\) \{[^}]+\}"; \}$/m.exec(PAGE)?.[0] ?? ''
  const today = /^today=.*$/m.exec(PAGE)?.[0] ?? ''
  const line = PAGE.split('\n').find(
    (text) => text.startsWith('admin ') && text.includes(`/${options.path}?`),
  )
  const script = [admin.replace('http://127.0.0.1:8642', options.url), today, line].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: { ...process.env, ADMIN_KEY: options.adminKey },
  })
  return (JSON.parse(stdout) as Report).data.flatMap(({ results }) => results)
}

it('a newcomer has a workspace, a key with limits, and a report, as the page for teams says', async () => {
  const flags = await writePageConfig()
  const created = await runContinuo(['admin-key', 'create', ...flags, '--name', 'Ann'])
  expect(created.stdout).toMatch(/^sk-ant-admin01-\S+\n$/)
  const server = new ContinuoProcess(['serve', '--port', '0', ...flags])
  onTestFinished(() => void server.child.kill('SIGKILL'))
  const [, url = ''] = await server.waitForOutput(/listens on (http:\S+)/)
  // The page makes the workspace afterwards.
  await server.waitForOutput(/limits\.workspaces: no workspace has the name or id \\?"Research/)
  async function admin<Result>(path: string, body?: object): Promise<Result> {
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-api-key': created.stdout.trim(), 'anthropic-version': '2026-10-21' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Result
  }

  const workspace = await admin<Created>('/v1/organizations/workspaces', { name: 'Research' })
  const budgets = () => admin<{ data: { scope: object }[] }>('/v1/organizations/spend_limits')
  await expect
    .poll(async () => (await budgets()).data.map(({ scope }) => scope), { timeout: 30_000, interval: 1_000 })
    .toEqual([{ type: 'workspace', workspace_id: workspace.id }])
  const key = await admin<Created>('/continuo/api_keys', { name: 'Notebook', workspace_id: workspace.id })
  const other = await admin<Created>('/continuo/api_keys', { name: 'Other' })
  const askWith = (apiKey: string) => {
    const client = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 })
    return client.messages.create({
      model: 'claude-2.1',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'What is 17 + 25?' }],
    })
  }
  const outcomes: number[] = []
  const headers: Record<string, string | null> = {}
  for (let n = 0; n < 6; n++) {
    const error = await askWith(other.secret).catch((reason) => reason)
    outcomes.push(error.status ?? 200)
    headers['retry-after'] = error.headers?.get('retry-after') ?? null
  }
  expect(outcomes).toEqual([200, 200, 200, 200, 200, 429])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  let spent: { error?: unknown } = {}
  for (let n = 0; n < 5 && spent.error === undefined; n++)
    spent = await askWith(key.secret).then(
      () => ({}),
      (reason) => reason,
    )
  expect(spent.error).toMatchObject({ error: { details: { error_code: 'enforced_spend_limit_reached' } } })

  const shell = (path: string) => runPageLine({ path, url, adminKey: created.stdout.trim() })
  await expect
    .poll(() => shell('usage_report/messages'), { timeout: 30_000, interval: 1_000 })
    .toHaveLength(2)
  const costs = await shell('cost_report')
  expect(costs.map(({ workspace_id: id }) => id)).toContain(workspace.id)
  const usage = await runContinuo(['usage', ...flags, '--by', 'workspace,key'])
  expect(usage.stdout).toMatch(/Notebook\s+Research/)
}, 60_000)
