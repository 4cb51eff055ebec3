import { PROCESS_NAMES } from '../judges/judged-server.ts'
import type { ProcessHolding } from '../judges/process-holding.ts'
import { Violation } from '../violation.ts'

/** What the processes of a server may hold more at the end of a target's inputs than after its first ones. */
export const MAX_KEPT_BYTES = 24 * 1024 * 1024

/**
 * Says which process holds too much more than before.
 *
 * @param early what each process held after the first inputs, in the order of `PROCESS_NAMES`
 * @param inputs how many there were in between
 */
export function findKeptMemory(
  early: readonly ProcessHolding[],
  late: readonly ProcessHolding[],
  inputs: number,
): Violation | null {
  for (const [index, name] of PROCESS_NAMES.entries()) {
    const [before, after] = [early[index], late[index]]
    if (before === undefined || after === undefined) continue
    const bytes = Math.max(
      after.heapBytes - before.heapBytes,
      (after.nativeBytes ?? 0) - (before.nativeBytes ?? 0),
    )
    if (bytes <= MAX_KEPT_BYTES) continue
    return new Violation(`the ${name}`, `it holds ${bytes} bytes more than ${inputs} inputs before`)
  }
  return null
}
