import { timeBodyOrNull } from '../admin/list-body.ts'

/** What is known of a model once it is loaded in a process of this machine. */
export interface LoadedModelFacts {
  readonly trainedContextTokens: number
  readonly parameters: number
  readonly quantization: string | null
  readonly fileBytes: number
  /** What its process takes once it is loaded, and when every sequence holds a whole window. */
  readonly memoryBytes: number
  readonly maxMemoryBytes: number
  readonly threads: number
}

/** An engine and its model, as clients see them. */
export interface EngineStatus {
  readonly name: string
  /** The id of its own under which clients know its model. */
  readonly modelId: string
  /** For people. */
  readonly description: string
  /** `unloaded`: its model is loaded when it is asked for. `downloading`, `failed`: it is being added, or could not be. */
  readonly state: 'ready' | 'loading' | 'unresponsive' | 'draining' | 'unloaded' | 'downloading' | 'failed'
  /** Whether its model can be loaded and unloaded. */
  readonly isOnDemand: boolean
  /** Whether it was added while the server runs. */
  readonly isAdded: boolean
  /** Null where it is not known. */
  readonly contextWindowTokens: number | null
  /** Null for an engine on another server. */
  readonly sequenceLoad: {
    readonly busySequences: number
    readonly maxSequences: number
    readonly queuedRequests: number
    readonly maxQueuedRequests: number
  } | null
  /** Of an engine on another server. */
  readonly requestsInFlight: number | null
  /** Null where no process of this machine has it loaded. */
  readonly model: LoadedModelFacts | null
  readonly loadedAtMs: number | null
  /** Null where nothing is downloaded. */
  readonly download: {
    readonly bytes: number
    readonly totalBytes: number | null
    readonly error: string | null
  } | null
  readonly details: readonly { readonly title: string; readonly text: string }[]
}

/** An engine of `GET /continuo/engines`. */
export function engineBody(engine: EngineStatus): object {
  const { name, modelId, description, state, contextWindowTokens, details } = engine
  return {
    ...{ type: 'engine', name, model_id: modelId, description, state },
    is_on_demand: engine.isOnDemand,
    is_added: engine.isAdded,
    context_window_tokens: contextWindowTokens,
    sequences: sequencesBody(engine),
    requests_in_flight: engine.requestsInFlight,
    model: modelBody(engine),
    loaded_at: timeBodyOrNull(engine.loadedAtMs),
    download: downloadBody(engine),
    details: details.map(({ title, text }) => ({ title, text })),
  }
}

function sequencesBody({ sequenceLoad }: EngineStatus): object | null {
  if (sequenceLoad === null) return null
  const { busySequences, maxSequences, queuedRequests, maxQueuedRequests } = sequenceLoad
  return {
    ...{ busy: busySequences, max: maxSequences },
    queued_requests: queuedRequests,
    max_queued_requests: maxQueuedRequests,
  }
}

function modelBody({ model }: EngineStatus): object | null {
  if (model === null) return null
  const { parameters, quantization, threads } = model
  return {
    ...{ parameters, quantization, threads },
    trained_context_tokens: model.trainedContextTokens,
    file_bytes: model.fileBytes,
    memory_bytes: model.memoryBytes,
    max_memory_bytes: model.maxMemoryBytes,
  }
}

function downloadBody({ download }: EngineStatus): object | null {
  if (download === null) return null
  const { bytes, totalBytes, error } = download
  return { bytes, total_bytes: totalBytes, error }
}
