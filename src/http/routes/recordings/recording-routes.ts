import { AccountError } from '../../../accounts/account-error.ts'
import { CompletionError } from '../../../completion/completion-error.ts'
import { type FoundRecording, newestRecordings, placeOf } from '../../../recordings/newest-recordings.ts'
import type { RecordedEngine } from '../../../recordings/recorded-engine.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import {
  recordedEngineBody,
  recordingBody,
  wholeRecordingBody,
} from '../../../wire/recordings/recording-body.ts'
import {
  parseRecordingSwitch,
  parseRecordingsQuery,
  recordingCursor,
} from '../../../wire/recordings/recording-params.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

/** The engines that are recorded now, or play recordings. */
export type ListRecordedEngines = () => readonly RecordedEngine[]

const ENGINES = '/continuo/recorded_engines'
const RECORDINGS = '/continuo/recordings'
const RECORDING = `${RECORDINGS}/:engineName/:recordingId`
/** Recordings hold prompts and completions: they are for those who may make requests fail. */
const ACTION = 'write:faults'

/** What was recorded, and whether more is. */
export function recordingRoutes(engines: ListRecordedEngines): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: ENGINES,
      action: ACTION,
      respond: async () => ({ data: engines().map(recordedEngineBody), next_page: null }),
    },
    {
      method: 'POST',
      pattern: `${ENGINES}/:engineName`,
      action: ACTION,
      async respond({ params: { engineName = '' }, readBody }) {
        const isRecording = parseRecordingSwitch(await readBody())
        const engine = findEngine(engines(), engineName)
        if (engine.setRecording === null) throw onlyPlays(engineName)
        engine.setRecording(isRecording)
        return recordedEngineBody(findEngine(engines(), engineName))
      },
    },
    {
      method: 'GET',
      pattern: RECORDINGS,
      action: ACTION,
      async respond({ query }) {
        const { filter, page } = parseRecordingsQuery(query)
        const { rows, hasMore } = newestRecordings(engines(), filter, page)
        const last = rows.at(-1)
        const nextPage = hasMore && last !== undefined ? recordingCursor(placeOf(last)) : null
        return cursorListBody({ rows, nextPage }, recordingBody)
      },
    },
    {
      method: 'GET',
      pattern: RECORDING,
      action: ACTION,
      respond: async ({ params }) => wholeRecordingBody(findRecording(engines(), params)),
    },
    {
      method: 'DELETE',
      pattern: RECORDING,
      action: ACTION,
      async respond({ params }) {
        const { engine, stored } = findRecording(engines(), params)
        await engine.folder.remove([stored]).catch(refuseToRemove)
        return { type: 'recording_deleted', id: stored.name }
      },
    },
  ]
}

function findEngine(engines: readonly RecordedEngine[], name: string): RecordedEngine {
  const engine = engines.find((one) => one.name === name)
  if (engine === undefined) throw AccountError.notFound('Recorded engine', name)
  return engine
}

/** A name is only compared with those of the files that were read: it is no path. */
function findRecording(
  engines: readonly RecordedEngine[],
  { engineName = '', recordingId = '' }: Readonly<Record<string, string>>,
): FoundRecording {
  const engine = findEngine(engines, engineName)
  const stored = engine.folder.named(recordingId)
  if (stored === null) throw AccountError.notFound('Recording', recordingId)
  return { engine, stored }
}

function onlyPlays(name: string): CompletionError {
  return invalidRequest(
    `${name} only plays recordings: start the server with CONTINUO_RECORDING=record-missing, or set "mode" of its section "recording".`,
  )
}

function refuseToRemove(cause: Error): never {
  throw new CompletionError('engine-failed', `The recording could not be deleted: ${cause.message}`, {
    cause,
  })
}
