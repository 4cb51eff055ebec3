import type { JsonObject } from '../../../util/json-object.ts'
import { asObject, parseJson } from '../../../util/json-value.ts'
import { type ResponseOrigin, readErrorEvent } from '../transport/read-upstream-error.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import { exceedsJsonLimits, MAX_EVENT_MEMBERS } from './json-limits.ts'

/**
 * The object in the data of an event.
 *
 * @throws UpstreamFailure when it is no object, costs too much to parse, or reports an error
 */
export function readEventObject(origin: ResponseOrigin, data: string): JsonObject {
  if (exceedsJsonLimits(data, MAX_EVENT_MEMBERS)) throw malformed(origin, data, 'has too many members')
  const json = asObject(parseJson(data))
  if (json === undefined) throw malformed(origin, data, 'is no JSON object')
  const failure = readErrorEvent(origin, json)
  if (failure !== null) throw failure
  return json
}

function malformed({ address }: ResponseOrigin, data: string, problem: string): UpstreamFailure {
  const text = `${address} sent an event of ${data.length} characters that ${problem}`
  return new UpstreamFailure('malformed-event', text)
}
