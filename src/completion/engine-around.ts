import type { CompletionEvent } from './completion-event.ts'
import type { CompletionRequest } from './completion-request.ts'
import type { Engine, EngineCapabilities } from './engine.ts'
import type { Prompt } from './prompt.ts'

/** An engine that passes requests on to another one, and changes what becomes of some. */
export abstract class EngineAround<Inner extends Engine = Engine> implements Engine {
  readonly inner: Inner

  constructor(inner: Inner) {
    this.inner = inner
  }

  get contextWindowTokens(): number {
    return this.inner.contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    return this.inner.capabilities
  }

  get reportsCaching(): boolean {
    return this.inner.reportsCaching ?? false
  }

  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    return this.inner.countTokens(prompt, signal)
  }

  abstract generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncIterable<readonly CompletionEvent[]>
}
