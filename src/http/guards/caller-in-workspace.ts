import type { KnownKey, KnownKeys } from '../../accounts/known-keys.ts'
import type { Caller } from '../../completion/caller.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { RequestHeaders } from '../api-request.ts'

const WORKSPACE_HEADER = 'anthropic-workspace-id'
/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200

/**
 * The header by which a response names the workspace that its request was for; none for a key that the server does not know,
 * and for a server without workspaces.
 */
export function workspaceHeaders(keys: Pick<KnownKeys, 'shownWorkspaceId'>) {
  return function headersOf({ apiKeyId, workspaceId }: Caller): Readonly<Record<string, string>> | undefined {
    const shownId = apiKeyId === null ? null : keys.shownWorkspaceId(workspaceId)
    return shownId === null ? undefined : { [WORKSPACE_HEADER]: shownId }
  }
}

/**
 * The caller of a request in the workspace that it names in `anthropic-workspace-id`. A key of one workspace need not name
 * it.
 *
 * @throws ApiError when the key does not open the workspace, or opens several and the request names none
 */
export function callerInWorkspace(
  { workspaceId, caller }: KnownKey,
  headers: RequestHeaders,
  keys: Pick<KnownKeys, 'workspaceId' | 'isMember'>,
): Caller {
  const shownId = headers.get(WORKSPACE_HEADER)
  if (shownId === null) {
    if (workspaceId !== null) return caller
    throw new ApiError(
      'invalid-header',
      'This API key is not scoped to a workspace, so this request must include the anthropic-workspace-id header with the ID of the workspace to use.',
    ).sentBy(caller)
  }
  const named = keys.workspaceId(shownId)
  const isOpen =
    named !== null && (workspaceId === null ? keys.isMember(caller.actorId, named) : workspaceId === named)
  if (!isOpen) {
    const shown = shownId.slice(0, MAX_NAMED_ID_UNITS)
    const text = `This API key cannot be used in the workspace ${shown}.`
    throw new ApiError('workspace-refused', text).sentBy(caller)
  }
  return named === caller.workspaceId ? caller : { ...caller, workspaceId: named }
}
