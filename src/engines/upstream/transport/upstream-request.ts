/** One request to an upstream, which is always a POST of JSON. */
export interface UpstreamRequest {
  /** Begins with a slash; it follows the base URL. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Added to the headers of the dialect. */
  readonly headers?: Readonly<Record<string, string>>
}
