import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ADMIN_KEY, ORDINARY_KEY, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import {
  RANDOM_USAGE_MS,
  RANDOM_USAGE_START,
  randomUsageRows,
  recordUsage,
} from '../../../../test/random-usage.ts'
import { usageRow } from '../../../../test/usage-rows.ts'
import { UsageReports } from '../../../usage/usage-reports.ts'
import type { UsageRow } from '../../../usage/usage-row.ts'
import { reportRoutes } from './report-routes.ts'

const USAGE = '/v1/organizations/usage_report/messages'
const REQUESTS = '/continuo/usage_report'
const COST = '/v1/organizations/cost_report'
const ANALYTICS = '/v1/organizations/analytics'
const DAY_MS = 86_400_000
const FIRST_DAY = Math.floor(RANDOM_USAGE_START / DAY_MS) * DAY_MS
const START = `starting_at=${new Date(FIRST_DAY).toISOString()}`
const NOW = RANDOM_USAGE_START + RANDOM_USAGE_MS + DAY_MS

describeOnDatabases('the reports of usage and cost', (database) => {
  it('are for admins', async () => {
    const { call } = await open(database)
    for (const path of [USAGE, REQUESTS, COST, `${ANALYTICS}/usage`, `${ANALYTICS}/cost`]) {
      expect((await call('GET', `${path}?${START}`, undefined, { key: ADMIN_KEY })).status).toBe(200)
      expect(await call('GET', `${path}?${START}`, undefined, { key: ORDINARY_KEY })).toMatchObject({
        status: 403,
        body: { error: { type: 'permission_error' } },
      })
      expect(await call('GET', path)).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_request_error', message: 'starting_at: Field required' } },
      })
    }
  })

  it('show the same usage in minutes, hours and days, and ranked', async () => {
    const { call, record } = await open(database)
    await fc.assert(
      fc.asyncProperty(randomUsageRows, async (rows) => {
        await record(rows)
        const expected = totals(rows)
        for (const width of ['1m', '1h', '1d']) {
          const results = await readPages(
            call,
            `${USAGE}?${START}&bucket_width=${width}&limit=${width === '1m' ? 1440 : 20}&group_by[]=model`,
          )
          expect(sumOf(results, 'output_tokens')).toBe(expected.output)
          expect(sumOf(results, 'uncached_input_tokens')).toBe(expected.uncachedInput)
        }
        const ranked = await readPages(
          call,
          `${ANALYTICS}/usage?${START}&group_by[]=actor&group_by[]=model&limit=2`,
        )
        const usages = ranked.map(({ usage }) => usage)
        expect(sumOf(usages, 'output_tokens')).toBe(expected.output)
        expect(sumOf(usages, 'requests')).toBe(expected.requests)
        const ranks = usages.map(({ total_tokens }) => total_tokens)
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a))
      }),
      { numRuns: database.kind === 'sqlite' ? 8 : 3 },
    )
  })

  it('count requests, those that failed too, in a report of their own', async () => {
    const { call, record } = await open(database)
    const nothing = {
      uncachedInputTokens: 0,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
    }
    const rows = [200, 200, 529, 429].map((status, n) =>
      usageRow({
        ...nothing,
        ...{ requestId: `${n}`, at: RANDOM_USAGE_START, status, outputTokens: status === 200 ? 5 : 0 },
        ...{ uncachedInputCost: 0, cacheReadCost: 0, cacheWrite5mCost: 0, cacheWrite1hCost: 0 },
        outputCost: status === 200 ? 12_500 : 0,
        model: status === 429 ? 'refused' : 'served',
      }),
    )
    await record(rows)
    for (const width of ['1m', '1h', '1d']) {
      const query = `${START}&bucket_width=${width}&limit=${width === '1m' ? 1440 : 31}&group_by[]=model`
      const results = await readPages(call, `${REQUESTS}?${query}`)
      const counts = results.map(({ model, requests, failed_requests, output_tokens, cost }) => [
        ...[model, requests, failed_requests, output_tokens, cost],
      ])
      expect(counts).toEqual([
        ['refused', 0, 1, 0, { amount: '0', currency: 'USD' }],
        ['served', 2, 1, 10, { amount: '0.0025', currency: 'USD' }],
      ])
      const usage = await readPages(call, `${USAGE}?${query}`)
      expect(usage.map(({ model, requests }) => [model, requests])).toEqual([['served', undefined]])
    }
  })

  it('have buckets of UTC, whatever time zone the request is in', async () => {
    const { call, record } = await open(database)
    await record(
      Array.from({ length: 50 }, (_, n) =>
        usageRow({ requestId: `${n}`, at: RANDOM_USAGE_START + n * 3_500_000, outputTokens: n }),
      ),
    )
    const width = fc.constantFrom('1m', '1h', '1d')
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })
    const minutes = fc.integer({ min: 0, max: 3 * 1440 })
    await fc.assert(
      fc.asyncProperty(width, minutes, offsets, async (bucketWidth, start, offset) => {
        const read = async (zone: number) => {
          const from = `starting_at=${zonedTime(FIRST_DAY + start * 60_000, zone)}`
          const to = `ending_at=${zonedTime(FIRST_DAY + (start + 4000) * 60_000, zone)}`
          return (await call('GET', `${USAGE}?${from}&${to}&bucket_width=${bucketWidth}&limit=5`)).body.data
        }
        const buckets = await read(offset)
        expect(buckets).toEqual(await read(0))
        const widthMs = Date.parse(buckets[0].ending_at) - Date.parse(buckets[0].starting_at)
        expect(Date.parse(buckets[0].starting_at) % widthMs).toBe(0)
      }),
      { numRuns: database.kind === 'sqlite' ? 20 : 5 },
    )
  })

  it('show the same cost in every report and group, to the last nano-dollar', async () => {
    const { call, record } = await open(database)
    await fc.assert(
      fc.asyncProperty(randomUsageRows, async (rows) => {
        await record(rows)
        const { cost } = totals(rows)
        for (const groups of [
          '',
          '&group_by[]=description',
          '&group_by[]=api_key_id&group_by[]=workspace_id',
          '&group_by[]=model',
        ]) {
          const results = await readPages(call, `${COST}?${START}&limit=2${groups}`)
          expect(nanoDollarsOf(results)).toBe(cost)
        }
        for (const groups of ['', '&group_by[]=actor', '&group_by[]=token_type&group_by[]=model']) {
          const rowsOf = await readPages(call, `${ANALYTICS}/cost?${START}&limit=2${groups}`)
          expect(nanoDollarsOf(rowsOf.map((row) => row.cost))).toBe(cost)
        }
      }),
      { numRuns: database.kind === 'sqlite' ? 8 : 3 },
    )
  })

  it('count every API, and show the default workspace as each report does', async () => {
    const { call, record } = await open(database)
    const paths = ['/v1/complete', '/v1/messages', '/v1/chat/completions', '/v1/completions']
    await record(
      paths.map((path) =>
        usageRow({ requestId: path, path, at: RANDOM_USAGE_START, workspaceId: 'default', outputTokens: 1 }),
      ),
    )
    const { body: usage } = await call('GET', `${USAGE}?${START}&limit=1&group_by%5B%5D=workspace_id`)
    expect(usage.data[0].results).toMatchObject([{ workspace_id: null, output_tokens: 4 }])
    const { body: ranked } = await call('GET', `${ANALYTICS}/usage?${START}&group_by[]=workspace_id`)
    const { workspace_id: id } = ranked.data[0].group
    expect(id).toMatch(/^wrkspc_/)
    const { body: filtered } = await call('GET', `${USAGE}?${START}&limit=1&workspace_ids[]=${id}`)
    expect(filtered.data[0].results).toMatchObject([{ output_tokens: 4 }])
    const { body: others } = await call('GET', `${USAGE}?${START}&limit=1&workspace_ids[]=wrkspc_other`)
    expect(others.data[0].results).toEqual([])
  })

  it('take any value of a filter', async () => {
    const { call, record } = await open(database)
    await record([usageRow({ at: RANDOM_USAGE_START })])
    const values = ['%00', '%F0%9F%98%80', '%FF', "'", '%22', '%25', '?', '$1']
    for (const name of ['models', 'api_key_ids', 'workspace_ids', 'account_ids']) {
      const query = values.map((value) => `&${name}[]=${value}`).join('')
      const { status, body } = await call('GET', `${USAGE}?${START}&limit=1${query}`)
      expect(status).toBe(200)
      expect(body.data[0].results).toEqual([])
    }
  })

  it('take any cursor where the rules say so', async () => {
    const strict = await open(database)
    const lenient = await open(database, true)
    for (const path of [USAGE, REQUESTS, COST, `${ANALYTICS}/usage`, `${ANALYTICS}/cost`]) {
      const query = `${path}?${START}&page=page&beta=true`
      expect((await lenient.call('GET', query)).status).toBe(200)
      expect((await strict.call('GET', query)).body.error.message).toBe(
        'The page parameter is not a valid cursor for this request.',
      )
    }
  })
})

async function open(database: TestDatabase, isLenient = false) {
  const state = await database.open()
  const { call } = await openAdminApp(state, {
    isLenient,
    moreRoutes: () => {
      const ids = {
        resolveModel: (id: string) => (id === 'alias' ? 'model' : id),
        shownWorkspace: (id: string) => (id === 'default' ? 'wrkspc_default' : id),
        storedWorkspace: (id: string) => (id === 'wrkspc_default' ? 'default' : id),
      }
      const reports = new UsageReports(state, { ids, nowMs: () => NOW })
      const rules = { lenientPaging: isLenient, lenientAccounts: isLenient }
      return reportRoutes({ reports, rules, displayNameOf: (id) => id })
    },
  })
  return { call, record: (rows: readonly UsageRow[]) => recordUsage(state, rows) }
}

type Call = Awaited<ReturnType<typeof open>>['call']

/** The results of every page: of all buckets, where there are buckets. */
async function readPages(call: Call, path: string) {
  // biome-ignore lint/suspicious/noExplicitAny: reports have rows of several shapes
  const rows: any[] = []
  let page = ''
  do {
    const { body } = await call('GET', `${path}${page}`)
    for (const row of body.data) rows.push(...(row.results ?? [row]))
    expect(body.has_more).toBe(body.next_page !== null)
    page = body.has_more ? `&page=${encodeURIComponent(body.next_page)}` : ''
  } while (page !== '')
  return rows
}

/** A time with an offset from UTC in minutes, as a query has it. */
function zonedTime(ms: number, offset: number): string {
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, 19)
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const zone = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
  return `${local}${offset < 0 ? '-' : '%2B'}${zone}`
}

function totals(rows: readonly UsageRow[]) {
  return {
    requests: rows.filter(({ status }) => status < 400).length,
    output: rows.reduce((sum, row) => sum + row.outputTokens, 0),
    uncachedInput: rows.reduce((sum, row) => sum + row.uncachedInputTokens, 0),
    cost: rows.reduce(
      (sum, row) =>
        [row.uncachedInputCost, row.cacheReadCost, row.cacheWrite5mCost, row.cacheWrite1hCost, row.outputCost]
          .map(BigInt)
          .reduce((total, cost) => total + cost, sum),
      0n,
    ),
  }
}

function sumOf<Name extends string>(rows: readonly Record<Name, number>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}

/** Adds amounts in cents without a rounding error. */
function nanoDollarsOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((sum, { amount }) => {
    const [cents = '', decimals = ''] = amount.split('.')
    return sum + BigInt(cents + decimals.padEnd(7, '0'))
  }, 0n)
}
