import type { TableShape } from './table-shape.ts'

export interface SpendLimitsTable {
  id: string
  scope: 'organization' | 'workspace' | 'key' | 'user'
  scopeId: string
  period: 'daily' | 'weekly' | 'monthly'
  /** Nano-dollars; null means unlimited. */
  amount: number | null
  isEnabled: 0 | 1
  createdAt: number
  updatedAt: number
}

export const SPEND_LIMITS: TableShape<SpendLimitsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    scope: 'text',
    scopeId: 'text',
    period: 'text',
    amount: 'integer',
    isEnabled: 'integer',
    createdAt: 'integer',
    updatedAt: 'integer',
  },
}
