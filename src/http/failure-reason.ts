import { AccountError } from '../accounts/account-error.ts'
import { CodedError } from '../util/coded-error.ts'

/** Most of an error's text that is logged, in code units. */
const MAX_REASON_UNITS = 200
/** A field of the APIs; anything else in a place is a key that the client made up. */
const FIELD = /^\w{1,40}$/

/**
 * Why a request failed, for the log: the text that its client reads, without what it quotes of the request. Undefined where
 * the text comes from elsewhere, and so may hold anything.
 */
export function failureReason(error: unknown): string | undefined {
  if (!(error instanceof CodedError) || error.cause !== undefined) return undefined
  const [place = '', ...rest] = error.message.slice(0, 2 * MAX_REASON_UNITS).split(': ')
  const text = rest.length > 0 ? [shownPlace(place, rest[0] === UNKNOWN_FIELD), ...rest].join(': ') : place
  // Those of accounts quote ids, which come from the path.
  const withoutIds = error instanceof AccountError ? text.replace(/`.*`/s, '`…`') : text
  return withoutIds
    .replace(/(\w)'(\w)/g, '$1’$2')
    .replace(/'.*'/s, "'…'")
    .replace(/".*"/s, '"…"')
    .slice(0, MAX_REASON_UNITS)
}

/** The message about a field that the client made up. */
const UNKNOWN_FIELD = 'Extra inputs are not permitted'

/** `messages.0.content`, with … for keys of the client. Words are no place. */
function shownPlace(place: string, isUnknown: boolean): string {
  if (!isUnknown && /^[\w ]+$/.test(place)) return place
  const parts = place.split('.').map((part) => (FIELD.test(part) ? part : '…'))
  return (isUnknown ? [...parts.slice(0, -1), '…'] : parts).join('.')
}
