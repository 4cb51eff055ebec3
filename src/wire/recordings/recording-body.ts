import type { FoundRecording } from '../../recordings/newest-recordings.ts'
import type { RecordedEngine } from '../../recordings/recorded-engine.ts'
import type { RecordedReplyPart, RecordedResponse } from '../../recordings/recorded-response.ts'
import { MAX_FOLDER_BYTES, MAX_RECORDINGS } from '../../recordings/recording-folder.ts'

/** A recording as `GET /continuo/recordings` lists it: without its request and response. */
export function recordingBody({ engine, stored }: FoundRecording): object {
  const { name, sizeBytes, recording } = stored
  const { ordinal, recordedAt, recordedBy, request, response, countedTokens = null } = recording
  return {
    type: 'recording',
    id: name,
    engine: engine.name,
    model: request.model,
    kind: response?.promptKind ?? 'tokens',
    ordinal,
    recorded_at: recordedAt,
    recorded_by: recordedBy,
    size_bytes: sizeBytes,
    plays: engine.folder.playsOf(stored),
    turns: request.turns?.length ?? null,
    prompt_tokens: response?.usage?.promptTokens ?? countedTokens,
    output_tokens: response === null ? null : outputTokens(response),
    total_ms: response?.end?.atMs ?? response?.failure?.atMs ?? null,
    stop_reason: response?.end?.stopReason ?? null,
    error_code: response?.failure?.code ?? null,
  }
}

/** The same with what its file holds, in the names of the file. */
export function wholeRecordingBody(found: FoundRecording): object {
  const { request, response } = found.stored.recording
  return { ...recordingBody(found), request, response }
}

/** An engine that is recorded, or plays recordings. */
export function recordedEngineBody({
  name,
  mode,
  folder,
  isRecording,
  setRecording,
}: RecordedEngine): object {
  return {
    type: 'recorded_engine',
    name,
    mode: mode.replaceAll('-', '_'),
    is_recording: isRecording,
    can_record: setRecording !== null,
    folder: folder.path,
    recordings: folder.count,
    max_recordings: MAX_RECORDINGS,
    size_bytes: folder.sizeBytes,
    max_size_bytes: MAX_FOLDER_BYTES,
  }
}

function outputTokens({ parts }: RecordedResponse): number {
  return parts.reduce((sum, part) => sum + tokensOf(part), 0)
}

function tokensOf(part: RecordedReplyPart): number {
  if (part.type === 'scored-tokens') return 0
  const started = part.type === 'tool-call' ? part.startTokens : 0
  return part.pieces.reduce((sum, [, , tokens]) => sum + tokens, started)
}
