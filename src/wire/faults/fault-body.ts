import type { ListedFault } from '../../faults/fault-list.ts'

/** A fault as `/continuo/faults` shows it. */
export function faultBody({ id, rule, struckCount }: ListedFault): object {
  const { fault, when = null, times = null, ...options } = rule
  return {
    type: 'fault',
    id,
    fault,
    when: when === null ? null : inSnakeCase(when),
    times,
    struck_count: struckCount,
    ...inSnakeCase(options),
  }
}

function inSnakeCase(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), member]),
  )
}
