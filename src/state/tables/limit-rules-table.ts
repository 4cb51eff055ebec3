import type { TableShape } from './table-shape.ts'

/** Limits of rate and concurrency. */
export interface LimitRulesTable {
  scope: 'organization' | 'workspace' | 'key' | 'user'
  /** `''` for the organization. */
  scopeId: string
  modelGroup: string
  /** The limiter's type, such as `requests_per_minute`. */
  measure: string
  amount: number
  changedAt: number
}

export const LIMIT_RULES: TableShape<LimitRulesTable> = {
  key: ['scope', 'scopeId', 'modelGroup', 'measure'],
  columns: {
    scope: 'text',
    scopeId: 'text',
    modelGroup: 'text',
    measure: 'text',
    amount: 'integer',
    changedAt: 'integer',
  },
}
