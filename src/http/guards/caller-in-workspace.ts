import type { KnownKey, KnownKeys } from '../../accounts/known-keys.ts'
import type { Caller } from '../../completion/caller.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { RequestHeaders } from '../api-request.ts'

const WORKSPACE_HEADER = 'anthropic-workspace-id'

/**
 * The caller of a request in the workspace that it names in `anthropic-workspace-id`. A key of one workspace need not name
 * it.
 *
 * @throws ApiError when the key does not open the workspace, or opens several and the request names none
 */
export function callerInWorkspace(
  { workspaceId, caller }: KnownKey,
  headers: RequestHeaders,
  keys: Pick<KnownKeys, 'workspaceId'>,
): Caller {
  const shownId = headers.get(WORKSPACE_HEADER)
  if (shownId === null) {
    if (workspaceId !== null) return caller
    throw new ApiError(
      'invalid-header',
      'This API key is not scoped to a workspace, so this request must include the anthropic-workspace-id header with the ID of the workspace to use.',
    )
  }
  const named = keys.workspaceId(shownId)
  if (named === null || (workspaceId !== null && workspaceId !== named)) {
    throw new ApiError('workspace-refused', `This API key cannot be used in the workspace ${shownId}.`)
  }
  return named === caller.workspaceId ? caller : { ...caller, workspaceId: named }
}
