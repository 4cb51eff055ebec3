import { isJsonObject } from '../../util/json-object.ts'
import { invalidRequest } from '../body-schema.ts'

/**
 * The `type` of an object that is one of several.
 *
 * @throws CompletionError `invalid-request` for any other type
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
  const sent = value.type
  const type = types.find((known) => known === sent)
  if (type !== undefined) return type
  if (sent === undefined) throw invalidRequest(`${place}: Unable to extract tag using discriminator 'type'`)
  // An object is not repeated: it may be megabytes.
  const tag = typeof sent === 'object' && sent !== null ? `[${kindOf(sent)}]` : String(sent)
  const expected = types.map((known) => `'${known}'`).join(', ')
  throw invalidRequest(
    `${place}: Input tag '${tag.slice(0, MAX_NAMED_TYPE_UNITS)}' found using 'type' does not match any of the expected tags: ${expected}`,
  )
}

function kindOf(value: object): string {
  return Array.isArray(value) ? 'list' : 'dictionary'
}

/** How much of an unknown type an error repeats. */
const MAX_NAMED_TYPE_UNITS = 256
