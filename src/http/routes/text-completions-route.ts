import { textCompletionFormat } from '../../wire/openai/text-completion-format.ts'
import { parseTextCompletionParams } from '../../wire/openai/text-completion-params.ts'
import type { ApiResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import type { Caller } from '../guards/caller.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'
import { respondWithCompletion } from '../respond-with-completion.ts'

/** `POST /v1/completions`: a raw text, for OpenAI's clients. */
export function textCompletionsRoute(dependencies: AppDependencies) {
  const { catalog, engines } = dependencies

  return async function textCompletions(context: RequestContext, caller: Caller): Promise<ApiResponse> {
    const body = await readJsonBody(context)
    const { request, stream, includeUsage, echo } = parseTextCompletionParams(body, {
      resolveModel: (id) => catalog.resolve(id),
      capabilitiesOf: (modelId) => engines.engineFor(modelId).capabilities,
    })
    const { modelId, prompt } = request
    const format = textCompletionFormat({
      modelId,
      includeUsage,
      echo: echo ? prompt.text : '',
      nowMs: Date.now(),
    })
    return respondWithCompletion({ context, caller, request, stream, format }, dependencies)
  }
}
