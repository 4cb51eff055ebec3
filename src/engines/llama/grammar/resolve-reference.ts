import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'

/** Longer references cannot point into a schema. */
const MAX_REFERENCE_UNITS = 4096

/**
 * Resolves a reference inside a schema, such as `#` or `#/$defs/name`.
 *
 * @returns undefined where it points out of the schema or at nothing
 */
export function resolveReference(reference: string, root: JsonObject): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#/') || reference.length > MAX_REFERENCE_UNITS) return undefined
  let found: unknown = root
  for (const step of reference.slice(2).split('/')) {
    const key = decodeStep(step)
    if (Array.isArray(found)) found = found[Number(key)]
    else if (isJsonObject(found) && Object.hasOwn(found, key)) found = found[key]
    else return undefined
  }
  return found
}

function decodeStep(step: string): string {
  let decoded = step
  try {
    decoded = decodeURIComponent(step)
  } catch {
    // A literal percent sign.
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~')
}
