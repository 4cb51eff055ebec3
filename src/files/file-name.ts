import { CompletionError } from '../completion/completion-error.ts'
import { extensionOf } from './media-type.ts'

const MAX_NAME_CHARACTERS = 255
/** The separators of folders are dropped before, with their names. */
const FORBIDDEN = '<>:"|?*'

/**
 * The name of a file: the last part of the path that was sent.
 *
 * @param sent null where no name was sent
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Files": file names
 */
export function cleanFileName(sent: string | null, mediaType: string): string {
  const name = (sent ?? '').split(/[\\/]/).at(-1) ?? ''
  if (name === '' || name === '.' || name === '..') return `unnamed${extensionOf(mediaType)}`
  if ([...name].some((character) => character < ' ' || FORBIDDEN.includes(character))) {
    throw new CompletionError(
      'invalid-request',
      'file: the filename has a character that is not allowed: < > : " | ? * and control characters',
    )
  }
  // No character has more than two code units.
  if (name.length > 2 * MAX_NAME_CHARACTERS || [...name].length > MAX_NAME_CHARACTERS) {
    throw new CompletionError(
      'invalid-request',
      `file: the filename should have at most ${MAX_NAME_CHARACTERS} characters`,
    )
  }
  return name
}
