import { OutputLines } from './output-lines.ts'
import { standardSink } from './output-sink.ts'

const opened = new Map<1 | 2, OutputLines>()

/** Standard output for lines that nobody waits for. */
export function standardOutput(): OutputLines {
  return open(1)
}

/** Standard error, for the log and for messages: one queue, so that lines keep their order and stay whole. */
export function standardError(): OutputLines {
  return open(2)
}

/** Resolves when everything is written; lines that nobody takes are waited for only this long. */
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
 * Exits. A write to a disk that does not answer would hold that up for as long as the disk likes, in a thread that only
 * the end of the process ends.
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
