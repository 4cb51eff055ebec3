import { OutputLines } from './output-lines.ts'
import { standardSink } from './output-sink.ts'

const opened = new Map<1 | 2, OutputLines>()

/** Standard output, written without waiting. */
export function standardOutput(): OutputLines {
  return open(1)
}

/** Standard error, for the log and for messages: one queue keeps lines whole and in order. */
export function standardError(): OutputLines {
  return open(2)
}

/** Resolves when everything is written, or after `patienceMs`. */
export async function standardOutputWritten(patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  const written = Promise.all([...opened.values()].map((lines) => lines.written()))
  await Promise.race([written, late])
  clearTimeout(timer)
}

/**
 * Exits, even if a write hangs: a disk that does not respond would otherwise delay the exit until it does.
 */
export function exitNow(code: number): void {
  if ([...opened.values()].some((lines) => lines.holdsExit)) process.kill(process.pid, 'SIGKILL')
  else process.exit(code)
}

function open(descriptor: 1 | 2): OutputLines {
  const known = opened.get(descriptor)
  if (known !== undefined) return known
  const lines = new OutputLines(standardSink(descriptor))
  opened.set(descriptor, lines)
  process.once('exit', () => lines.writeAtExit())
  return lines
}
