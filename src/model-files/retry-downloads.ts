import { setTimeout as delay } from 'node:timers/promises'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { PassingFailure } from './download-error.ts'

/** Attempts in a row without a byte. */
const MAX_ATTEMPTS = 5
const MAX_DELAY_MS = 30_000

/** How attempts are repeated. */
export interface RetrySettings {
  /** The delay before the second attempt; each further one is twice as long. */
  readonly firstDelayMs: number
  readonly signal: AbortSignal
}

/**
 * Repeats an attempt while its failures may pass.
 *
 * @param subject what is downloaded
 * @param attempt its result, or a failure; `progressed` is to be called when it received something
 * @throws EngineLoadError when no attempt succeeds
 */
export async function retryDownloads<Result>(
  subject: string,
  { firstDelayMs, signal }: RetrySettings,
  attempt: (progressed: () => void) => Promise<Result>,
): Promise<Result> {
  let failures = 0
  for (;;) {
    try {
      return await attempt(() => {
        failures = 0
      })
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error
      if (++failures >= MAX_ATTEMPTS) {
        throw new EngineLoadError(
          `${subject} cannot be downloaded: ${error.message}. Check the network and try again, which continues where it stopped; "continuo models" lists what is on this machine.`,
        )
      }
      const delayMs = error.retryAfterMs ?? firstDelayMs * 2 ** (failures - 1)
      await delay(Math.min(delayMs, MAX_DELAY_MS), undefined, { signal })
    }
  }
}
