import { chatCompletionFormat } from '../../wire/openai/chat-completion-format.ts'
import { parseChatCompletionParams } from '../../wire/openai/chat-completion-params.ts'
import type { ApiResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { bodyCostsOf } from '../body-costs-of.ts'
import type { Caller } from '../guards/caller.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'
import { respondWithCompletion } from '../respond-with-completion.ts'

/** `POST /v1/chat/completions`, for OpenAI's clients. */
export function chatCompletionsRoute(dependencies: AppDependencies) {
  const { catalog, engines, rules } = dependencies

  return async function chatCompletions(context: RequestContext, caller: Caller): Promise<ApiResponse> {
    const body = await readJsonBody(context)
    const { request, stream, includeUsage, usesFunctions } = await parseChatCompletionParams(body, {
      costs: bodyCostsOf(context),
      resolveModel: (id) => catalog.resolve(id),
      capabilitiesOf: (modelId) => engines.engineFor(modelId).capabilities,
      rules,
    })
    const { modelId } = request
    const format = chatCompletionFormat({ modelId, usesFunctions, includeUsage, nowMs: Date.now() })
    return respondWithCompletion({ context, caller, request, stream, format }, dependencies)
  }
}
