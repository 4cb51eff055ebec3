import * as z from 'zod'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { HUMAN_MARKER, parsePrompt } from '../../completion/human-assistant-prompt.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'
import { isJsonObject, type JsonObject } from '../../util/json-object.ts'
import type { ApiRules } from '../api-rules.ts'
import { type ApiVersion, isFirstVersion } from '../api-version.ts'
import {
  boolean,
  checkBody,
  countOrOff,
  dictionary,
  invalidRequest,
  LARGEST_COUNT,
  metadata,
  modelId,
  nonEmptyString,
  positiveCount,
  refuseMinusOne,
  share,
  shareOrOff,
  stopSequences,
  string,
} from '../body-schema.ts'
import { checkUserId } from '../check-user-id.ts'
import { readSampling } from '../read-sampling.ts'

/** How a server reads requests where the real API's behaviour changed, or helps only some callers. */
export type CompleteParamsRules = Pick<
  ApiRules,
  'literalNewlineMarkers' | 'refuseMessagesModels' | 'checkUserId' | 'strictRequests'
>

/** What the request's headers and the server's settings add to the body. */
export interface CompleteParamsContext {
  readonly version: ApiVersion
  readonly rules: CompleteParamsRules
  readonly catalog: ModelCatalog
}

/** The body of `POST /v1/complete`, checked. */
export interface CompleteParams {
  readonly request: CompletionRequest
  /** Whether the response is streamed. */
  readonly stream: boolean
}

/**
 * Reads the body of `POST /v1/complete`. Only the first error is reported: of the fields in the schema's order, then of
 * unknown fields, then of the model, then of the prompt's turns.
 *
 * @throws CompletionError `invalid-request`, `model-not-found` or `invalid-prompt`
 * @see the API's reference, "Completions": body parameters
 */
export function parseCompleteParams(body: object, context: CompleteParamsContext): CompleteParams {
  const { version, rules, catalog } = context
  if (rules.strictRequests && !isFirstVersion(version)) refuseMinusOne(body)
  const params = checkBody(body, isFirstVersion(version) ? FIRST_VERSION_SCHEMA : COMPLETE_SCHEMA)
  checkUserId(params.metadata?.user_id, rules)
  const resolved = resolveModel(params.model, rules, catalog)
  const prompt = parsePrompt(params.prompt, {
    literalNewlineMarkers: rules.literalNewlineMarkers,
    startErrorFormat: isFirstVersion(version) ? 'short' : 'long',
  })
  const request: CompletionRequest = {
    modelId: resolved,
    prompt,
    maxTokens: Math.min(params.max_tokens_to_sample, LARGEST_COUNT),
    stopSequences: [HUMAN_MARKER, ...(params.stop_sequences ?? [])],
    sampling: readSampling(params),
    ...NO_TOOLS_OR_THINKING,
  }
  return { request, stream: params.stream ?? false }
}

function resolveModel(id: string, rules: CompleteParamsRules, catalog: ModelCatalog): string {
  const model = catalog.retrieve(id)
  if (rules.refuseMessagesModels && !model.isForTextCompletions) {
    throw invalidRequest(`"${id}" is not supported on this API. Please use the Messages API instead.`)
  }
  return model.id
}

/** Most of the first version's `tags`. The API names no limit. */
const MAX_TAGS = 1_000

// The schema. Its order is the order in which errors are found.

const shape = {
  prompt: nonEmptyString,
  max_tokens_to_sample: positiveCount,
  model: modelId,
  stop_sequences: stopSequences.optional(),
  temperature: share.optional(),
  top_p: shareOrOff.optional(),
  top_k: countOrOff.optional(),
  metadata: metadata.optional(),
  stream: boolean.optional(),
}

/** The body of the route. */
export const COMPLETE_SCHEMA = z.strictObject(shape)

/** The first version had `tags`. */
const FIRST_VERSION_SCHEMA = z.strictObject({
  ...shape,
  tags: z
    .custom<JsonObject>(isJsonObject, { error: dictionary, abort: true })
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS, {
      message: `Dictionary should have at most ${MAX_TAGS} items`,
      abort: true,
    })
    .pipe(z.record(z.string(), string))
    .optional(),
})
