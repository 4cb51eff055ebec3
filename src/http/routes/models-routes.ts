import { CompletionError } from '../../completion/completion-error.ts'
import { type ContextWindowOf, modelBody, modelListBody } from '../../wire/models/model-body.ts'
import { parseModelListParams } from '../../wire/models/model-list-params.ts'
import { openAiModel, openAiModelList } from '../../wire/openai/openai-model-list.ts'
import { type ApiResponse, jsonResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { decodePercent } from '../decode-percent.ts'
import type { RequestContext } from '../request-context.ts'

type ModelsDependencies = Pick<AppDependencies, 'catalog' | 'contextWindowOf'>

/** `GET /v1/models`: one page of the catalogue. */
export function listModelsRoute({ catalog, contextWindowOf }: ModelsDependencies) {
  const knownWindowOf = whereKnown(contextWindowOf)
  return function listModels(context: RequestContext): ApiResponse {
    if (context.clientStyle === 'openai') {
      return jsonResponse(openAiModelList(catalog.page({ maxModels: Number.POSITIVE_INFINITY }).models))
    }
    const query = new URLSearchParams(context.request.query)
    const asked = parseModelListParams(query, catalog)
    return jsonResponse(modelListBody(catalog.page(asked), knownWindowOf))
  }
}

/** `GET /v1/models/{id}`: the model of an id or alias. */
export function retrieveModelRoute({ catalog, contextWindowOf }: ModelsDependencies) {
  const knownWindowOf = whereKnown(contextWindowOf)
  return function retrieveModel(context: RequestContext): ApiResponse {
    const model = catalog.retrieve(decodePercent(context.pathRest, decodeURIComponent))
    return jsonResponse(
      context.clientStyle === 'openai' ? openAiModel(model) : modelBody(model, knownWindowOf),
    )
  }
}

/** A model that is still loading, and an engine that does not tell, have no window yet. */
function whereKnown(contextWindowOf: AppDependencies['contextWindowOf']): ContextWindowOf {
  return (modelId) => {
    try {
      const windowTokens = contextWindowOf(modelId)
      return Number.isFinite(windowTokens) ? windowTokens : null
    } catch (error) {
      if (error instanceof CompletionError && error.code === 'overloaded') return null
      throw error
    }
  }
}
