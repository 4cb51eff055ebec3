import type { ProcessName } from './judged-server.ts'

/** Names the variable that says which faults the processes of a server are to have. */
export const SEEDED_FAULT_VARIABLE = 'CONTINUO_SEEDED_FAULT'

/** A fault that a judge must find. */
export interface SeededFault {
  readonly process: ProcessName
  /** With every nth request; for the engine, with every nth message. */
  readonly everyRequests: number
  readonly type:
    | 'spin'
    | 'sleep'
    | 'spin by the square of a body'
    | 'leak heap'
    | 'leak native memory'
    | 'leak timers'
  /** Milliseconds, milliseconds for the square of a KiB, or bytes. */
  readonly amount: number
}

/** What a server is started with that has faults. */
export function withFaults(...faults: readonly SeededFault[]): {
  readonly preloads: readonly string[]
  readonly environment: Readonly<Record<string, string>>
} {
  return {
    preloads: [new URL('./seeded-faults.ts', import.meta.url).href],
    environment: { [SEEDED_FAULT_VARIABLE]: JSON.stringify(faults) },
  }
}
