/** What a source names: bytes of a type. */
export interface SourceBytes {
  /** Such as `application/pdf`. */
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Where the sources of documents and images come from that are not in the request itself. */
export interface DocumentSources {
  /**
   * A file of the caller's workspace.
   *
   * @throws ApiError `file-not-found`, `file-expired`; CompletionError `invalid-request` for one that is too large
   */
  readFile(id: string): Promise<SourceBytes>
  /**
   * What an address holds.
   *
   * @throws CompletionError `invalid-request` for an address that this server does not fetch, or that cannot be fetched
   */
  fetchDocument(url: string): Promise<SourceBytes>
  /**
   * The texts of the pages of a PDF.
   *
   * @throws PdfError; CompletionError `overloaded`
   */
  readPdf(bytes: Uint8Array, maxPages: number): Promise<readonly string[]>
  /** Counts what is read as held by the request. @throws CompletionError `overloaded` */
  hold(bytes: number): void
}
