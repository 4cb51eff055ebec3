import type { RecordingFolder } from './recording-folder.ts'
import type { RecordingMode } from './settings.ts'

/** An engine that is recorded, or plays recordings. */
export interface RecordedEngine {
  /** The name of the engine. */
  readonly name: string
  readonly mode: RecordingMode
  readonly folder: RecordingFolder
  /** Whether new recordings are written now. */
  readonly isRecording: boolean
  /** Starts and stops that. Null for an engine that only plays. */
  readonly setRecording: ((isRecording: boolean) => void) | null
}
