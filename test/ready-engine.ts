import type { CompletionEvent } from '../src/completion/completion-event.ts'
import type { CompletionRequest } from '../src/completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../src/completion/engine.ts'
import type { Prompt } from '../src/completion/prompt.ts'
import { EngineDirectory, type Readiness, type ServedEngine } from '../src/serving/engine-directory.ts'

/** Wraps any engine as one that is loaded and responsive. */
export class ReadyEngine implements ServedEngine {
  readonly #engine: Engine
  readonly isReady: boolean = true
  readonly isUnresponsive: boolean = false

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get contextWindowTokens(): number {
    return this.#engine.contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    return this.#engine.capabilities
  }

  get reportsCaching(): boolean {
    return this.#engine.reportsCaching ?? false
  }

  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    return this.#engine.countTokens(prompt, signal)
  }

  generate(request: CompletionRequest, signal: AbortSignal): AsyncIterable<readonly CompletionEvent[]> {
    return this.#engine.generate(request, signal)
  }
}

/** A directory in which one engine serves every model. */
export function directoryOf(engine: Engine, readiness: Readiness = 'ready'): EngineDirectory {
  const directory = new EngineDirectory({
    engineModels: new Map([['scripted', 'scripted-model']]),
    engineNameFor: () => 'scripted',
  })
  const isUnresponsive = readiness === 'unresponsive'
  if (readiness !== 'loading') {
    directory.add('scripted', Object.assign(new ReadyEngine(engine), { isUnresponsive }))
  }
  if (readiness === 'draining') directory.drain()
  return directory
}
