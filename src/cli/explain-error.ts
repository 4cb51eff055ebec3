import { CommanderError } from 'commander'
import { CompletionError } from '../completion/completion-error.ts'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { ConfigError } from '../config/config-error.ts'
import { ListenError } from '../http/server/listen-error.ts'
import { TlsError } from '../http/server/tls-files.ts'
import { StateError, type StateErrorCode } from '../state/state-error.ts'
import { BatchRunError } from './batch-run-error.ts'
import { FilesCallError } from './files-call-error.ts'
import { OutputError } from './write-output.ts'

/** Something failed: a port is in use, a model file is broken. */
export const EXIT_FAILURE = 1
/** The command line or the configuration is wrong. */
export const EXIT_USAGE = 2

/** How a command ends because of an error. */
export interface ExplainedError {
  readonly exitCode: number
  /** Null if there is nothing to print, or if it has been printed. */
  readonly message: string | null
}

/** Explains an expected error in one line; null for any other, which is a defect. */
export function explainError(error: unknown): ExplainedError | null {
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? 0 : EXIT_USAGE, message: null }
  }
  if (error instanceof ConfigError || error instanceof CompletionError) {
    return { exitCode: EXIT_USAGE, message: error.message }
  }
  if (error instanceof StateError) return explainStateError(error)
  if (error instanceof OutputError && error.isReaderGone) return { exitCode: 0, message: null }
  if (
    error instanceof EngineLoadError ||
    error instanceof ListenError ||
    error instanceof TlsError ||
    error instanceof OutputError ||
    error instanceof BatchRunError ||
    error instanceof FilesCallError
  ) {
    return { exitCode: EXIT_FAILURE, message: error.message }
  }
  return null
}

/** What to do about errors of the state whose message does not say it. */
const STATE_ADVICE: Partial<Record<StateErrorCode, string>> = {
  unavailable: 'check that the database runs, and that --state has its address',
  busy: 'another process holds a lock: try again',
  full: 'make room on the disk of the database',
  'not-writable': 'set --state, or stateFolder in the file, to a place that can be written',
  corrupt: 'restore a backup, or set --state to another folder',
}

function explainStateError({ code, message }: StateError): ExplainedError {
  const advice = STATE_ADVICE[code]
  return {
    exitCode: code === 'invalid' ? EXIT_USAGE : EXIT_FAILURE,
    message: advice === undefined ? message : `${message}: ${advice}`,
  }
}
