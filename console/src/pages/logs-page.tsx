import { useSignal } from '@preact/signals'
import { type LoggedRequest, sentTokens } from '../api/requests.ts'
import { may } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { Filters, filterValue, SelectFilter, TextFilter } from '../parts/filters.tsx'
import { formatCount, formatDuration } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf, setQuery } from '../router.ts'
import { RequestDialog } from './request-dialog.tsx'
import { WorkspaceFilter } from './workspace-filter.tsx'

const STATUSES = [
  ['', 'All'],
  ['ok', 'Succeeded'],
  ['errors', 'Failed'],
] as const

const SINCE = [
  ['', 'All that is kept'],
  ['1', 'The last hour'],
  ['24', 'The last day'],
  ['168', 'The last week'],
] as const
const FILTERS = ['status', 'since', 'model', 'key', 'workspace']
const HOUR_MS = 3_600_000

/** What was asked of the server, the newest first. */
export function LogsPage() {
  const openedAt = useSignal(Date.now())
  const hours = Number(filterValue('since', '0'))
  const list = useList<LoggedRequest>('/continuo/requests', {
    ...{ limit: 50, apiKeyId: filterValue('key'), workspaceId: filterValue('workspace') },
    ...{ model: filterValue('model'), status: filterValue('status') },
    startingAt: hours > 0 ? new Date(openedAt.value - hours * HOUR_MS).toISOString() : null,
  })
  const openedId = filterValue('request')
  const listed = list.rows?.find(({ id }) => id === openedId)
  const isElsewhere = openedId !== '' && listed === undefined
  const asked = useJson<LoggedRequest>(
    isElsewhere ? `/continuo/requests/${encodeURIComponent(openedId)}` : null,
  )
  const opened = listed ?? (asked.data?.id === openedId ? asked.data : null)
  const open = (request: LoggedRequest | null) => setQuery({ request: request?.id ?? null })
  return (
    <>
      <PageHeader
        title="Logs"
        actions={
          <Button
            icon="refresh"
            onClick={() => {
              openedAt.value = Date.now()
              list.reload()
            }}
          >
            Reload
          </Button>
        }
      >
        Every request, the newest first. Prompts and completions are not kept.
      </PageHeader>
      <Filters>
        <SelectFilter name="status" label="Status" options={STATUSES} />
        <SelectFilter name="since" label="Time" options={SINCE} />
        <TextFilter name="model" label="Model" placeholder="any id" />
        <TextFilter name="key" label="API key" placeholder="apikey_…" />
        <WorkspaceFilter />
      </Filters>
      {isElsewhere && asked.error && <ErrorState error={asked.error} />}
      <DataTable
        label="Requests"
        list={list}
        keyOf={({ id }) => id}
        columns={columns(open)}
        onOpen={open}
        empty={<NoRequests />}
      />
      {opened !== null && <RequestDialog request={opened} onClose={() => open(null)} />}
    </>
  )
}

function NoRequests() {
  if (FILTERS.some((name) => filterValue(name) !== '')) {
    return <EmptyState title="No request fits these filters">Change them.</EmptyState>
  }
  const action = (
    <>
      <a class="button" href={hrefOf('/workbench')}>
        Try a prompt
      </a>
      {may('read:api_keys') && (
        <a class="button" href={hrefOf('/api_keys')}>
          Create an API key
        </a>
      )}
    </>
  )
  return (
    <EmptyState title="No requests yet" action={action}>
      Those of the Workbench and of programs are listed here.
    </EmptyState>
  )
}

function columns(open: (request: LoggedRequest) => void): readonly Column<LoggedRequest>[] {
  return [
    {
      title: 'Time',
      cell: (request) => (
        <button type="button" class="link" onClick={() => open(request)}>
          <Time at={request.endedAt} />
        </button>
      ),
    },
    {
      title: 'Status',
      cell: ({ status }) => <Badge tone={status < 400 ? 'good' : 'bad'}>{status}</Badge>,
    },
    { title: 'Path', cell: ({ path }) => <code>{path}</code>, isDetail: true },
    { title: 'Model', cell: ({ model }) => (model ? <code>{model}</code> : <span class="muted">none</span>) },
    { title: 'Input, tokens', align: 'end', isDetail: true, cell: (row) => formatCount(sentTokens(row)) },
    {
      title: 'Output, tokens',
      align: 'end',
      isDetail: true,
      cell: ({ outputTokens }) => formatCount(outputTokens),
    },
    { title: 'Took', align: 'end', cell: ({ totalMs }) => formatDuration(totalMs) },
    { title: 'Ended by', isDetail: true, cell: ({ stopReason, errorCode }) => errorCode ?? stopReason ?? '' },
  ]
}
