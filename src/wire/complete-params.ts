import * as z from 'zod'
import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionRequest, NO_TOOLS_OR_THOUGHTS } from '../completion/completion-request.ts'
import { HUMAN_MARKER, parsePrompt } from '../completion/human-assistant-prompt.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import { type ApiVersion, isFirstVersion } from './api-version.ts'
import { findPersonalData } from './user-id-check.ts'

/** Most entries of `stop_sequences`. The API names no limit. */
export const MAX_STOP_SEQUENCES = 8191
/** Most UTF-16 code units of all stop sequences together: what the matcher's memory is bounded by. */
export const MAX_STOP_SEQUENCE_UNITS_TOTAL = 131_072
/** How much of an unknown field's name is repeated to its sender. */
const MAX_NAMED_KEY_UNITS = 256
/** Larger numbers mean the same as this one: no model's window or vocabulary comes near it, and it fits 32 bits. */
const LARGEST_COUNT = 2_147_483_647

/** How a server reads requests where the real API's behaviour changed, or helps only some callers. */
export interface CompleteParamsRules {
  /** Reads the markers that official TypeScript SDKs 0.61 to 0.137 send, with `\n` spelt out, as markers. */
  readonly literalNewlineMarkers: boolean
  /** Refuses the ids of the Messages API, as the real `/v1/complete` does. */
  readonly refuseMessagesModels: boolean
  /** Refuses a `metadata.user_id` that looks like an email address or a phone number. */
  readonly checkUserId: boolean
}

/** What the request's headers and the server's settings add to the body. */
export interface CompleteParamsContext {
  readonly version: ApiVersion
  readonly rules: CompleteParamsRules
  readonly catalog: ModelCatalog
}

/** The body of `POST /v1/complete`, checked. */
export interface CompleteParams {
  readonly request: CompletionRequest
  /** Whether the answer is to be streamed. */
  readonly stream: boolean
}

/**
 * Reads the body of `POST /v1/complete`. Only the first error is told: of the fields in the schema's order, then of
 * unknown fields, then of the model, then of the prompt's turns.
 *
 * @throws CompletionError `invalid-request`, `model-not-found` or `invalid-prompt`
 * @see the API's reference, "Completions": body parameters
 */
export function parseCompleteParams(body: object, context: CompleteParamsContext): CompleteParams {
  const { version, rules, catalog } = context
  const params = checkSchema(body, isFirstVersion(version) ? FIRST_VERSION_SCHEMA : SCHEMA)
  const userId = params.metadata?.user_id
  const personalData = rules.checkUserId && userId ? findPersonalData(userId) : null
  if (personalData !== null) throw invalidRequest(`metadata.user_id: ${personalData}`)
  const modelId = resolveModel(params.model, rules, catalog)
  const prompt = parsePrompt(params.prompt, {
    literalNewlineMarkers: rules.literalNewlineMarkers,
    startErrorForm: isFirstVersion(version) ? 'short' : 'long',
  })
  const request: CompletionRequest = {
    modelId,
    prompt,
    maxTokens: Math.min(params.max_tokens_to_sample, LARGEST_COUNT),
    stopSequences: [HUMAN_MARKER, ...(params.stop_sequences ?? [])],
    sampling: {
      temperature: params.temperature ?? 1,
      topP: whenOn(params.top_p),
      topK: whenOn(params.top_k),
    },
    ...NO_TOOLS_OR_THOUGHTS,
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

/** The first version says "off" with −1. */
function whenOn(value: number | undefined): number | null {
  return value === undefined || value === -1 ? null : Math.min(value, LARGEST_COUNT)
}

// The schema. Its order is the order in which errors are found: zod reports fields as they stand here, and unknown
// fields after them. `null` is a wrong type everywhere but in `user_id`.

const ofType = (what: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? 'Field required' : `Input should be a valid ${what}`
const string = z.string({ error: ofType('string') })
const nonEmptyString = string.min(1, 'String should have at least 1 character')
const number = z.number({ error: ofType('number') })
const integer = z
  .number({ error: ofType('integer') })
  .refine(Number.isInteger, 'Input should be a valid integer, got a number with a fractional part')
const list = z.array(z.unknown(), { error: ofType('list') })
const object = ofType('dictionary')

const atMostCharacters = (max: number) => (text: string) => text.length <= max || [...text].length <= max
const tooLong = (max: number) => `String should have at most ${max} characters`

const stopSequences = list
  // Counted before it is looked into: a million wrong entries would be a million errors.
  .max(MAX_STOP_SEQUENCES, `List should have at most ${MAX_STOP_SEQUENCES} items`)
  .pipe(z.array(string))
  .refine((all) => all.every((one) => one !== ''), 'each stop sequence must be non-empty')
  .refine(
    (all) => all.reduce((units, one) => units + one.length, 0) <= MAX_STOP_SEQUENCE_UNITS_TOTAL,
    `stop sequences should have at most ${MAX_STOP_SEQUENCE_UNITS_TOTAL} characters together`,
  )

const shape = {
  prompt: nonEmptyString,
  max_tokens_to_sample: integer.min(1, 'Input should be greater than or equal to 1'),
  model: nonEmptyString.refine(atMostCharacters(256), tooLong(256)),
  stop_sequences: stopSequences.optional(),
  temperature: number.refine((value) => value >= 0 && value <= 1, 'range: 0..1').optional(),
  top_p: number.refine((value) => value >= 0 && value <= 1, 'range: 0..1').optional(),
  top_k: integer.min(0, 'Input should be greater than or equal to 0').optional(),
  metadata: z
    .strictObject(
      { user_id: string.refine(atMostCharacters(256), tooLong(256)).nullable().optional() },
      { error: object },
    )
    .optional(),
  stream: z.boolean({ error: ofType('boolean') }).optional(),
}

const SCHEMA = z.strictObject(shape)

/** The first version had `tags`, and −1 for "off". */
const FIRST_VERSION_SCHEMA = z.strictObject({
  ...shape,
  top_p: number.refine((value) => value === -1 || (value >= 0 && value <= 1), 'range: 0..1').optional(),
  top_k: integer.min(-1, 'Input should be greater than or equal to -1').optional(),
  tags: z.record(z.string(), string, { error: object }).optional(),
})

function checkSchema(body: object, schema: typeof SCHEMA): z.infer<typeof SCHEMA> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (issue === undefined) throw invalidRequest('Invalid request')
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]?.slice(0, MAX_NAMED_KEY_UNITS)
    throw invalidRequest(`${[...path, key].join('.')}: Extra inputs are not permitted`)
  }
  throw invalidRequest(`${path.join('.')}: ${issue.message}`)
}

function invalidRequest(message: string): CompletionError {
  return new CompletionError('invalid-request', message)
}
