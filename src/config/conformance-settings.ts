import * as z from 'zod'
import { CONFORMANCE_ACCOUNTS_SCHEMA } from '../accounts/settings.ts'
import type { ApiRules } from '../wire/api-rules.ts'

/** What the test suites of the official clients take for granted. */
export const CONFORMANCE_SCHEMA = z.strictObject({
  modelIds: z
    .array(z.string().min(1))
    .describe('Model ids that the suites invent. The default engine serves them.')
    .default(['model_id']),
  accounts: CONFORMANCE_ACCOUNTS_SCHEMA.optional(),
  messageBatches: z
    .array(z.string().min(1))
    .max(100)
    .describe(
      'Ids of message batches that the suites invent. Each request of that API finds them, ended, so this needs "state": "memory".',
    )
    .default([]),
  files: z
    .array(z.string().min(1))
    .max(100)
    .describe(
      'Ids of files that the suites invent. Each request of that API finds them, so this needs "state": "memory".',
    )
    .default([]),
  skills: z
    .array(z.strictObject({ id: z.string().min(1), version: z.string().min(1) }))
    .max(100)
    .describe(
      'Skills that the suites invent, each with the id of a version. Each request of that API finds them, so this needs "state": "memory".',
    )
    .default([]),
})

/** The rules that the suites need: they send every field at once, also those that exclude each other. */
export const CONFORMANCE_RULES = {
  ignoreServerTools: true,
  ignoreStrictTools: true,
  lenientPaging: true,
  lenientAccounts: true,
  lenientSkills: true,
} as const satisfies Partial<ApiRules>
