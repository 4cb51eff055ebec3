import { Counter, Gauge, type Registry } from 'prom-client'
import { residentMemoryBytes } from './resident-memory.ts'

/** The sequences of a model in this process, and the line before them. */
export interface SequenceLoad {
  readonly busySequences: number
  readonly maxSequences: number
  readonly queuedRequests: number
  readonly maxQueuedRequests: number
}

/** One server of an upstream. */
export interface ReplicaHealth {
  readonly address: string
  /** False from a failure of its own until it answers again. */
  readonly isHealthy: boolean
  readonly requestsInFlight: number
}

/** How an engine stands at this moment. */
export interface EngineState {
  readonly engine: string
  readonly isReady: boolean
  /** Of a model in this process, once it is loaded. */
  readonly sequenceLoad?: SequenceLoad
  readonly processId?: number | null
  /** Of a model on other servers. */
  readonly replicas?: readonly ReplicaHealth[]
}

/** How the engines fare. */
export class EngineMetrics {
  readonly #crashes: Counter<'engine'>
  readonly #restarts: Counter<'engine'>
  readonly #stalls: Counter<'engine'>
  readonly #upstreamFailures: Counter<'engine' | 'upstream' | 'kind'>

  /**
   * @param engines the names of all that are configured
   * @param states is asked whenever somebody reads
   */
  constructor(registry: Registry, engines: readonly string[], states: () => readonly EngineState[]) {
    const counter = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['engine'] as const, registers: [registry] })
    this.#crashes = counter(
      'continuo_engine_crashes_total',
      'How often the process of an engine ended by itself or for not answering, or could not be started again.',
    )
    this.#restarts = counter(
      'continuo_engine_restarts_total',
      'How often an engine was back after its process had ended.',
    )
    this.#stalls = counter(
      'continuo_engine_stalls_total',
      'How often the process of an engine was ended because it did not answer.',
    )
    // A series that begins with its first event hides that event from rate().
    for (const engine of engines) {
      this.#crashes.inc({ engine }, 0)
      this.#restarts.inc({ engine }, 0)
      this.#stalls.inc({ engine }, 0)
    }
    this.#upstreamFailures = new Counter({
      name: 'continuo_upstream_failures_total',
      help: 'Attempts that a server of an upstream failed, also where another one succeeded.',
      labelNames: ['engine', 'upstream', 'kind'] as const,
      registers: [registry],
    })
    engineGauges(registry, states)
    replicaGauges(registry, states)
  }

  /** Counts that an engine's process ended by itself, or did not come up again. */
  crashed(engine: string): void {
    this.#crashes.inc({ engine })
  }

  /** Counts that it is ended because it did not answer. */
  stalled(engine: string): void {
    this.#stalls.inc({ engine })
  }

  /** Counts that it is back. */
  restarted(engine: string): void {
    this.#restarts.inc({ engine })
  }

  /**
   * Counts an attempt that failed.
   *
   * @param kind one of a closed list
   */
  upstreamFailed(engine: string, upstream: string, kind: string): void {
    this.#upstreamFailures.inc({ engine, upstream, kind })
  }
}

type States = () => readonly EngineState[]
type Awaitable<Value> = Value | Promise<Value>

function engineGauges(registry: Registry, states: States): void {
  type Read = (state: EngineState) => Awaitable<number | null | undefined>
  const gauge = (name: string, help: string, read: Read) =>
    new Gauge({
      name,
      help,
      labelNames: ['engine'] as const,
      registers: [registry],
      async collect() {
        for (const state of states()) {
          const value = await read(state)
          if (typeof value === 'number') this.set({ engine: state.engine }, value)
          else this.remove({ engine: state.engine })
        }
      },
    })
  gauge('continuo_engine_ready', 'Whether an engine takes requests and answers.', ({ isReady }) =>
    Number(isReady),
  )
  gauge(
    'continuo_sequences_busy',
    'Sequences that a request has.',
    ({ sequenceLoad }) => sequenceLoad?.busySequences,
  )
  gauge('continuo_sequences', 'Sequences that there are.', ({ sequenceLoad }) => sequenceLoad?.maxSequences)
  gauge(
    'continuo_queue_length',
    'Requests that wait for a sequence.',
    ({ sequenceLoad }) => sequenceLoad?.queuedRequests,
  )
  gauge(
    'continuo_queue_capacity',
    'Requests that may wait; one more is answered 529.',
    ({ sequenceLoad }) => sequenceLoad?.maxQueuedRequests,
  )
  gauge(
    'continuo_engine_resident_memory_bytes',
    "Memory of an engine's own process, weights and KV cache included. Only on Linux.",
    ({ processId }) => residentMemoryBytes(processId ?? null),
  )
}

function replicaGauges(registry: Registry, states: States): void {
  const gauge = (name: string, help: string, read: (replica: ReplicaHealth) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['engine', 'upstream'] as const,
      registers: [registry],
      collect() {
        for (const { engine, replicas = [] } of states()) {
          for (const replica of replicas) this.set({ engine, upstream: replica.address }, read(replica))
        }
      },
    })
  gauge(
    'continuo_upstream_healthy',
    'Whether a server of an upstream answers; 0 from a failure of its own until it has answered again.',
    ({ isHealthy }) => Number(isHealthy),
  )
  gauge(
    'continuo_upstream_requests_in_flight',
    'Requests that a server of an upstream is working on.',
    ({ requestsInFlight }) => requestsInFlight,
  )
}
