/** An engine and its model, as clients see them. */
export interface EngineStatus {
  readonly name: string
  /** The id of its own under which clients know its model. */
  readonly modelId: string
  /** For people. */
  readonly description: string
  /** `unloaded`: its model is loaded when it is asked for. */
  readonly state: 'ready' | 'loading' | 'unresponsive' | 'draining' | 'unloaded'
  /** Whether its model can be loaded and unloaded. */
  readonly isOnDemand: boolean
  /** Null where it is not known. */
  readonly contextWindowTokens: number | null
  /** Null for an engine on another server. */
  readonly sequenceLoad: {
    readonly busySequences: number
    readonly maxSequences: number
    readonly queuedRequests: number
    readonly maxQueuedRequests: number
  } | null
  readonly details: readonly { readonly title: string; readonly text: string }[]
}

/** An engine of `GET /continuo/engines`. */
export function engineBody(engine: EngineStatus): object {
  const { name, modelId, description, state, isOnDemand, contextWindowTokens, sequenceLoad, details } = engine
  return {
    ...{ type: 'engine', name, model_id: modelId, description, state },
    is_on_demand: isOnDemand,
    context_window_tokens: contextWindowTokens,
    sequences:
      sequenceLoad === null
        ? null
        : {
            busy: sequenceLoad.busySequences,
            max: sequenceLoad.maxSequences,
            queued_requests: sequenceLoad.queuedRequests,
            max_queued_requests: sequenceLoad.maxQueuedRequests,
          },
    details: details.map(({ title, text }) => ({ title, text })),
  }
}
