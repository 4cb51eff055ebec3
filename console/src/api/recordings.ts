import { fetchApi } from './call-api.ts'

/** A recording of a list. */
export interface Recording {
  readonly id: string
  readonly engine: string
  readonly model: string
  readonly kind: 'conversation' | 'text' | 'raw' | 'tokens'
  readonly ordinal: number
  readonly recordedAt: string
  readonly recordedBy: string
  readonly sizeBytes: number
  readonly plays: number
  readonly turns: number | null
  readonly promptTokens: number | null
  readonly outputTokens: number | null
  readonly totalMs: number | null
  readonly stopReason: string | null
  readonly errorCode: string | null
}

/** An engine that is recorded, or plays recordings. */
export interface RecordedEngine {
  readonly name: string
  readonly mode: 'replay' | 'record' | 'record_missing'
  readonly isRecording: boolean
  readonly canRecord: boolean
  readonly folder: string
  readonly recordings: number
  readonly maxRecordings: number
  readonly sizeBytes: number
  readonly maxSizeBytes: number
}

/** What the file of a recording holds, in its own names. */
export interface RecordingContent {
  readonly request: {
    readonly system?: string
    readonly turns?: readonly { readonly role: string; readonly parts: readonly RecordedPart[] }[]
    readonly prefill?: string
    readonly rawText?: string
    readonly [name: string]: unknown
  }
  readonly response: {
    readonly parts: readonly RecordedPart[]
    readonly failure?: { readonly message: string }
  } | null
}

export interface RecordedPart {
  readonly type: string
  readonly text?: string
  readonly name?: string
  /** Of a call of a tool: in a request as it was read, in a response as it was written. */
  readonly input?: object
  readonly json?: string
  readonly parts?: readonly RecordedPart[]
  readonly mediaType?: string
}

export const RECORDINGS = '/continuo/recordings'
export const RECORDED_ENGINES = '/continuo/recorded_engines'

/** The address of a recording. */
export function recordingPath({ engine, id }: Pick<Recording, 'engine' | 'id'>): string {
  return `${RECORDINGS}/${encodeURIComponent(engine)}/${encodeURIComponent(id)}`
}

/** Loads request and response of a recording: as they are, since they hold names of users. */
export async function loadRecording(path: string, signal: AbortSignal): Promise<RecordingContent> {
  const response = await fetchApi(path, { signal })
  return (await response.json()) as RecordingContent
}
