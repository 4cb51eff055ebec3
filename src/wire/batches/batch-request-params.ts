import * as z from 'zod'
import type { JsonObject } from '../../util/json-object.ts'
import { anyObject, checkBody, dictionary, invalidRequest, textUpTo } from '../body-schema.ts'

const SCHEMA = z.strictObject(
  {
    custom_id: textUpTo(64)
      .min(1, 'String should have at least 1 character')
      .regex(/^[a-zA-Z0-9_-]*$/, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
    params: anyObject,
  },
  { error: dictionary },
)

/** A request of a batch. */
export interface BatchRequestParams {
  readonly customId: string
  /** Looked at when the request runs: what is wrong with it is its result. */
  readonly params: JsonObject
}

/**
 * Checks an element of `requests`.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseBatchRequest(element: object, index: number): BatchRequestParams {
  const { custom_id: customId, params } = checkBody(element, SCHEMA, `requests.${index}`)
  return { customId, params }
}

/** Fields of Messages that requests of a batch cannot have. @see the API's reference, "Message Batches": limitations */
const REFUSED = ['speed', 'fallbacks', 'cache_hint', 'context_hint', 'research_preview'] as const

/**
 * Refuses what a body of Messages may have, but not in a batch.
 *
 * @throws CompletionError `invalid-request`
 */
export function checkBatchParams(body: object): void {
  const params = body as Readonly<Record<string, unknown>>
  if (params.stream === true) throw invalidRequest('stream: requests of a message batch cannot be streamed')
  if (params.max_tokens === 0) throw invalidRequest('max_tokens: Input should be greater than or equal to 1')
  for (const name of REFUSED) {
    if (params[name] !== undefined && params[name] !== null)
      throw invalidRequest(`${name}: not available in message batches`)
  }
}
