import { Counter, Gauge, type Registry } from './prometheus-client.ts'
import { residentMemoryBytes } from './resident-memory.ts'

/** The sequences of a local model, and its queue. */
export interface SequenceLoad {
  readonly busySequences: number
  readonly maxSequences: number
  readonly queuedRequests: number
  readonly maxQueuedRequests: number
}

/** One server of an upstream. */
export interface ReplicaHealth {
  readonly address: string
  /** False from its own failure until it responds again. */
  readonly isHealthy: boolean
  readonly requestsInFlight: number
}

/** The current state of an engine. */
export interface EngineState {
  readonly engine: string
  readonly isReady: boolean
  /** For a local model, once it is loaded. */
  readonly sequenceLoad?: SequenceLoad
  readonly processId?: number | null
  /** For an upstream. */
  readonly replicas?: readonly ReplicaHealth[]
}

/** Draft tokens of one source, and how many of them were accepted. */
export interface DraftTokens {
  readonly source: string
  readonly draftTokens: number
  readonly acceptedTokens: number
}

/** The state of engines, and the ends of their processes. */
export class EngineMetrics {
  readonly #crashes: Counter<'engine'>
  readonly #restarts: Counter<'engine'>
  readonly #stalls: Counter<'engine'>
  readonly #draftTokens: Counter<'engine' | 'source'>
  readonly #acceptedDraftTokens: Counter<'engine' | 'source'>
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
      'How often an engine process exited, was killed because it did not respond, or could not be restarted.',
    )
    this.#restarts = counter(
      'continuo_engine_restarts_total',
      'How often an engine was restarted after its process had ended.',
    )
    this.#stalls = counter(
      'continuo_engine_stalls_total',
      'How often an engine process was killed because it did not respond.',
    )
    // A series that begins with its first event hides that event from rate().
    for (const engine of engines) {
      this.#crashes.inc({ engine }, 0)
      this.#restarts.inc({ engine }, 0)
      this.#stalls.inc({ engine }, 0)
    }
    const bySource = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['engine', 'source'] as const, registers: [registry] })
    this.#draftTokens = bySource(
      'continuo_draft_tokens_total',
      'Draft tokens that were evaluated, by their source: prompt lookup or a draft model. Only for models in this process.',
    )
    this.#acceptedDraftTokens = bySource(
      'continuo_accepted_draft_tokens_total',
      'Draft tokens that were accepted: each is one token that took no step of its own.',
    )
    this.#upstreamFailures = new Counter({
      name: 'continuo_upstream_failures_total',
      help: 'Failed attempts on an upstream server, including those that succeeded on another.',
      labelNames: ['engine', 'upstream', 'kind'] as const,
      registers: [registry],
    })
    engineGauges(registry, states)
    replicaGauges(registry, states)
  }

  /** Counts an engine process that ended by itself, or failed to restart. */
  crashed(engine: string): void {
    this.#crashes.inc({ engine })
  }

  /** Counts an engine process that was ended because it did not respond. */
  stalled(engine: string): void {
    this.#stalls.inc({ engine })
  }

  /** Counts an engine process that restarted. */
  restarted(engine: string): void {
    this.#restarts.inc({ engine })
  }

  /** @param drafts their sources are of a closed list */
  drafted(engine: string, drafts: readonly DraftTokens[]): void {
    for (const { source, draftTokens, acceptedTokens } of drafts) {
      this.#draftTokens.inc({ engine, source }, draftTokens)
      this.#acceptedDraftTokens.inc({ engine, source }, acceptedTokens)
    }
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
  gauge('continuo_engine_ready', 'Whether an engine accepts requests and responds.', ({ isReady }) =>
    Number(isReady),
  )
  gauge('continuo_sequences_busy', 'Sequences in use.', ({ sequenceLoad }) => sequenceLoad?.busySequences)
  gauge('continuo_sequences', 'Sequences of the engine.', ({ sequenceLoad }) => sequenceLoad?.maxSequences)
  gauge(
    'continuo_queue_length',
    'Requests that wait for a sequence.',
    ({ sequenceLoad }) => sequenceLoad?.queuedRequests,
  )
  gauge(
    'continuo_queue_capacity',
    'The maximum number of waiting requests; further ones get status 529.',
    ({ sequenceLoad }) => sequenceLoad?.maxQueuedRequests,
  )
  gauge(
    'continuo_engine_resident_memory_bytes',
    'Memory of an engine process, including weights and KV cache. Only on Linux.',
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
    'Whether an upstream server responds; 0 from a failure of the server until it responds again.',
    ({ isHealthy }) => Number(isHealthy),
  )
  gauge(
    'continuo_upstream_requests_in_flight',
    'Requests in flight to an upstream server.',
    ({ requestsInFlight }) => requestsInFlight,
  )
}
