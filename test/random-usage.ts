import fc from 'fast-check'
import type { State } from '../src/state/state.ts'
import { insertRequests } from '../src/usage/insert-requests.ts'
import { journalLine } from '../src/usage/journal-line.ts'
import type { UsageRow } from '../src/usage/usage-row.ts'
import { usageRow } from './usage-rows.ts'

/** The time of the first of random rows, in the middle of an hour; the others follow within three days. */
export const RANDOM_USAGE_START = Date.UTC(2026, 10, 1, 7, 20)
export const RANDOM_USAGE_MS = 3 * 86_400_000

const count = fc.integer({ min: 0, max: 1_000_000 })
/** So large that a few of them are more than a number holds exactly. */
const cost = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

/** Rows of few keys, models and so on, so that most groups hold several. */
export const randomUsageRows: fc.Arbitrary<UsageRow[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: RANDOM_USAGE_MS - 1 }).map((ms) => RANDOM_USAGE_START + ms),
      workspaceId: fc.constantFrom('default', 'wrkspc_1'),
      apiKeyId: fc.constantFrom('', 'apikey_1', 'apikey_2'),
      actorId: fc.constantFrom('', 'user_1', 'svac_1'),
      model: fc.constantFrom('large', "small's"),
      serviceTier: fc.constantFrom('standard', 'batch', 'priority'),
      contextWindow: fc.constantFrom('0-200k', '200k-1M'),
      inferenceGeo: fc.constantFrom('', 'global'),
      status: fc.constantFrom(200, 200, 429, 500),
      uncachedInputTokens: count,
      cacheReadTokens: count,
      cacheWrite5mTokens: count,
      cacheWrite1hTokens: count,
      outputTokens: count,
      webSearches: fc.integer({ min: 0, max: 3 }),
      uncachedInputCost: cost,
      cacheReadCost: cost,
      cacheWrite5mCost: cost,
      cacheWrite1hCost: cost,
      outputCost: cost,
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map((row, index) =>
      usageRow(
        row.status !== 429
          ? { ...row, requestId: `req_${index}` }
          : { ...row, ...NOTHING_USED, requestId: `req_${index}` },
      ),
    ),
  )

const NOTHING_USED = {
  uncachedInputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  webSearches: 0,
  uncachedInputCost: 0,
  cacheReadCost: 0,
  cacheWrite5mCost: 0,
  cacheWrite1hCost: 0,
  outputCost: 0,
}

/** Records rows as the writer does, with their hourly sums, in place of all that were there. */
export async function recordUsage(state: State, rows: readonly UsageRow[]): Promise<void> {
  await state.db.deleteFrom('requests').execute()
  await state.db.deleteFrom('usageHours').execute()
  if (rows.length === 0) return
  const lines = rows.map((row) => journalLine(row).trimEnd())
  await state.db
    .transaction()
    .execute((transaction) => insertRequests(transaction, state.kind, `[${lines.join(',')}]`))
}
