import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Violation } from '../violation.ts'
import type { Stall } from './stall-watch.ts'

/** Names the folder in which a probe listens. */
export const PROBE_FOLDER_VARIABLE = 'CONTINUO_PROBE_FOLDER'

/** What a process holds, measured by itself after a garbage collection. */
export interface ProcessHolding {
  readonly residentBytes: number
  /** What JavaScript can reach in all threads: the heaps, and the buffers outside of them. */
  readonly heapBytes: number
  /** What was allocated by `malloc` and not freed, buffers of JavaScript included; null where the library does not say. */
  readonly nativeBytes: number | null
  /** Null where the system does not tell. */
  readonly openFiles: number | null
  /** Sockets, timers and the like that keep the process busy, by kind. */
  readonly resources: Readonly<Record<string, number>>
}

/** What a probe answers, by the word that it is asked. */
export interface ProbeResponses {
  readonly holding: ProcessHolding
  /** Processor time used since the process began, of all its threads. */
  readonly processorMs: number
  /** How long the event loop stood still, each time since it was last asked. */
  readonly stalls: readonly Stall[]
}

/** A process that does not answer by then stands still. */
const PATIENCE_MS = 20_000

/** What a process and those that it starts need in their environment to be probed. */
export function probedEnvironment(folder: string, preloads: readonly string[] = []): Record<string, string> {
  const modules = [new URL('./process-probe.ts', import.meta.url).href, ...preloads]
  return {
    NODE_OPTIONS: modules.map((module) => `--import=${module}`).join(' '),
    [PROBE_FOLDER_VARIABLE]: folder,
  }
}

/** The ids of the processes that listen in a folder, dead ones too. */
export function probedProcessIds(folder: string): number[] {
  return readdirSync(folder).map((name) => Number.parseInt(name, 10))
}

/**
 * Asks a process about itself.
 *
 * @throws Violation when it does not answer
 */
export async function probeProcess<Word extends keyof ProbeResponses>(
  folder: string,
  processId: number,
  word: Word,
): Promise<ProbeResponses[Word]> {
  const socket = connect(join(folder, `${processId}.sock`))
  socket.setTimeout(PATIENCE_MS, () => {
    const what = `its event loop came to nothing for ${PATIENCE_MS / 1000} s`
    socket.destroy(new Violation(`process ${processId}`, what))
  })
  socket.write(word)
  return JSON.parse(await text(socket))
}
