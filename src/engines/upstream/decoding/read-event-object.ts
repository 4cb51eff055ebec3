import type { JsonObject } from '../../../util/json-object.ts'
import { asObject, parseJson } from '../../../util/json-value.ts'
import { type ResponseOrigin, readErrorEvent } from '../transport/read-upstream-error.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'

/**
 * The object that the data of an event hold.
 *
 * @throws UpstreamFailure when they hold none, or an error
 */
export function readEventObject(origin: ResponseOrigin, data: string): JsonObject {
  const json = asObject(parseJson(data))
  if (json === undefined) {
    throw new UpstreamFailure(
      'malformed-event',
      `${origin.address} sent an event of ${data.length} characters that is no JSON object`,
    )
  }
  const failure = readErrorEvent(origin, json)
  if (failure !== null) throw failure
  return json
}
