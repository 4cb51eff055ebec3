import { LimitError } from '../completion/limit-error.ts'

const PERIOD_MS = 15 * 60_000
/** Most failures in a period: of one network at one account, of one network at all, and of all at one account. */
const [MAX_OF_BOTH, MAX_OF_NETWORK, MAX_OF_ACCOUNT] = [10, 50, 100]
/** Most accounts and networks that are remembered; of more, the oldest are forgotten. */
const MAX_REMEMBERED = 20_000

interface Failures {
  count: number
  readonly endMs: number
}

/** Counts failed logins, so that passwords cannot be tried one after the other. Each instance counts its own. */
export class FailedLogins {
  readonly #failures = new Map<string, Failures>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /**
   * Counts an attempt as failed, until it is `succeeded`: those that run at once count too.
   *
   * @param account '' for what is about none yet
   * @param network the part of the sender's address that it cannot change at will; '' where it is not known
   * @throws LimitError when there were too many
   */
  attempt(account: string, network: string): { succeeded(): void } {
    const counted = this.#keys(account, network).map(([key, max]) => ({ key, max, found: this.#find(key) }))
    for (const { max, found } of counted) if (found.count >= max) throw this.#tooMany(found)
    for (const { key, found } of counted) {
      found.count += 1
      this.#remember(key, found)
    }
    return {
      succeeded: () => {
        for (const { found } of counted) found.count -= 1
      },
    }
  }

  #keys(account: string, network: string): (readonly [key: string, max: number])[] {
    return [
      ...(account === '' ? [] : [[`account ${account}`, MAX_OF_ACCOUNT] as const]),
      ...(network === '' ? [] : [[`network ${network}`, MAX_OF_NETWORK] as const]),
      ...(account === '' || network === '' ? [] : [[`both ${network} ${account}`, MAX_OF_BOTH] as const]),
    ]
  }

  #find(key: string): Failures {
    const found = this.#failures.get(key)
    if (found !== undefined && this.#nowMs() < found.endMs) return found
    return { count: 0, endMs: this.#nowMs() + PERIOD_MS }
  }

  #remember(key: string, failures: Failures): void {
    this.#failures.delete(key)
    this.#failures.set(key, failures)
    if (this.#failures.size <= MAX_REMEMBERED) return
    const [oldest = ''] = this.#failures.keys()
    this.#failures.delete(oldest)
  }

  #tooMany({ endMs }: Failures): LimitError {
    const retryAfterMs = Math.max(1, endMs - this.#nowMs())
    const minutes = Math.ceil(retryAfterMs / 60_000)
    return new LimitError('rate-limited', `Too many logins failed. Please try again in ${minutes} minutes.`, {
      ...{ status: {}, retryAfterMs },
    })
  }
}
