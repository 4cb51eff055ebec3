import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { ReportIds } from '../../usage/usage-reports.ts'
import { readValues } from '../admin/read-query.ts'
import { readChoices } from './report-query.ts'

/** The values of dimensions that have few. */
const CHOICES: Readonly<Partial<Record<UsageDimension, readonly string[]>>> = {
  contextWindow: ['0-200k', '200k-1M'],
  inferenceGeo: ['global', 'us', 'not_available'],
  serviceTier: ['standard', 'batch', 'priority', 'priority_on_demand', 'flex', 'flex_discount'],
  speed: ['standard', 'fast'],
  actorType: ['api_actor', 'federated_actor', 'service_account_actor', 'user_actor'],
}

/**
 * Reads the filters of a report.
 *
 * @param names the parameters, and which dimension each is a filter of
 * @throws CompletionError `invalid-request`
 */
export function readFilters(
  query: URLSearchParams,
  names: Readonly<Record<string, UsageDimension>>,
  ids: ReportIds,
): Map<UsageDimension, readonly string[]> {
  const filters = new Map<UsageDimension, readonly string[]>()
  for (const [name, dimension] of Object.entries(names)) {
    const choices = CHOICES[dimension]
    const values = choices === undefined ? readValues(query, name) : readChoices(query, name, choices)
    if (values.length > 0)
      filters.set(
        dimension,
        values.map((value) => storedValue(dimension, value, ids)),
      )
  }
  return filters
}

function storedValue(dimension: UsageDimension, value: string, ids: ReportIds): string {
  if (dimension === 'workspaceId') return ids.storedWorkspace(value)
  if (dimension === 'model') return ids.resolveModel(value)
  return dimension === 'inferenceGeo' && value === 'not_available' ? '' : value
}
