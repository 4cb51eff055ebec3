import * as z from 'zod'
import type { RecordingFilter, RecordingPage, RecordingPlace } from '../../recordings/newest-recordings.ts'
import { boolean, checkBody, dictionary, invalidRequest } from '../body-schema.ts'
import { readPageLimit } from '../page-limit.ts'

const PREFIX = 'page_'

/**
 * Reads the query of `GET /continuo/recordings`.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseRecordingsQuery(query: URLSearchParams): {
  readonly filter: RecordingFilter
  readonly page: RecordingPage
} {
  const page = query.get('page')
  return {
    filter: {
      engine: query.get('engine') ?? undefined,
      model: query.get('model') ?? undefined,
      text: query.get('text')?.toLowerCase() ?? undefined,
    },
    page: { limit: readPageLimit(query), after: page === null ? undefined : readPlace(page) },
  }
}

/** The cursor of the page after a recording. */
export function recordingCursor(place: RecordingPlace): string {
  return PREFIX + Buffer.from(JSON.stringify(place)).toString('base64url')
}

function readPlace(cursor: string): RecordingPlace {
  const invalid = invalidRequest('The page parameter is not a valid cursor for this request.')
  if (!cursor.startsWith(PREFIX)) throw invalid
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor.slice(PREFIX.length), 'base64url').toString())
    return z.tuple([z.string(), z.string(), z.string()]).parse(read)
  } catch {
    throw invalid
  }
}

const SWITCH = z.strictObject({ is_recording: boolean }, { error: dictionary })

/**
 * Reads the body of `POST /continuo/recorded_engines/{name}`.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseRecordingSwitch(body: object): boolean {
  return checkBody(body, SWITCH).is_recording
}
