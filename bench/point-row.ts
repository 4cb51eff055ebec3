import { OURS } from './contender.ts'
import type { Row } from './report.ts'

/** A row with one measurement of this project. */
export function point(title: string, unit: string, value: number, better: Row['better'] = 'lower'): Row {
  return { title, unit, better, samples: new Map([[OURS, [value]]]), goals: [] }
}
