import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { EngineDirectory } from '../../serving/engine-directory.ts'
import { modelBody, modelListBody } from '../../wire/models/model-body.ts'
import { parseModelListParams } from '../../wire/models/model-list-params.ts'
import { openAiModel, openAiModelList } from '../../wire/openai/openai-model-list.ts'
import { jsonResponse } from '../api-response.ts'
import { readApiHeaders } from '../read-api-headers.ts'
import type { Handler } from '../route.ts'
import { allowedCatalog } from './allowed-catalog.ts'

/** What the models are listed from. */
export interface ModelsDependencies {
  readonly catalog: ModelCatalog
  readonly engines: EngineDirectory
  readonly rules: { readonly refuseUnknownBetas: boolean; readonly lenientPaging: boolean }
}

const NO_MODELS = { models: [], hasMore: false }

/** `GET /v1/models`: one page of the catalogue; all of it for OpenAI's clients. */
export function listModelsRoute({ catalog, engines, rules }: ModelsDependencies): Handler {
  return function listModels({ request: { headers, query }, caller, clientStyle }) {
    const allowed = allowedCatalog(catalog, caller)
    if (clientStyle === 'openai') {
      return jsonResponse(openAiModelList(allowed.page({ maxModels: Number.POSITIVE_INFINITY }).models))
    }
    readApiHeaders(headers, rules)
    const params = parseModelListParams(new URLSearchParams(query), allowed, rules.lenientPaging)
    const page = params.isEmpty === true ? NO_MODELS : allowed.page(params)
    return jsonResponse(modelListBody(page, (modelId) => engines.knownEngineFor(modelId)))
  }
}

/** `GET /v1/models/{id}`: the model of an id or alias. */
export function retrieveModelRoute({ catalog, engines, rules }: ModelsDependencies): Handler {
  return function retrieveModel({ request: { headers }, caller, params: { id = '' }, clientStyle }) {
    const allowed = allowedCatalog(catalog, caller)
    if (clientStyle === 'openai') return jsonResponse(openAiModel(allowed.retrieve(id)))
    readApiHeaders(headers, rules)
    return jsonResponse(modelBody(allowed.retrieve(id), (modelId) => engines.knownEngineFor(modelId)))
  }
}
