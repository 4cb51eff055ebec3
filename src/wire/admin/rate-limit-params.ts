import * as z from 'zod'
import { ALL_MODELS } from '../../limits/limit-rule.ts'
import type { LimitRulesChange } from '../../limits/limit-rules.ts'
import type { RateLimitFilter, WorkspaceLimitChange } from '../../limits/rate-limits.ts'
import type { LimiterChange } from '../../limits/typed-rules.ts'
import {
  checkBody,
  count,
  dictionary,
  invalidRequest,
  listOf,
  nonEmptyString,
  oneOf,
} from '../body-schema.ts'
import { invalidCursor } from '../page-cursor.ts'
import { readPageLimit } from '../page-limit.ts'
import type { AdminRules } from './admin-rules.ts'
import { LIMIT_SCOPE, limitOwnerOf } from './limit-scope.ts'
import { readChoice } from './read-query.ts'

const GROUP_TYPES = ['batch', 'files', 'model_group', 'skills', 'token_count', 'web_search'] as const
/** Those that workspaces may have limits of; some of them this server only keeps. */
const LIMITER_TYPES = [
  'fast_itpmca',
  'fast_otpm',
  'input_tokens_per_minute',
  'input_tokens_per_minute_cache_aware',
  'output_tokens_per_minute',
  'requests_per_minute',
  'tokens_per_day',
  'tokens_per_minute',
  'tool_uses_per_second',
  'concurrent_requests',
] as const
const MAX_LIMIT = 1_000_000_000_000

const CHANGES = listOf(
  z.strictObject(
    {
      type: oneOf(LIMITER_TYPES),
      value: count.max(MAX_LIMIT, `Input should be less than or equal to ${MAX_LIMIT}`).nullable(),
    },
    { error: dictionary },
  ),
  LIMITER_TYPES.length,
)
const UPDATE = z.strictObject({ limits: CHANGES }, { error: dictionary })
const SET = z.strictObject(
  { scope: LIMIT_SCOPE, model_group: nonEmptyString.max(256).default(ALL_MODELS), limits: CHANGES },
  { error: dictionary },
)

/** Reads the query of a list of rate limits. */
export function readRateLimitFilter(query: URLSearchParams): RateLimitFilter {
  return { groupType: readChoice(query, 'group_type', GROUP_TYPES), modelId: query.get('model') ?? undefined }
}

/** Reads the body of `POST /v1/organizations/workspaces/{id}/rate_limits/{rate_limit_id}`. */
export function parseWorkspaceLimits(body: object): WorkspaceLimitChange['limits'] {
  return changesOf(checkBody(body, UPDATE).limits)
}

/** Reads the body of `POST /continuo/rate_limits`. */
export function parseLimitRules(body: object): LimitRulesChange {
  const { scope, model_group: modelGroup, limits } = checkBody(body, SET)
  return { owner: limitOwnerOf(scope), modelGroup, limits: changesOf(limits) }
}

function changesOf(limits: z.infer<typeof CHANGES>): readonly LimiterChange[] {
  const types = limits.map(({ type }) => type)
  const repeated = types.find((type, index) => types.indexOf(type) !== index)
  if (repeated !== undefined) throw invalidRequest(`limits: "${repeated}" is set twice`)
  return limits.map(({ type, value }) => ({ limiterType: type, value }))
}

/**
 * A page of a short list, all of it where the query has no limit. The cursor is the place of the page's first row.
 *
 * @throws CompletionError `invalid-request`
 */
export function pageOf<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  { lenientPaging }: AdminRules,
): { readonly rows: readonly Row[]; readonly nextPage: string | null } {
  const page = query.get('page')
  const start = page === null ? 0 : Number(/^page_([0-9]{1,6})$/.exec(page)?.[1] ?? Number.NaN)
  if (Number.isNaN(start) && !lenientPaging) throw invalidCursor()
  const from = Number.isNaN(start) ? 0 : start
  const to = query.has('limit') ? from + readPageLimit(query) : rows.length
  return { rows: rows.slice(from, to), nextPage: to < rows.length ? `page_${to}` : null }
}
