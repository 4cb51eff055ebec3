import { isJsonObject } from '../../util/json-object.ts'
import { invalidRequest } from '../body-schema.ts'

/**
 * The `type` of an object that is one of several.
 *
 * @param place of the object
 * @throws CompletionError `invalid-request` when it is none of them
 */
export function typeOf<const Type extends string>(
  value: unknown,
  types: readonly Type[],
  place: string,
): Type {
  if (!isJsonObject(value)) {
    throw invalidRequest(
      value === undefined
        ? `${place}: Field required`
        : `${place}: Input should be a valid dictionary or object to extract fields from`,
    )
  }
  const said = value.type
  const type = types.find((known) => known === said)
  if (type !== undefined) return type
  if (said === undefined) throw invalidRequest(`${place}: Unable to extract tag using discriminator 'type'`)
  // What is in an object is its sender's to know, and may be megabytes.
  const tag = typeof said === 'object' && said !== null ? `[${kindOf(said)}]` : String(said)
  const expected = types.map((known) => `'${known}'`).join(', ')
  throw invalidRequest(
    `${place}: Input tag '${tag.slice(0, MAX_NAMED_TYPE_UNITS)}' found using 'type' does not match any of the expected tags: ${expected}`,
  )
}

function kindOf(value: object): string {
  return Array.isArray(value) ? 'list' : 'dictionary'
}

/** How much of an unknown type is repeated to its sender. */
const MAX_NAMED_TYPE_UNITS = 256
