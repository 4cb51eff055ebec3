import type { ModelCatalog } from '../models/model-catalog.ts'
import { modelBody, modelListBody } from '../wire/model-body.ts'
import { parseModelListParams } from '../wire/model-list-params.ts'
import { openAiModel, openAiModelList } from '../wire/openai/openai-model-list.ts'
import type { RequestContext } from './request-context.ts'

/** `GET /v1/models`: one page of the catalogue. */
export function listModelsRoute(catalog: ModelCatalog) {
  return function listModels(context: RequestContext): Response {
    if (context.var.clientStyle === 'openai') {
      return Response.json(openAiModelList(catalog.page({ maxModels: Number.POSITIVE_INFINITY }).models))
    }
    const query = new URL(context.req.url).searchParams
    return Response.json(modelListBody(catalog.page(parseModelListParams(query, catalog))))
  }
}

/** `GET /v1/models/{id}`: the model of an id or alias. */
export function retrieveModelRoute(catalog: ModelCatalog) {
  return function retrieveModel(context: RequestContext): Response {
    const model = catalog.retrieve(context.req.param('id') ?? '')
    return Response.json(context.var.clientStyle === 'openai' ? openAiModel(model) : modelBody(model))
  }
}
