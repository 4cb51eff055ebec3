import * as z from 'zod'
import type { RecordingFilter, RecordingPage, RecordingPlace } from '../../recordings/newest-recordings.ts'
import { boolean, checkBody, dictionary } from '../body-schema.ts'
import { cursorText, invalidCursor, pageCursor } from '../page-cursor.ts'
import { readPageLimit } from '../page-limit.ts'

/** The longest cursor, in code units: engines and files have names of at most some hundred characters. */
const MAX_CURSOR_UNITS = 4_096

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
  return pageCursor(JSON.stringify(place))
}

function readPlace(cursor: string): RecordingPlace {
  try {
    const read: unknown = JSON.parse(cursorText(cursor, MAX_CURSOR_UNITS))
    return z.tuple([z.string(), z.string(), z.string()]).parse(read)
  } catch {
    throw invalidCursor()
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
