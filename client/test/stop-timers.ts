import { onTestFinished, vi } from 'vitest'

/** Stops the timers of the program until the test ends or advances them with `vi.advanceTimersByTimeAsync`. */
export function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}
