import * as z from 'zod'
import { MAX_LIMIT } from './limit-rule.ts'

/** The longest names and the most of them that a configuration needs. */
const name = z.string().min(1).max(256)
const limit = z.int().min(1).max(MAX_LIMIT)
const dollars = z.number().min(0).max(1_000_000)

const RATES = {
  requestsPerMinute: limit.describe('Requests in a minute.').optional(),
  inputTokensPerMinute: limit
    .describe('Input tokens in a minute, without those that are read from the prompt cache.')
    .optional(),
  outputTokensPerMinute: limit
    .describe('Output tokens in a minute, counted as they are generated.')
    .optional(),
  tokensPerMinute: limit.describe('Input and output tokens in a minute together.').optional(),
  tokensPerDay: limit.describe('Input and output tokens in 24 hours together.').optional(),
  concurrentRequests: limit.describe('Requests at the same time.').optional(),
}

const SCOPE_SCHEMA = z.strictObject({
  ...RATES,
  usdPerDay: dollars.describe('US dollars in a day (UTC), by the prices of models.').optional(),
  usdPerWeek: dollars.describe('US dollars in a week, which begins on Monday.').optional(),
  usdPerMonth: dollars.describe('US dollars in a month.').optional(),
  models: z
    .record(name, z.strictObject(RATES))
    .describe('Further limits for some models, by the name of a model group or the id of a model.')
    .optional(),
})

const ADMIN_API_SCHEMA = z.strictObject({
  requestsPerMinute: limit.describe('Requests in a minute.').default(100),
  invitesPerHour: limit.describe('Invites that are created in an hour.').default(1_200),
})

/** The setting `limits`. */
export const LIMITS_SCHEMA = z.strictObject({
  organization: SCOPE_SCHEMA.describe('Limits of all requests together.').optional(),
  workspaces: z.record(name, SCOPE_SCHEMA).describe('Limits of workspaces, by name or id.').default({}),
  eachWorkspace: SCOPE_SCHEMA.describe(
    'Limits of each workspace; those under workspaces take precedence.',
  ).optional(),
  keys: z.record(name, SCOPE_SCHEMA).describe('Limits of API keys, by name or id.').default({}),
  eachKey: SCOPE_SCHEMA.describe('Limits of each API key; what keys says goes first.').optional(),
  modelGroups: z
    .record(name, z.array(name).min(1))
    .describe('Models that share their limits, by a name of your choice.')
    .default({}),
  adminApi: ADMIN_API_SCHEMA.describe(
    "Limits of the Admin API's own requests; the defaults are those of the real API.",
  ).prefault({}),
  priority: z
    .strictObject({
      workspaces: z.array(name).describe('The workspaces that have priority, by name or id.'),
      share: z
        .number()
        .min(0.01)
        .max(0.9)
        .describe("The share of each of the organization's limits that only they may use, such as 0.2."),
    })
    .describe("Keeps a share of the organization's limits for some workspaces.")
    .optional(),
})

export type LimitSettings = Readonly<z.infer<typeof LIMITS_SCHEMA>>
export type ScopeSettings = Readonly<z.infer<typeof SCOPE_SCHEMA>>

export type AdminApiLimits = LimitSettings['adminApi']

/** For test suites, which send all their requests at once. */
export const UNLIMITED_ADMIN_API: AdminApiLimits = {
  requestsPerMinute: MAX_LIMIT,
  invitesPerHour: MAX_LIMIT,
}

export const NO_LIMITS: LimitSettings = LIMITS_SCHEMA.parse({})
