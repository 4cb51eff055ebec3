import type { UsageDimension } from '../../usage/usage-dimension.ts'

/**
 * What analytics group by, in the order in which their rows have it. Null is what no usage of this server has: products
 * of the real API that it does not offer.
 */
export const ANALYTICS_GROUPS = {
  actor: 'actor',
  actor_type: 'actorType',
  agent_id: null,
  api_key_id: 'apiKeyId',
  claude_tag_category: null,
  claude_tag_user_id: null,
  context_window: 'contextWindow',
  deployment_id: null,
  environment_id: null,
  inference_geo: 'inferenceGeo',
  model: 'model',
  organization_id: null,
  product: 'product',
  rbac_group_id: null,
  service_tier: 'serviceTier',
  session_id: null,
  slack_channel_id: null,
  speed: 'speed',
  user_profile_id: null,
  workspace_id: 'workspaceId',
} as const satisfies Readonly<Record<string, UsageDimension | null>>
export type AnalyticsGroup = keyof typeof ANALYTICS_GROUPS

/** The filters of analytics. */
export const ANALYTICS_FILTERS = {
  actor_ids: 'actor',
  actor_types: 'actorType',
  api_key_ids: 'apiKeyId',
  context_windows: 'contextWindow',
  inference_geos: 'inferenceGeo',
  models: 'model',
  products: 'product',
  service_tiers: 'serviceTier',
  speeds: 'speed',
  workspace_ids: 'workspaceId',
} as const satisfies Readonly<Record<string, UsageDimension>>

/** Filters for what no usage of this server has: with one of them a report is empty. */
export const UNUSED_FILTERS = [
  'agent_ids',
  'claude_tag_categories',
  'claude_tag_user_ids',
  'deployment_ids',
  'environment_ids',
  'organization_ids',
  'rbac_group_ids',
  'session_ids',
  'slack_channel_ids',
  'user_profile_ids',
] as const
