import { CompletionError } from '../completion/completion-error.ts'
import { StateError } from '../state/state-error.ts'

/** An error as its client gets it: a database that does not respond may do so later. */
export function describedStateError(error: unknown): unknown {
  if (!(error instanceof StateError)) return error
  const isPassing = error.code === 'unavailable' || error.code === 'busy' || error.code === 'full'
  if (!isPassing) return error
  return new CompletionError('overloaded', 'Overloaded: the state does not take this now', {
    cause: error,
  })
}
