import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** Names the folder in which a probe listens. */
export const PROBE_FOLDER_VARIABLE = 'CONTINUO_PROBE_FOLDER'

/** What a process holds, measured by itself behind a garbage collection. */
export interface ProcessHolding {
  readonly residentBytes: number
  /** What of it is not JavaScript's heap, which keeps pages in reserve and gives them back when it likes. */
  readonly nativeBytes: number
  /** What JavaScript can reach: its heap, and the buffers outside of it. */
  readonly heapBytes: number
  /** Null where the system does not tell. */
  readonly openFiles: number | null
  /** Sockets, timers and the like that keep the process busy, by kind. */
  readonly resources: Readonly<Record<string, number>>
  /** Processor time used since the process began, of all its threads. */
  readonly processorMs: number
}

/** What a process and those that it starts need in their environment to be probed. */
export function probedEnvironment(folder: string): Record<string, string> {
  const probe = new URL('./process-probe.ts', import.meta.url).href
  return { NODE_OPTIONS: `--import=${probe}`, [PROBE_FOLDER_VARIABLE]: folder }
}

/** The ids of the processes that listen in a folder, dead ones too. */
export function probedProcessIds(folder: string): number[] {
  return readdirSync(folder).map((name) => Number.parseInt(name, 10))
}

/** Asks a process what it holds. */
export async function probeProcess(folder: string, processId: number): Promise<ProcessHolding> {
  return JSON.parse(await text(connect(join(folder, `${processId}.sock`))))
}
