import { CommanderError } from 'commander'
import { CompletionError } from '../completion/completion-error.ts'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { ConfigError } from '../config/config-error.ts'
import { ListenError } from '../http/server/listen-error.ts'
import { StateError } from '../state/state-error.ts'
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
  if (error instanceof StateError && error.code === 'invalid') {
    return { exitCode: EXIT_USAGE, message: error.message }
  }
  if (error instanceof OutputError && error.isReaderGone) return { exitCode: 0, message: null }
  if (
    error instanceof EngineLoadError ||
    error instanceof ListenError ||
    error instanceof OutputError ||
    error instanceof StateError
  ) {
    return { exitCode: EXIT_FAILURE, message: error.message }
  }
  return null
}
