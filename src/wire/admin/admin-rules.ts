import type { ApiRules } from '../api-rules.ts'

/** How strictly the Admin API reads requests. */
export type AdminRules = Pick<ApiRules, 'lenientPaging' | 'lenientAccounts'>
