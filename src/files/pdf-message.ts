import type { PdfErrorCode } from './pdf-error.ts'

/** What the process that reads PDFs says, one JSON value a line. */
export type PdfMessage =
  | { readonly type: 'page'; readonly text: string }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly code: PdfErrorCode; readonly message: string }

/** What the process is started with, as JSON in its only argument; the PDF itself comes on standard input. */
export interface PdfTask {
  readonly maxPages: number
  /** Most UTF-16 code units of all pages. */
  readonly maxTextUnits: number
  /** Most memory of the process. */
  readonly maxResidentBytes: number
  readonly maxMs: number
}
