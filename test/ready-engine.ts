import type { CompletionEvent } from '../src/completion/completion-event.ts'
import type { CompletionRequest } from '../src/completion/completion-request.ts'
import type { Engine } from '../src/completion/engine.ts'
import { EngineAround } from '../src/completion/engine-around.ts'
import { EngineDirectory, type Readiness, type ServedEngine } from '../src/serving/engine-directory.ts'

/** Wraps any engine as one that is loaded and responsive. */
export class ReadyEngine extends EngineAround implements ServedEngine {
  readonly isReady: boolean = true
  readonly isUnresponsive: boolean = false

  generate(request: CompletionRequest, signal: AbortSignal): AsyncIterable<readonly CompletionEvent[]> {
    return this.inner.generate(request, signal)
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
