import type { Model, ModelPage } from '../../models/model-catalog.ts'

/** Most tokens of prompt and completion together that a model can hold; null where that is not known. */
export type ContextWindowOf = (modelId: string) => number | null

/**
 * A model as `GET /v1/models/{id}` shows it. Here every model is in use: what the real API plans for it is another
 * matter.
 *
 * @see the API's reference, "Get a Model"
 */
export function modelBody(model: Model, contextWindowOf: ContextWindowOf): object {
  const windowTokens = contextWindowOf(model.id)
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt,
    max_input_tokens: windowTokens,
    max_tokens: windowTokens,
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
export function modelListBody(page: ModelPage, contextWindowOf: ContextWindowOf): object {
  return {
    data: page.models.map((model) => modelBody(model, contextWindowOf)),
    has_more: page.hasMore,
    first_id: page.models.at(0)?.id ?? null,
    last_id: page.models.at(-1)?.id ?? null,
  }
}
