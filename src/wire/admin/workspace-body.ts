import type { Workspace } from '../../accounts/workspace.ts'
import { timeBody, timeBodyOrNull } from './list-body.ts'

/** @see the Admin API's reference, "Get Workspace" */
export function workspaceBody(workspace: Workspace): object {
  const { allowedInferenceGeos, defaultInferenceGeo, workspaceGeo } = workspace.dataResidency
  return {
    type: 'workspace',
    id: workspace.id,
    archived_at: timeBodyOrNull(workspace.archivedAt),
    compartment_id: workspace.compartmentId,
    created_at: timeBody(workspace.createdAt),
    data_residency: {
      allowed_inference_geos: allowedInferenceGeos,
      default_inference_geo: defaultInferenceGeo,
      workspace_geo: workspaceGeo,
    },
    display_color: workspace.displayColor,
    external_key_id: workspace.externalKeyId,
    name: workspace.name,
    tags: workspace.tags,
    user_profile_id: workspace.userProfileId,
  }
}
