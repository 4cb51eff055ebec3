/** How long one statement may take. */
export const STATEMENT_TIMEOUT_MS = 30_000
/** How long a statement of a report may take. */
export const REPORT_TIMEOUT_MS = 60_000
/** How long a transaction may stay open. */
export const MAX_TRANSACTION_MS = 30_000
