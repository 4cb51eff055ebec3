import { fetchDocument } from '../../files/fetch-document.ts'
import { hasExpired, readFile } from '../../files/file.ts'
import { PdfReader } from '../../files/pdf-reader.ts'
import { readWholeFile } from '../../files/read-whole-file.ts'
import { invalidRequest } from '../../wire/body-schema.ts'
import type { DocumentSources } from '../../wire/messages/document-sources.ts'
import { describedStateError } from '../described-state-error.ts'
import type { RoutedRequest } from '../request-context.ts'
import { fileExpired, fileNotFound } from './files/file-errors.ts'
import type { FilesApi } from './files/file-routes.ts'

/** What documents of messages are read from. */
export interface DocumentDependencies {
  /** Without it there are no files. */
  readonly storedFiles?: FilesApi
  /** Hosts from which documents are fetched; none by default. */
  readonly documentHosts?: readonly string[]
  readonly pdfReader?: PdfReader
}

/** One for all: it keeps what it has read. */
const PDF_READER = new PdfReader()

/** What the documents of one request are read from: files of the caller's workspace, and hosts that are allowed. */
export function documentSourcesOf(
  {
    caller,
    request: { signal },
    slices,
    memory,
  }: Pick<RoutedRequest, 'caller' | 'request' | 'slices' | 'memory'>,
  { storedFiles: files, documentHosts = [], pdfReader = PDF_READER }: DocumentDependencies,
): DocumentSources {
  return {
    async readFile(id) {
      if (files === undefined)
        throw invalidRequest('Files are not available on this server: it has no state (--state).')
      try {
        await files.prepare()
        const file = await readFile(files, caller.workspaceId, id)
        if (file === undefined) throw fileNotFound(id)
        if (hasExpired(file, files)) throw fileExpired(id)
        return { mediaType: file.mimeType, bytes: await readWholeFile(files, file) }
      } catch (error) {
        throw describedStateError(error)
      }
    },
    fetchDocument: (url) => fetchDocument(url, documentHosts, signal),
    readPdf: (bytes, maxPages) => pdfReader.read(bytes, maxPages, { signal, slices }),
    hold: (bytes) => memory.hold(bytes),
  }
}
