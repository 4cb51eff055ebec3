import { modelBody, modelListBody } from '../../wire/models/model-body.ts'
import { parseModelListParams } from '../../wire/models/model-list-params.ts'
import { openAiModel, openAiModelList } from '../../wire/openai/openai-model-list.ts'
import { type ApiResponse, jsonResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { decodePercent } from '../decode-percent.ts'
import type { RequestContext } from '../request-context.ts'

type ModelsDependencies = Pick<AppDependencies, 'catalog' | 'engines'>

/** `GET /v1/models`: one page of the catalogue. */
export function listModelsRoute({ catalog, engines }: ModelsDependencies) {
  return function listModels(context: RequestContext): ApiResponse {
    if (context.clientStyle === 'openai') {
      return jsonResponse(openAiModelList(catalog.page({ maxModels: Number.POSITIVE_INFINITY }).models))
    }
    const query = new URLSearchParams(context.request.query)
    const asked = parseModelListParams(query, catalog)
    return jsonResponse(modelListBody(catalog.page(asked), (id) => engines.contextWindowOf(id)))
  }
}

/** `GET /v1/models/{id}`: the model of an id or alias. */
export function retrieveModelRoute({ catalog, engines }: ModelsDependencies) {
  return function retrieveModel(context: RequestContext): ApiResponse {
    const model = catalog.retrieve(decodePercent(context.pathRest, decodeURIComponent))
    return jsonResponse(
      context.clientStyle === 'openai'
        ? openAiModel(model)
        : modelBody(model, (id) => engines.contextWindowOf(id)),
    )
  }
}
