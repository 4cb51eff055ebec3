import { CompletionError } from '../completion/completion-error.ts'

/** A skill that is refused, with what is wrong with it. */
export function invalidSkill(message: string): CompletionError {
  return new CompletionError('invalid-request', message)
}
