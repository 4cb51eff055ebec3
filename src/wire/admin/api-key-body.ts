import type { ApiKey } from '../../accounts/api-key.ts'
import { timeBody, timeBodyOrNull } from './list-body.ts'

/**
 * A key without its secret, with the fields of all versions: `workspace_id`, which the newest lacks, is null for the default
 * workspace.
 *
 * @see the Admin API's reference, "Get API Key"
 */
export function apiKeyBody(key: ApiKey): object {
  return {
    type: 'api_key',
    id: key.id,
    created_at: timeBody(key.createdAt),
    created_by: creatorBody(key.createdBy),
    expires_at: timeBodyOrNull(key.expiresAt),
    name: key.name,
    partial_key_hint: key.hint,
    principal: principalBody(key.principalId),
    scope:
      key.workspaceId === null
        ? { type: 'organization' }
        : { type: 'workspace', workspace_id: key.workspaceId },
    status: key.status,
    workspace_id: key.isInDefaultWorkspace ? null : key.workspaceId,
  }
}

/** What this server knows of a key beyond that. */
export function apiKeyDetailsBody(key: ApiKey): object {
  return {
    ...apiKeyBody(key),
    allowed_models: key.allowedModels,
    is_declared: key.origin === 'configuration',
    last_used_at: timeBodyOrNull(key.lastUsedAt),
  }
}

/** An admin key without its secret. */
export function adminKeyBody(key: ApiKey): object {
  return {
    type: 'admin_key',
    id: key.id,
    created_at: timeBody(key.createdAt),
    created_by: creatorBody(key.createdBy),
    expires_at: timeBodyOrNull(key.expiresAt),
    name: key.name,
    partial_key_hint: key.hint,
    status: key.status,
  }
}

function creatorBody(id: string | null): object | null {
  return id === null ? null : { id, type: isServiceAccount(id) ? 'service_account' : 'user' }
}

function principalBody(id: string | null): object | null {
  if (id === null) return null
  return isServiceAccount(id)
    ? { type: 'service_account_actor', service_account_id: id }
    : { type: 'user_actor', user_id: id }
}

function isServiceAccount(id: string): boolean {
  return id.startsWith('svac_')
}
