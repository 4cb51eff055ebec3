import type { Engine } from '../../completion/engine.ts'
import type { Model, ModelPage } from '../../models/model-catalog.ts'
import { modelCapabilities } from './model-capabilities.ts'

/** What is known of the engine of a model; null while it is loading. */
export type KnownEngineFor = (modelId: string) => Pick<Engine, 'contextWindowTokens' | 'capabilities'> | null

/**
 * A model as `GET /v1/models/{id}` shows it. Here every model is in use: what the real API plans for it is another
 * matter.
 *
 * @see the API's reference, "Get a Model"
 */
export function modelBody(model: Model, knownEngineFor: KnownEngineFor): object {
  const engine = knownEngineFor(model.id)
  const windowTokens =
    engine !== null && Number.isFinite(engine.contextWindowTokens) ? engine.contextWindowTokens : null
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt,
    max_input_tokens: windowTokens,
    max_tokens: windowTokens,
    capabilities: engine === null ? null : modelCapabilities(engine.capabilities),
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: null,
  }
}

/**
 * A page as `GET /v1/models` shows it.
 *
 * @see the API's reference, "List Models"
 */
export function modelListBody(page: ModelPage, knownEngineFor: KnownEngineFor): object {
  return {
    data: page.models.map((model) => modelBody(model, knownEngineFor)),
    has_more: page.hasMore,
    first_id: page.models.at(0)?.id ?? null,
    last_id: page.models.at(-1)?.id ?? null,
  }
}
