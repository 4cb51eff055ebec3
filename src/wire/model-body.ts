import type { Model, ModelPage } from '../models/model-catalog.ts'

/**
 * A model as `GET /v1/models/{id}` shows it.
 *
 * @see the API's reference, "Get a Model"
 */
export function modelBody(model: Model): object {
  return { type: 'model', id: model.id, display_name: model.displayName, created_at: model.createdAt }
}

/**
 * A page as `GET /v1/models` shows it.
 *
 * @see the API's reference, "List Models"
 */
export function modelListBody(page: ModelPage): object {
  return {
    data: page.models.map(modelBody),
    has_more: page.hasMore,
    first_id: page.models.at(0)?.id ?? null,
    last_id: page.models.at(-1)?.id ?? null,
  }
}
