/** Prompts with the same first characters go to the same replica, which has their prefix in its KV cache. */
export const PREFIX_CHARACTERS = 256
/** A replica keeps its prefixes while it has fewer requests than this many times those of the idlest plus one. */
export const OVERLOAD_FACTOR = 2
const FIRST_EJECTION_MS = 1_000
const MAX_EJECTION_MS = 60_000

/** The state of a replica. */
interface ReplicaState<Replica> {
  readonly replica: Replica
  readonly key: string
  requestsInFlight: number
  failuresInARow: number
  ejectedUntilMs: number
}

/** One attempt on the chosen replica. */
export interface ReplicaCall<Replica> {
  readonly replica: Replica
  /** Call it when the replica has responded. Returns whether it had failed before. */
  readonly markHealthy: () => boolean
  /** Ejects the replica; returns for how long, in milliseconds, or 0 if it was ejected already. */
  readonly eject: () => number
  /** Ends the attempt. Idempotent. */
  readonly release: () => void
}

/** The health of a replica, for metrics. */
export interface ReplicaHealth<Replica> {
  readonly replica: Replica
  /** False from a failure of its own until it responds again. */
  readonly isHealthy: boolean
  readonly requestsInFlight: number
}

/** Replicas of one upstream: chooses one for each request, ejects failing ones and tries them again. */
export class ReplicaSet<Replica> {
  readonly #states: readonly ReplicaState<Replica>[]
  readonly #nowMs: () => number

  /**
   * @param replicas at least one, by a key that is stable across restarts
   * @param nowMs a monotonic clock
   */
  constructor(replicas: ReadonlyMap<string, Replica>, nowMs: () => number) {
    this.#nowMs = nowMs
    this.#states = [...replicas].map(([key, replica]) => ({
      replica,
      key,
      requestsInFlight: 0,
      failuresInARow: 0,
      ejectedUntilMs: 0,
    }))
  }

  /**
   * Chooses a replica: the one that this prompt's prefix belongs to unless it is overloaded, else the idlest. When all
   * are ejected, the one that returns first: a request that may fail is better than one that must.
   *
   * @param failed replicas that already failed this request; they are chosen last
   */
  acquire(prompt: string, failed: ReadonlySet<Replica>): ReplicaCall<Replica> {
    const usable = this.#states.filter((state) => this.#isUsable(state))
    const fresh = usable.filter((state) => !failed.has(state.replica))
    const candidates = fresh.length > 0 ? fresh : usable
    const chosen = candidates.length > 0 ? choose(candidates, prompt) : this.#soonestReturn()
    chosen.requestsInFlight += 1
    return this.#replicaCall(chosen)
  }

  /** Whether a usable replica is left that is not among these. */
  hasOther(failed: ReadonlySet<Replica>): boolean {
    return this.#states.some((state) => this.#isUsable(state) && !failed.has(state.replica))
  }

  /** The health of every replica. */
  health(): ReplicaHealth<Replica>[] {
    return this.#states.map(({ replica, failuresInARow, requestsInFlight }) => ({
      replica,
      isHealthy: failuresInARow === 0,
      requestsInFlight,
    }))
  }

  /** After an ejection a replica gets one request at a time until one succeeds. */
  #isUsable(state: ReplicaState<Replica>): boolean {
    if (state.failuresInARow === 0) return true
    return state.ejectedUntilMs <= this.#nowMs() && state.requestsInFlight === 0
  }

  #soonestReturn(): ReplicaState<Replica> {
    const [first, ...others] = this.#states
    if (first === undefined) throw new Error('a replica set has no replicas')
    return others.reduce((best, state) => (state.ejectedUntilMs < best.ejectedUntilMs ? state : best), first)
  }

  #replicaCall(state: ReplicaState<Replica>): ReplicaCall<Replica> {
    let isOver = false
    return {
      replica: state.replica,
      markHealthy: () => {
        const hadFailed = state.failuresInARow > 0
        state.failuresInARow = 0
        return hadFailed
      },
      eject: () => {
        // Requests that fail together count as one failure.
        if (state.failuresInARow > 0 && state.ejectedUntilMs > this.#nowMs()) return 0
        const forMs = Math.min(FIRST_EJECTION_MS * 2 ** state.failuresInARow++, MAX_EJECTION_MS)
        state.ejectedUntilMs = this.#nowMs() + forMs
        return forMs
      },
      release: () => {
        if (!isOver) state.requestsInFlight -= 1
        isOver = true
      },
    }
  }
}

function choose<Replica>(
  candidates: readonly ReplicaState<Replica>[],
  prompt: string,
): ReplicaState<Replica> {
  const prefix = prompt.slice(0, PREFIX_CHARACTERS)
  const fewest = Math.min(...candidates.map((state) => state.requestsInFlight))
  const most = OVERLOAD_FACTOR * (fewest + 1)
  const mayTake = candidates.filter((state) => state.requestsInFlight < most)
  const idlest = candidates.filter((state) => state.requestsInFlight === fewest)
  const preferred = highestWeight(candidates, prefix)
  return mayTake.includes(preferred) ? preferred : highestWeight(idlest, prefix)
}

/** Rendezvous hashing: when a replica comes or goes, only its own prefixes move. */
function highestWeight<Replica>(
  states: readonly ReplicaState<Replica>[],
  prefix: string,
): ReplicaState<Replica> {
  const [first, ...others] = states
  if (first === undefined) throw new Error('there is no replica to choose from')
  return others.reduce((best, state) => (weight(state, prefix) > weight(best, prefix) ? state : best), first)
}

function weight<Replica>({ key }: ReplicaState<Replica>, prefix: string): number {
  // FNV-1a over UTF-16 code units, and a final mix: otherwise the bits of short keys would not reach the top.
  let hash = 0x811c9dc5
  for (const text of [prefix, '\n', key]) {
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
