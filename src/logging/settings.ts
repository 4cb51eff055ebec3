import * as z from 'zod'

/** How much is logged; each level includes those before it. */
export const LOG_LEVEL_SCHEMA = z
  .enum(['silent', 'error', 'warn', 'info', 'debug'])
  .default('info')
  .describe(
    'How much to log: "silent", nothing; "error", failures of this server; "warn", also what may need attention; "info", also one line for each request; "debug", also what each completion used, and requests for /health and /metrics.',
  )

/** How a line of the log looks. */
export const LOG_FORMAT_SCHEMA = z
  .enum(['auto', 'pretty', 'json'])
  .default('auto')
  .describe(
    'How log lines look: "pretty", one short line for a person, in color on a terminal unless NO_COLOR is set; "json", one JSON object; "auto", pretty on a terminal, JSON elsewhere.',
  )

export type LogLevel = z.infer<typeof LOG_LEVEL_SCHEMA>
export type LogFormat = z.infer<typeof LOG_FORMAT_SCHEMA>
