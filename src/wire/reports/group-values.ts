import type { UsageDimension } from '../../usage/usage-dimension.ts'

/**
 * The values of one group: null for a dimension that the report is not grouped by, and for usage without one.
 *
 * @param values in the order of `groupBy`
 */
export function groupValues(
  groupBy: readonly UsageDimension[],
  values: readonly string[],
): (dimension: UsageDimension) => string | null {
  return (dimension) => {
    const value = values[groupBy.indexOf(dimension)]
    return value === undefined || value === '' ? null : value
  }
}
