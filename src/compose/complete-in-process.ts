import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { type ServingDependencies, serveCompletion } from '../serving/serve-completion.ts'
import { newRequestId } from '../wire/completion-id.ts'

/**
 * Serves a completion to a program in this process, without HTTP.
 *
 * @throws CompletionError as `serveCompletion` and `Engine.generate`
 */
export async function* completeInProcess(
  request: CompletionRequest,
  signal: AbortSignal,
  serving: ServingDependencies,
): AsyncGenerator<readonly CompletionEvent[]> {
  const { events } = await serveCompletion(
    {
      requestId: newRequestId(),
      caller: { ...ANONYMOUS_CALLER, cacheScope: request.cacheScope ?? null },
      api: 'in-process',
      isStream: true,
      allowsPriority: true,
      trace: request.trace ?? null,
      input: { request },
    },
    signal,
    serving,
  )
  yield* events
}
