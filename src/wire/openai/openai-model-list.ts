import type { Model } from '../../models/model-catalog.ts'

/** Models as OpenAI's clients read them, without paging. */
export function openAiModelList(models: readonly Model[]): object {
  return { object: 'list', data: models.map(openAiModel) }
}

export function openAiModel({ id, createdAt }: Model): object {
  return { id, object: 'model', created: Math.floor(Date.parse(createdAt) / 1000), owned_by: 'continuo' }
}
