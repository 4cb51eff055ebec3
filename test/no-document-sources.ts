import type { DocumentSources } from '../src/wire/messages/document-sources.ts'

const missing = () => Promise.reject(new Error('a test read a document'))

/** For requests whose documents are in them. */
export const NO_DOCUMENT_SOURCES: DocumentSources = {
  readFile: missing,
  fetchDocument: missing,
  readPdf: missing,
  hold: () => undefined,
}
