import { describe, expect, it } from 'vitest'
import { bucketCursor } from './report-cursor.ts'
import { parseUsageReportParams, SPEED_BETA } from './usage-report-params.ts'

const START = 'starting_at=2026-09-01T00:00:00Z'
const IDS = {
  resolveModel: (id: string) => (id === 'alias' ? 'model' : id),
  shownWorkspace: (id: string) => (id === 'default' ? 'wrkspc_default' : id),
  storedWorkspace: (id: string) => (id === 'wrkspc_default' ? 'default' : id),
}

describe('parseUsageReportParams', () => {
  it('has defaults for everything but the start', () => {
    expect(parse(START)).toEqual({
      from: Date.UTC(2026, 8, 1),
      to: null,
      bucketWidth: '1d',
      limit: 7,
      groupBy: [],
      filters: new Map(),
    })
    expect(() => parse('')).toThrow('starting_at: Field required')
  })

  it.each([
    ['1d', 7, 31],
    ['1h', 24, 168],
    ['1m', 60, 1440],
  ])('has %s buckets, %d by default and %d at most', (width, standard, max) => {
    const query = `${START}&bucket_width=${width}`
    expect(parse(query)).toMatchObject({ bucketWidth: width, limit: standard })
    expect(parse(`${query}&limit=${max}`).limit).toBe(max)
    expect(() => parse(`${query}&limit=${max + 1}`)).toThrow(`between 1 and ${max}, inclusive`)
  })

  it('reads groups and filters, with the ids and names of the tables', () => {
    const params = parse(
      `${START}&group_by[]=account_id&group_by[]=model&group_by=service_account_id&api_key_ids[]=apikey_1&api_key_ids[]=&workspace_ids[]=wrkspc_default&workspace_ids[]=wrkspc_2&inference_geos[]=not_available&context_window[]=0-200k&speeds[]=fast&models[]=alias&models[]=other&beta=true&unknown=1`,
    )
    expect(params.groupBy).toEqual(['userId', 'model', 'serviceAccountId'])
    expect([...params.filters]).toEqual([
      ['apiKeyId', ['apikey_1', '']],
      ['contextWindow', ['0-200k']],
      ['inferenceGeo', ['']],
      ['model', ['model', 'other']],
      ['speed', ['fast']],
      ['workspaceId', ['default', 'wrkspc_2']],
    ])
  })

  it('groups by speed with its beta only', () => {
    const query = `${START}&group_by[]=speed`
    expect(parse(query, new Set([SPEED_BETA])).groupBy).toEqual(['speed'])
    expect(() => parse(query)).toThrow(
      "group_by.0: Input should be 'account_id', 'api_key_id', 'context_window', 'inference_geo', 'model', 'service_account_id', 'service_tier' or 'workspace_id'",
    )
  })

  it('refuses a range that ends before it starts', () => {
    const query = (end: string) => `${START}&ending_at=${end}`
    const text = 'Invalid date range: ending date must be after starting date'
    expect(() => parse(query('2026-09-01T00:00:00Z'))).toThrow(text)
    expect(() => parse(query('2026-09-01T01:00:00%2B01:00'))).toThrow(text)
    expect(parse(query('2026-09-01T00:00:01Z')).to).toBe(Date.UTC(2026, 8, 1, 0, 0, 1))
  })

  it('refuses what is no width of buckets', () => {
    expect(() => parse(`${START}&bucket_width=1w`)).toThrow(
      "bucket_width: Input should be '1d', '1h' or '1m'",
    )
  })

  it('continues where a page ended', () => {
    const cursor = bucketCursor(Date.UTC(2026, 8, 8))
    expect(cursor).toBe('page_MjAyNi0wOS0wOFQwMDowMDowMFo=')
    expect(parse(`${START}&page=${cursor}`).from).toBe(Date.UTC(2026, 8, 8))
    expect(parse(`${START}&page=`).from).toBe(Date.UTC(2026, 8, 1))
  })

  it.each(['page', 'page_', 'page_AAAA', `page_${'A'.repeat(1000)}`, bucketCursor(Date.UTC(2026, 7, 31))])(
    'refuses the cursor %s of another request',
    (page) => {
      const query = `${START}&page=${page}`
      expect(() => parse(query)).toThrow('The page parameter is not a valid cursor for this request.')
      expect(parse(query, new Set(), true).from).toBe(Date.UTC(2026, 8, 1))
    },
  )
})

function parse(query: string, betas: ReadonlySet<string> = new Set(), isLenient = false) {
  return parseUsageReportParams(new URLSearchParams(query), betas, {
    lenientPaging: isLenient,
    ids: IDS,
  })
}
