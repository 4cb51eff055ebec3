import { createLogger, type Log, type LogSettings } from '../logging/create-logger.ts'
import { standardError } from '../util/standard-output.ts'

/** Logs to standard error, so that standard output is the program's own. */
export function openLog(settings: LogSettings): Log {
  const { stderr } = process
  return createLogger(settings, {
    lines: standardError(),
    isTerminal: stderr.isTTY,
    hasColors: stderr.isTTY && stderr.hasColors(),
  })
}
