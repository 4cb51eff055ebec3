import type { JsonObject } from '../../util/json-object.ts'
import { asObject, parseJson } from './json-value.ts'
import { readErrorEvent } from './read-upstream-error.ts'
import { UpstreamFailure } from './upstream-failure.ts'

/**
 * The object that the data of an event hold.
 *
 * @param address where it comes from, for the log
 * @throws UpstreamFailure when they hold none, or an error
 */
export function readEventObject(address: string, data: string): JsonObject {
  const json = asObject(parseJson(data))
  if (json === undefined) {
    throw new UpstreamFailure(
      'malformed-event',
      `${address} sent an event of ${data.length} characters that is no JSON object`,
    )
  }
  const failure = readErrorEvent(address, json)
  if (failure !== null) throw failure
  return json
}
