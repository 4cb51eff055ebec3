import { CodedError } from '../util/coded-error.ts'

/**
 * Why a saved prompt was not read or changed.
 *
 * - `prompt-not-found`: the workspace has no such prompt, or it has no such version
 * - `too-many-prompts`: there are as many as there can be
 * - `cursor-invalid`: a list does not begin there
 */
export type PromptErrorCode = 'prompt-not-found' | 'too-many-prompts' | 'cursor-invalid'

/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200

/** A saved prompt that cannot be read or changed as asked; the message is for the client. */
export class PromptError extends CodedError<PromptErrorCode> {
  override readonly name = 'PromptError'

  static notFound(id: string): PromptError {
    return new PromptError('prompt-not-found', `Prompt \`${id.slice(0, MAX_NAMED_ID_UNITS)}\` not found.`)
  }

  static versionNotFound(id: string, number: number): PromptError {
    return new PromptError('prompt-not-found', `Prompt \`${id}\` has no version ${number}.`)
  }

  static tooMany(what: string, max: number): PromptError {
    return new PromptError(
      'too-many-prompts',
      `There are ${max} ${what}, the most there can be: delete some.`,
    )
  }

  static badCursor(): PromptError {
    return new PromptError('cursor-invalid', 'The page parameter is not a valid cursor for this request.')
  }
}
