import type { Redact } from './redact-secrets.ts'

/** Where an answer comes from. */
export interface ResponseOrigin {
  /** For the log. */
  readonly address: string
  /** For every text of the answer that goes into an error or a log. */
  readonly redact: Redact
}
