import { parseCompleteParams } from '../../wire/complete/complete-params.ts'
import { newCompletionIdentity } from '../../wire/complete/complete-response.ts'
import { completeResponseFormat } from '../../wire/complete/complete-response-format.ts'
import type { ApiResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import type { Caller } from '../guards/caller.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'
import { respondWithCompletion } from '../respond-with-completion.ts'

/** `POST /v1/complete`: read, start, and answer whole or as a stream. */
export function completeRoute(dependencies: AppDependencies) {
  const { catalog, rules } = dependencies

  return async function complete(context: RequestContext, caller: Caller): Promise<ApiResponse> {
    const { version } = context
    const body = await readJsonBody(context)
    const { request, stream } = parseCompleteParams(body, { version, catalog, rules })
    const format = completeResponseFormat(newCompletionIdentity(version, request.modelId))
    return respondWithCompletion({ context, caller, request, stream, format }, dependencies)
  }
}
