import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { loadSession, may } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'
import type { PageProps } from '../page-props.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'
import { hrefOf } from '../router.ts'
import { ColorDot } from './color-dot.tsx'
import { WORKSPACES, type Workspace, WorkspaceDialog } from './workspace-dialog.tsx'
import { WorkspaceMembers } from './workspace-members.tsx'

/** One workspace: what it is, who is in it, and where its keys, limits, files and batches are. */
export function WorkspacePage({ params: { id = '' } }: PageProps) {
  const { data: workspace, error, reload } = useJson<Workspace>(`${WORKSPACES}/${id}`)
  const opened = useSignal<'change' | 'archive' | null>(null)
  const open = (verb: 'change' | 'archive' | null) => {
    opened.value = verb
  }
  if (workspace === null) {
    return error === null ? <Skeleton lines={6} /> : <ErrorState error={error} onRetry={reload} />
  }
  const close = () => {
    open(null)
    reload()
    void loadSession()
  }
  const canChange = may('write:workspaces') && workspace.archivedAt === null
  const actions = canChange && (
    <>
      <Button icon="edit" onClick={() => open('change')}>
        Change
      </Button>
      <Button kind="danger" icon="trash" onClick={() => open('archive')}>
        Archive
      </Button>
    </>
  )
  return (
    <>
      <PageHeader title={workspace.name} actions={actions}>
        A workspace of the organization.
      </PageHeader>
      <WorkspaceFacts workspace={workspace} />
      {may('read:members') && <WorkspaceMembers workspaceId={id} canChange={canChange} />}
      {opened.value === 'change' && (
        <WorkspaceDialog workspace={workspace} onClose={() => open(null)} onSaved={close} />
      )}
      {opened.value === 'archive' && <ArchiveWorkspace workspace={workspace} onClose={close} />}
    </>
  )
}

function WorkspaceFacts({ workspace }: { readonly workspace: Workspace }) {
  const { id, displayColor, archivedAt, createdAt } = workspace
  return (
    <dl class="facts card">
      <dt>Status</dt>
      <dd class="row">
        <ColorDot color={displayColor} />
        {archivedAt === null ? <Badge tone="good">active</Badge> : <Badge>archived</Badge>}
      </dd>
      <dt>Id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Created</dt>
      <dd>
        <Time at={createdAt} />
      </dd>
      <dt>See</dt>
      <dd class="row">
        <a href={hrefOf('/api_keys', { workspace: id })}>API keys</a>
        <a href={hrefOf('/limits', { workspace: id })}>Limits</a>
        <a href={hrefOf('/usage', { workspace: id })}>Usage</a>
        <a href={hrefOf('/logs', { workspace: id })}>Logs</a>
      </dd>
    </dl>
  )
}

interface ArchiveWorkspaceProps {
  readonly workspace: Workspace
  readonly onClose: () => void
}

function ArchiveWorkspace({ workspace, onClose }: ArchiveWorkspaceProps) {
  const archive = async () => {
    await callApi(`${WORKSPACES}/${workspace.id}/archive`, { body: {} })
    showToast(`${workspace.name} is archived.`)
  }
  return (
    <ConfirmDialog
      title={`Archive ${workspace.name}?`}
      action="Archive"
      onConfirm={archive}
      onClose={onClose}
    >
      Its keys stop working at once. This cannot be undone.
    </ConfirmDialog>
  )
}
