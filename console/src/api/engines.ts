/** An engine and its model. */
export interface Engine {
  readonly name: string
  readonly modelId: string
  readonly description: string
  readonly state: 'ready' | 'loading' | 'unresponsive' | 'draining' | 'unloaded' | 'downloading' | 'failed'
  readonly isOnDemand: boolean
  readonly isAdded: boolean
  readonly contextWindowTokens: number | null
  readonly sequences: {
    readonly busy: number
    readonly max: number
    readonly queuedRequests: number
    readonly maxQueuedRequests: number
  } | null
  /** Of a model on another server. */
  readonly requestsInFlight: number | null
  readonly model: {
    readonly trainedContextTokens: number
    readonly parameters: number
    readonly quantization: string | null
    readonly fileBytes: number
    readonly memoryBytes: number
    readonly maxMemoryBytes: number
    readonly threads: number
  } | null
  readonly loadedAt: string | null
  readonly download: {
    readonly bytes: number
    readonly totalBytes: number | null
    readonly error: string | null
  } | null
  readonly details: readonly { readonly title: string; readonly text: string }[]
}

export const ENGINES = '/continuo/engines'

export function enginePath({ name }: Pick<Engine, 'name'>): string {
  return `${ENGINES}/${encodeURIComponent(name)}`
}

/** Requests that run or wait. */
export function openRequests({ sequences, requestsInFlight }: Engine): number {
  return (sequences?.busy ?? 0) + (sequences?.queuedRequests ?? 0) + (requestsInFlight ?? 0)
}
