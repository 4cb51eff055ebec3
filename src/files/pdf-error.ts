import { CodedError } from '../util/coded-error.ts'

/**
 * Why the text of a PDF cannot be read.
 *
 * - `invalid`: it is none, or damaged
 * - `password-protected`
 * - `too-many-pages`: it has more than were asked for
 * - `too-costly`: reading it takes too long, or too much memory, or it holds too much text
 * - `without-text`: its pages are pictures
 */
export type PdfErrorCode = 'invalid' | 'password-protected' | 'too-many-pages' | 'too-costly' | 'without-text'

/** A PDF whose text cannot be read. */
export class PdfError extends CodedError<PdfErrorCode> {
  override readonly name = 'PdfError'
}
