import * as z from 'zod'
import { isJsonObject } from '../util/json-object.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { RECORDED_RESPONSE, type RecordedResponse } from './recorded-response.ts'
import { sortedJson } from './sorted-json.ts'

/** The layout of the files. */
const FORMAT = 1

/** A request and its response, as a file holds them. */
export interface Recording {
  /** 1 for the first time that the request was sent. */
  readonly ordinal: number
  /** ISO 8601. */
  readonly recordedAt: string
  /** The release of Continuo, and the engine. */
  readonly recordedBy: string
  readonly request: RecordedRequest
  /** Null where only the tokens of the prompt were counted. */
  readonly response: RecordedResponse | null
  /** Of a prompt whose tokens were counted. */
  readonly countedTokens?: number
}

const TEXTS = z.array(z.string())
/** Only what the server itself reads. */
const REQUEST = z.looseObject({
  model: z.string(),
  system: z.string().optional(),
  turns: z
    .array(
      z.looseObject({
        role: z.enum(['user', 'assistant']),
        parts: z.array(z.looseObject({ type: z.string() })),
      }),
    )
    .optional(),
  stopSequences: TEXTS.optional(),
})

const SCHEMA = z.strictObject({
  format: z.literal(FORMAT),
  ordinal: z.int().min(1),
  recordedAt: z.string(),
  recordedBy: z.string(),
  request: REQUEST,
  response: RECORDED_RESPONSE.nullable(),
  countedTokens: z.int().min(0).optional(),
})

/**
 * Reads the text of a file.
 *
 * @throws Error that says what is wrong with it
 */
export function parseRecording(text: string): Recording {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`it is not JSON (${(error as Error).message})`, { cause: error })
  }
  if (!isJsonObject(json) || json.format !== FORMAT) throw new Error(`it has no "format": ${FORMAT}`)
  const result = SCHEMA.safeParse(json)
  if (result.success) return result.data as unknown as Recording
  const [issue] = result.error.issues
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

/** The text of the file, which is the same for the same recording. */
export function writeRecording(recording: Recording): string {
  return `${sortedJson({ format: FORMAT, ...recording }, '  ')}\n`
}
