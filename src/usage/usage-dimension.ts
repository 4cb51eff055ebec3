import { type RawBuilder, sql } from 'kysely'

/** What usage is grouped and filtered by. A value is `''` where the API has null. */
export type UsageDimension =
  | 'workspaceId'
  | 'apiKeyId'
  | 'userId'
  | 'serviceAccountId'
  | 'actor'
  | 'actorType'
  | 'model'
  | 'serviceTier'
  /** `batch`, or `standard` for all others: what the price depends on. */
  | 'priceTier'
  | 'contextWindow'
  | 'inferenceGeo'
  | 'speed'
  | 'product'

/** The value of each dimension in a row of `requests` or `usage_hours`, whose columns have the same names. */
const VALUES: Readonly<Record<UsageDimension, RawBuilder<string>>> = {
  workspaceId: sql`workspace_id`,
  apiKeyId: sql`api_key_id`,
  userId: sql`case when substr(actor_id, 1, 5) = 'user_' then actor_id else '' end`,
  serviceAccountId: sql`case when substr(actor_id, 1, 5) = 'svac_' then actor_id else '' end`,
  actor: sql`case when actor_id = '' then api_key_id else actor_id end`,
  actorType: sql`case when substr(actor_id, 1, 5) = 'user_' then 'user_actor'
    when substr(actor_id, 1, 5) = 'svac_' then 'service_account_actor'
    when api_key_id <> '' then 'api_actor' else '' end`,
  model: sql`model`,
  serviceTier: sql`service_tier`,
  priceTier: sql`case when service_tier = 'batch' then 'batch' else 'standard' end`,
  contextWindow: sql`context_window`,
  inferenceGeo: sql`inference_geo`,
  speed: sql`speed`,
  product: sql`product`,
}

export function dimensionValue(dimension: UsageDimension): RawBuilder<string> {
  return VALUES[dimension]
}
