import pino from 'pino'
import type { OutputLines } from '../util/output-lines.ts'
import { formatLogLine } from './format-log-line.ts'
import type { LogFormat, LogLevel } from './settings.ts'

/** The server's log. */
export type Log = pino.Logger

/** What is logged, and how it looks. */
export interface LogSettings {
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

/** What a log is written to. */
export interface LogOutput {
  readonly lines: Pick<OutputLines, 'write' | 'describeDropped'>
  readonly isTerminal: boolean
  /** Whether it shows colors and the user wants them. */
  readonly hasColors: boolean
}

const DROPPED = 'log lines were dropped because standard error accepted no more'

/** Creates a logger whose lines wait in the output's bounded queue and never block. */
export function createLogger(
  { logLevel, logFormat }: LogSettings,
  { lines, isTerminal, hasColors }: LogOutput,
): Log {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal)
  const format = isPretty ? (line: string) => formatLogLine(line, hasColors) : (line: string) => line
  lines.describeDropped = (dropped) =>
    format(
      `${JSON.stringify({ level: pino.levels.values.error, time: Date.now(), dropped, msg: DROPPED })}\n`,
    )
  return pino({ level: logLevel, base: null }, { write: (line) => lines.write(format(line)) })
}
