/**
 * The first of these environment variables that is set and not blank; undefined where there is no process, as in a
 * browser.
 */
export function readEnvironment(...names: string[]): string | undefined {
  const process: unknown = Reflect.get(globalThis, 'process')
  const environment = memberOf(process, 'env')
  for (const name of names) {
    const value = memberOf(environment, name)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
