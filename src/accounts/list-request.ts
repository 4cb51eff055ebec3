import type { PagePlace, PageRequest } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import { AccountError } from './account-error.ts'

/** Which part of a list of accounts is asked for. */
export interface ListRequest extends PageRequest {
  /** Whether a cursor that never was an id gives the first page; otherwise it is refused. */
  readonly acceptsAnyCursor: boolean
}

/** How much of a cursor an error repeats. */
const MAX_NAMED_CURSOR_UNITS = 200

/** Looks up where a cursor stands, and refuses one that never was an id. */
export function placeFinder(
  kind: string,
  { afterId, acceptsAnyCursor }: ListRequest,
  find: (id: string) => Promise<PagePlace | undefined>,
): (id: string) => Promise<PagePlace | undefined> {
  return async function placeOf(id) {
    const place = await find(storableText(id))
    if (place !== undefined || acceptsAnyCursor) return place
    const name = afterId === undefined ? 'before_id' : 'after_id'
    throw AccountError.invalid(
      `Invalid \`${name}\`. No ${kind} found for \`${name}\` "${id.slice(0, MAX_NAMED_CURSOR_UNITS)}"`,
    )
  }
}
